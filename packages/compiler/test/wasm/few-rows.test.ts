import test from 'ava';
import { AdvectError } from '@advect/base/errors';
import { graphBuilder, type Graph } from '#src/graph/index.js';
import { makePlan, type PlanOptions } from '#src/plan/index.js';
import type { Arrays, Program } from '#src/program.js';
import { createWasmProgram, wasmProgram, type WasmProgram } from '#src/wasm/executor.js';
import { withFewRows } from '#src/wasm/few-rows.js';
import { numbersFor } from './codegen/support/agreement.js';

const WIDTH = 24;
const TILE = 8;

function layer(withSum = false): Graph {
  const g = graphBuilder();
  const x = g.input('x', [5, WIDTH], { rowAxis: 0 });
  const w = g.input('w', [WIDTH, WIDTH], { kind: 'parameter' });
  const y = g.unary('tanh', g.matmul(x, w));
  const sum = { name: 'sum', id: g.reduce('sum', y, [0]) };
  return g.finish([{ name: 'y', id: y }, ...(withSum ? [sum] : [])]);
}

const numbers = numbersFor(layer());
const w = numbers['w'];
const rows = Float32Array.from({ length: 9 * WIDTH }, (_, i) => Math.sin(0.7 * i ** 1.3));
const first = (count: number): Arrays => ({ x: rows.slice(0, count * WIDTH) });
const single = (threads = 1): Promise<WasmProgram> => createWasmProgram(makePlan(layer(), { tile: 1 }), { threads });

/** A program whose runs of one row waste half of what another program costs. */
async function adaptive({ threads = 1, make = () => single(threads), withSum = false, ...options }: Settings = {}): Promise<Program> {
  const plan = makePlan(layer(withSum), { tile: TILE, ...options });
  const work = { flopsPerRow: (plan.phases.tile.length * 1e7) / 2 / (TILE - 3), convolutions: 0 };
  const program = withFewRows(await createWasmProgram(plan, { threads }), { plan, work, threads, make });
  program.bind({ w });
  return program;
}
type Settings = PlanOptions & { readonly threads?: number; readonly make?: () => Promise<WasmProgram>; readonly withSum?: boolean };

const whole = (() => {
  const program = wasmProgram(makePlan(layer(), { tile: TILE }));
  return (weights: Float32Array, count: number): Float32Array => {
    program.bind({ w: weights });
    return program.run(first(count))['y'];
  };
})();

for (const threads of [1, 2]) {
  test(`runs of few rows are taken over when they have wasted enough, with the same bits; ${threads} threads`, async (t) => {
    const program = await adaptive({ threads });
    t.deepEqual((program.run(first(1)) as Arrays)['y'], whole(w, 1));
    t.notRegex(program.report.reason, /of one row/);
    const y = new Float32Array(WIDTH);
    const second = program.run(first(1), { y });
    t.true(second instanceof Promise);
    t.is((await second)['y'], y);
    t.deepEqual(y, whole(w, 1));
    t.regex(program.report.reason, /in tiles of 8 rows, and of one row where there are few$/);
    for (const count of [1, 2, 3, 4, 5, 8, 9]) t.deepEqual((program.run(first(count)) as Arrays)['y'], whole(w, count), `${count} rows`);
    t.is((program.run(first(0)) as Arrays)['y'].length, 0);
    const calls = program.profile!(first(2), () => 0).kernels.map((kernel) => kernel.calls);
    t.true(calls.every((count) => count === 2));
    const others = w.map((entry) => entry / 2);
    program.bind({ w: others });
    t.deepEqual((program.run(first(1)) as Arrays)['y'], whole(others, 1));
    t.throws(() => program.run({ x: new Float32Array(WIDTH + 1) }), { instanceOf: AdvectError, code: 'invalid-shape' });
    program.dispose();
    t.throws(() => program.run(first(1)), { message: /disposed/ });
  });
}

test('many rows never ask for it, nor does a program that sums over rows', async (t) => {
  const make = (): Promise<WasmProgram> => Promise.reject(new Error('asked for'));
  const [plain, summing] = [await adaptive({ make }), await adaptive({ make, withSum: true })];
  for (let i = 0; i < 5; i++) {
    t.deepEqual((plain.run(first(8)) as Arrays)['y'], whole(w, 8));
    t.deepEqual((summing.run(first(1)) as Arrays)['y'], whole(w, 1));
  }
});

test('where it cannot be made, or comes too late, the first program goes on', async (t) => {
  let asked = 0;
  const program = await adaptive({ make: () => Promise.reject(new Error(`${++asked}`)) });
  for (let i = 0; i < 6; i++) t.deepEqual((await program.run(first(1)))['y'], whole(w, 1));
  t.is(asked, 1);

  const refusing = await adaptive({
    make: () => {
      throw new Error('no plan');
    },
  });
  for (let i = 0; i < 3; i++) t.deepEqual((await refusing.run(first(1)))['y'], whole(w, 1));

  const { made, make } = disposals();
  const late = await adaptive({ make });
  await late.run(first(1));
  const run = late.run(first(1));
  late.dispose();
  t.deepEqual((await run)['y'], whole(w, 1));
  t.deepEqual(made, ['disposed']);
  t.throws(() => late.run(first(1)), { message: /disposed/ });
});

test('a run keeps the weights that it was given, and runs in the meantime make no third program', async (t) => {
  const { made, make } = disposals();
  const program = await adaptive({ make });
  const others = w.map((entry) => entry / 2);
  void program.run(first(1));
  const pending = program.run(first(1));
  program.bind({ w: others });
  for (let i = 0; i < 3; i++) t.deepEqual((program.run(first(1)) as Arrays)['y'], whole(others, 1));
  t.deepEqual((await pending)['y'], whole(w, 1));
  t.deepEqual((program.run(first(1)) as Arrays)['y'], whole(others, 1));
  t.deepEqual(made, ['kept']);
  program.dispose();
  t.deepEqual(made, ['disposed']);
});

test('runs before any weights are bound throw at once, and count for nothing', async (t) => {
  const { made, make } = disposals();
  const plan = makePlan(layer(), { tile: TILE });
  const program = withFewRows(await createWasmProgram(plan), { plan, work: { flopsPerRow: 1e9, convolutions: 0 }, threads: 1, make });
  t.throws(() => program.run(first(1)), { message: /no parameters yet/ });
  t.deepEqual(made, []);
  program.bind({ w });
  t.deepEqual((await program.run(first(1)))['y'], whole(w, 1));
  t.deepEqual(made, ['kept']);
  t.regex(program.report.reason, /of one row/);
});

/** Makes programs of single rows, and keeps count of what became of them. */
function disposals(): { readonly made: string[]; readonly make: () => Promise<WasmProgram> } {
  const made: string[] = [];
  const make = async (): Promise<WasmProgram> => {
    const program = await single();
    const place = made.push('kept') - 1;
    return { ...program, dispose: () => [program.dispose(), (made[place] = 'disposed')] };
  };
  return { made, make };
}
