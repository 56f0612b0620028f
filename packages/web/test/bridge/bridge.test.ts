import { AdvectError } from '@advect/base/errors';
import test, { type ExecutionContext } from 'ava';
import { callBridge } from '#src/bridge/call.js';
import type { Verb } from '#src/bridge/messages.js';
import { type Handlers, serveBridge } from '#src/bridge/serve.js';

type Arithmetic = {
  readonly double: Verb<Float32Array, Float32Array>;
  readonly count: Verb<number, string, number>;
  readonly fail: Verb<'plain' | 'advect', never>;
};

/** A line between two ends of this thread; `clock` is the time that the serving end sees. */
function connect(t: ExecutionContext, handlers: Partial<Handlers<Arithmetic>>, clock = { now: 0 }) {
  const { port1, port2 } = new MessageChannel();
  t.teardown(() => port1.close());
  serveBridge<Arithmetic>(port2, handlers as Handlers<Arithmetic>, () => clock.now);
  return callBridge<Arithmetic>(port1);
}

test('a call gives its result; arrays that are given away are empty where they were', async (t) => {
  let mine = new Float32Array();
  const { call } = connect(t, {
    double(request, { give }) {
      mine = request.map((v) => 2 * v);
      return give(mine);
    },
  });
  const sent = Float32Array.of(1, 2, 3);
  t.deepEqual(await call('double', sent, { transfer: [sent.buffer] }), Float32Array.of(2, 4, 6));
  t.is(sent.length, 0);
  t.is(mine.length, 0);
});

test('reports come ten times a second at most, and those that do not are not made', async (t) => {
  const clock = { now: 0 };
  let made = 0;
  const { call } = connect(
    t,
    {
      count(upTo, { progress }) {
        for (let i = 0; i < upTo; i++) {
          clock.now = i * 30;
          progress(() => {
            made++;
            return i;
          });
        }
        return 'done';
      },
    },
    clock,
  );
  const seen: number[] = [];
  t.is(await call('count', 10, { onProgress: (i) => seen.push(i) }), 'done');
  t.deepEqual(seen, [0, 4, 8]);
  t.is(made, 3);
});

test('an error keeps code, message and hint; one of another kind its message', async (t) => {
  const { call } = connect(t, {
    fail(kind) {
      throw kind === 'advect' ? new AdvectError('invalid-file', 'it is broken', 'Mend it.') : new TypeError('what?');
    },
  });
  const error = await t.throwsAsync(call('fail', 'advect'), { instanceOf: AdvectError });
  t.deepEqual([error?.code, error?.message, error?.hint], ['invalid-file', 'it is broken', 'Mend it.']);
  t.is((await t.throwsAsync(call('fail', 'plain')))?.message, 'what?');
});

test('a signal stops a call on both sides, and others go on', async (t) => {
  let stopped: Promise<void> | undefined;
  const { call } = connect(t, {
    count: (upTo, { signal }) =>
      upTo === 0
        ? 'at once'
        : new Promise((_, reject) => {
            stopped = new Promise((resolve) => signal.addEventListener('abort', () => resolve()));
            signal.addEventListener('abort', () => reject(new Error('too late to be heard')));
          }),
  });
  const controller = new AbortController();
  const waiting = call('count', 1, { signal: controller.signal });
  t.is(await call('count', 0), 'at once');
  controller.abort();
  t.is((await t.throwsAsync(waiting, { instanceOf: AdvectError }))?.code, 'aborted');
  await stopped;
  const late = await t.throwsAsync(call('count', 0, { signal: controller.signal }), { instanceOf: AdvectError });
  t.is(late?.code, 'aborted');
});

test('a verb that is not there, a request that cannot be sent and a lost worker reject', async (t) => {
  const { call, fail } = connect(t, { count: () => new Promise(() => undefined) });
  t.is((await t.throwsAsync(call('double', new Float32Array()), { instanceOf: AdvectError }))?.code, 'unsupported');
  await t.throwsAsync(call('count', (() => 1) as unknown as number), { any: true, name: 'DataCloneError' });
  const waiting = call('count', 1);
  fail(new AdvectError('unsupported', 'the worker has ended', 'Start again.'));
  t.is((await t.throwsAsync(waiting))?.message, 'the worker has ended');
});
