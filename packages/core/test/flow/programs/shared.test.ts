import test from 'ava';
import type { Arrays, Program } from '@advect/compiler';
import { share, type Weights } from '#src/flow/programs/shared.js';

const one = (value: number): Arrays => ({ value: Float32Array.of(value) });
const weightsOf = (value: number): Weights => ({ arrays: one(value) });

/** A program that gives the sum of its weight and its argument, some time later, and writes down what it is asked for. */
function slowProgram() {
  const log: string[] = [];
  const pending: { settle: () => void; fail: (error: Error) => void }[] = [];
  let weight = NaN;
  const program = {
    report: { executor: 'onnx' },
    bind(arrays: Arrays) {
      weight = arrays.value[0];
      log.push(`bind ${weight}`);
    },
    run({ value: [argument] }: Arrays) {
      log.push(`run ${argument}`);
      const result = one(weight + argument);
      return new Promise<Arrays>((settle, fail) => pending.push({ settle: () => settle(result), fail }));
    },
    dispose: () => void log.push('dispose'),
  } as unknown as Program;
  return { program, log, pending };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

test('callers take turns, each with its own weights, which are bound only where others were', async (t) => {
  const { program, log, pending } = slowProgram();
  const shared = share(program);
  const [a, b] = [weightsOf(100), weightsOf(200)];
  const results = [shared.run(a, one(1)), shared.run(b, one(2)), shared.run(b, one(3))];
  await turn();
  t.deepEqual(log, ['bind 100', 'run 1']);
  for (let i = 0; i < 3; i++) {
    pending[i].settle();
    await turn();
  }
  t.deepEqual(log, ['bind 100', 'run 1', 'bind 200', 'run 2', 'run 3']);
  for (const [i, sum] of [101, 202, 203].entries()) t.is((await results[i]).value[0], sum);
  const last = shared.run(b, one(4));
  t.is(log[log.length - 1], 'run 4', 'nobody is waited for once all have ended');
  pending[3].settle();
  t.is((await last).value[0], 204);
  shared.dispose();
  t.is(log[log.length - 1], 'dispose');
  t.is(shared.report.executor, 'onnx');
});

test('a run that fails does not keep the others waiting', async (t) => {
  const { program, pending } = slowProgram();
  const shared = share(program);
  const weights = weightsOf(10);
  const [first, second] = [shared.run(weights, one(1)), shared.run(weights, one(2))];
  pending[0].fail(new Error('the device is lost'));
  await t.throwsAsync(Promise.resolve(first), { message: 'the device is lost' });
  await turn();
  pending[1].settle();
  t.is((await second).value[0], 12);
});

test('what is there at once is given at once', (t) => {
  const program = { report: {}, bind() {}, run: ({ value: [argument] }: Arrays) => one(2 * argument), dispose() {} } as unknown as Program;
  const shared = share(program);
  t.deepEqual(shared.run(weightsOf(0), one(4)), one(8));
});
