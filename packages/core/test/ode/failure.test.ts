import test from 'ava';
import { setImmediate as macrotask } from 'node:timers/promises';
import { advance, float32Space, float64Space, methods, solve, type Times } from '#src/ode/index.js';

const space = float64Space();
const base = { space, y0: Float64Array.of(1), t0: 0, t1: 2 };
const number = (t: Times) => t as number;

test('a field that turns NaN ends as nonFinite just before, with the last finite state', async (t) => {
  const field = (time: Times, y: Float64Array) => y.map((v) => (number(time) > 0.5 ? NaN : v));
  const { result, t: reached, y, stats, diagnosis, saved, at } = await solve({ ...base, field, saveAt: [0.25, 1], dense: true });
  t.is(result, 'nonFinite');
  t.true(Math.abs(at!(0.4)[0] - Math.exp(0.4)) < 1e-5 && Number.isNaN(at!(0.6)[0]), 'dense output is NaN past the time reached');
  t.true((reached as number) <= 0.5 && (reached as number) > 0.5 - 1e-9);
  t.true(Math.abs(y[0] - Math.exp(reached as number)) < 1e-5);
  t.true(stats.rejected > 5 && stats.steps < 200);
  t.is(saved.length, 1);
  t.regex(diagnosis, /^The solve stopped at t = 0\.5 .* not finite there/);
});

test('a field that is NaN or infinite at once ends at once', async (t) => {
  for (const bad of [NaN, Infinity, -Infinity]) {
    const { result, t: reached, y, stats } = await solve({ ...base, field: (_t, y) => y.map(() => bad) });
    t.is(result, 'nonFinite');
    t.is(reached, 0);
    t.deepEqual(y, base.y0);
    t.true(stats.evaluations <= 2);
    const withFirst = await solve({ ...base, field: (_t, y) => y.map(() => bad), firstStep: 0.1 });
    t.is(withFirst.result, 'nonFinite');
    t.true(withFirst.stats.steps < 50);
  }
  const start = await solve({ ...base, y0: Float64Array.of(NaN), field: (_t, y) => y });
  t.is(start.result, 'nonFinite');
});

test('a probe for the first step that leaves the domain only shortens the step, and no time is ever NaN', async (t) => {
  const seen: number[] = [];
  const field = (time: Times, y: Float64Array) => (seen.push(number(time)), y.map(() => (number(time) > 5e-4 ? NaN : 1)));
  // y0 = slope = 1, so that the probe is at t = 0.01.
  const { result, t: reached } = await solve({ ...base, field });
  t.is(result, 'nonFinite');
  t.true((reached as number) > 4.9e-4 && (reached as number) <= 5e-4, `stopped at ${String(reached)}`);
  await solve({ ...base, y0: Float64Array.of(NaN), field });
  t.true(seen.every(Number.isFinite));
});

test('a purely relative tolerance works, also with entries that are and stay zero, or begin at zero', async (t) => {
  const relative = { ...base, atol: 0, rtol: 1e-6 };
  const decay = await solve({ ...relative, y0: Float64Array.of(0, 1), field: (_t, y) => y.map((v) => -v) });
  t.is(decay.result, 'done');
  t.is(decay.y[0], 0);
  t.true(Math.abs(decay.y[1] / Math.exp(-2) - 1) < 5e-6);
  for (const y0 of [Float64Array.of(0), Float64Array.of(0, 1)]) {
    const ramp = await solve({ ...relative, y0, field: (time, y) => y.map((_, i) => (i === 0 ? 3 * number(time) ** 2 + 1 : 0)) });
    t.is(ramp.result, 'done');
    t.true(Math.abs(ramp.y[0] / 10 - 1) < 5e-6);
  }
});

test('a solution that blows up ends with a typed result at the time of the blow-up', async (t) => {
  for (const method of ['heun', 'bosh3', 'dopri5', 'tsit5'] as const) {
    const solution = await solve({ ...base, field: (_t, y) => y.map((v) => v * v), method });
    t.true(['stepTooSmall', 'nonFinite', 'maxSteps'].includes(solution.result), solution.result);
    t.true(Math.abs((solution.t as number) - 1) < 1e-3);
    t.true(Number.isFinite(solution.y[0]) && solution.y[0] > 100);
  }
});

test('fixed steps stop before the first state that is not finite', async (t) => {
  const field = (_t: Times, y: Float64Array) => y.map((v) => v ** 3);
  const { result, t: reached, y, diagnosis, grid } = await solve({ ...base, field, method: 'euler', steps: 20 });
  t.is(result, 'nonFinite');
  t.true(Number.isFinite(y[0]) && (reached as number) < 2);
  t.is(grid![grid!.length - 1], reached as number);
  t.regex(diagnosis, /not finite there after a step of 0\.1: .*take more steps/);
});

test('a stiff field at the step limit: maxSteps, the state so far, and advice', async (t) => {
  const field = (time: Times, y: Float64Array) => y.map((v) => -1e6 * (v - Math.cos(number(time))));
  const { result, t: reached, y, stats, diagnosis } = await solve({ ...base, field, maxSteps: 300 });
  t.is(result, 'maxSteps');
  t.is(stats.steps, 300);
  t.true((reached as number) > 0 && (reached as number) < 0.1);
  t.true(Math.abs(y[0] - Math.cos(reached as number)) < 1e-4);
  t.regex(diagnosis, /limit of 300 steps.*the field is stiff for dopri5.*take method 'rodas4', .*or raise maxSteps/);
  t.is((await solve({ ...base, field: (_t, v) => v, method: 'euler', steps: 500, maxSteps: 10 })).result, 'maxSteps');
});

test('a tolerance beyond the arithmetic ends soon, as a value', async (t) => {
  const field = (time: Times, y: Float64Array) => y.map((v) => Math.cos(number(time)) - v);
  const solution = await solve({ ...base, field, rtol: 1e-40, atol: 1e-40, maxSteps: 2000 });
  t.true(solution.result === 'maxSteps' || solution.result === 'stepTooSmall');
  t.true(solution.y.every(Number.isFinite));
});

/** A jump can fool the embedded estimate of one step, so the error may be a few hundred tolerances there. */
test('a field that jumps is passed through with small steps, not given up on', async (t) => {
  const { result, y } = await solve({ ...base, field: (time, v) => v.map(() => (number(time) < 1 / 3 ? 1 : -1)) });
  t.is(result, 'done');
  t.true(Math.abs(y[0] - (1 + 1 / 3 - 5 / 3)) < 1e-3);
});

test('a smallest step ends the solve where more would be needed, having tried it', async (t) => {
  const sizes: number[] = [];
  const field = (time: Times, y: Float64Array) => y.map((v) => -1e4 * (v - Math.cos(number(time))));
  const { result, diagnosis } = await solve({ ...base, field, minStep: 1e-3, onStep: ({ h }) => void sizes.push(h[0]) });
  t.is(result, 'stepTooSmall');
  t.regex(diagnosis, /below the smallest allowed, 0\.001,/);
  t.true(sizes.includes(1e-3) && sizes.every((h) => h >= 1e-3 * (1 - 1e-12)));
  const smooth = await solve({ ...base, field: (_t, y) => y, minStep: 1e-3, stepAt: [1e-5] });
  t.is(smooth.result, 'done');
  // Steps of 0.2 are all accepted, and shorter than the controller would like some of them to be.
  const turning = { ...base, field: (_t: Times, v: Float64Array) => Float64Array.of(v[1], -v[0]), y0: Float64Array.of(1, 0), minStep: 0.2 };
  const kept = await solve({ ...turning, rtol: 1e-6, atol: 1e-6 });
  t.is(kept.result, 'done', kept.diagnosis);
});

test('onStep can stop a solve, with the state so far', async (t) => {
  for (const control of ['joint', 'per-sample'] as const) {
    for (const settings of [{}, { steps: 50 }]) {
      const onStep = ({ t: [from], h: [h] }: { t: Float64Array; h: Float64Array }) => (from + h > 1 ? 'stop' : undefined);
      const { result, t: reached, y, diagnosis } = await solve({ ...base, control, ...settings, field: (_t, y) => y, onStep });
      t.is(result, 'stopped');
      const end = typeof reached === 'number' ? reached : reached[0];
      t.true(end > 1 && end < 2 && Math.abs(y[0] / Math.exp(end) - 1) < 1e-5);
      t.regex(diagnosis, /because onStep told it to/);
    }
  }
});

test('a noisy field sinks below the rounding of t', async (t) => {
  let draw = 1;
  const noise = () => (draw = (draw * 16807) % 2147483647) / 2147483647 - 0.5;
  const { result, diagnosis } = await solve({ ...base, field: (_t, y) => y.map(() => 1e16 * noise()) });
  t.is(result, 'stepTooSmall');
  t.regex(diagnosis, /below the rounding of t/);
});

test('an abort while it runs returns the state so far; one before it starts costs nothing', async (t) => {
  const controller = new AbortController();
  let evaluations = 0;
  const field = (time: Times, y: Float64Array) => {
    evaluations++;
    return y.map((v) => -1e5 * (v - Math.sin(number(time))));
  };
  const running = solve({ ...base, field, signal: controller.signal, maxSteps: 1e9 });
  for (let i = 0; i < 20; i++) await macrotask();
  controller.abort();
  const solution = await running;
  t.is(solution.result, 'aborted');
  t.true(evaluations > 50 && (solution.t as number) < 2 && Number.isFinite(solution.y[0]));
  t.regex(solution.diagnosis, /signal was aborted/);

  const before = await solve({ ...base, field: () => t.fail(), signal: controller.signal });
  t.is(before.result, 'aborted');
  t.deepEqual(before.y, base.y0);
});

test('the whole solve is as its worst row', async (t) => {
  // Rows that end of themselves within a third of the way, where a row of rate 0 goes on.
  const kinds: Record<string, (time: number, y: number) => number> = {
    going: () => 0,
    nonFinite: (time) => (time > 0.5 ? NaN : 1),
    stepTooSmall: (time, y) => (time > 0.6 ? -1e9 * (y - Math.cos(1e9 * time)) : 0),
    event: () => 1,
  };
  const run = (rows: string[], options: object = {}) =>
    solve({
      space: float64Space({ rows: rows.length }),
      field: (time, y) => y.map((v, i) => kinds[rows[i]]((time as Float64Array)[i], v)),
      y0: Float64Array.from(rows, (row) => Number(row === 'event')),
      t0: 0,
      t1: 2,
      control: 'per-sample',
      minStep: 1e-4,
      maxStep: 0.1,
      events: [{ terminal: true, when: (_t, y) => y.map((v, i) => (rows[i] === 'event' ? v - 1.3 : 1)) }],
      ...options,
    });
  const gravest = async (rows: string[], options?: object) => {
    const { result, rowResults } = await run(rows, options);
    return [result, ...rowResults!.map((row) => row.result)];
  };
  t.deepEqual(await gravest(['going', 'event']), ['event', 'done', 'event']);
  t.deepEqual(await gravest(['event', 'going', 'stepTooSmall']), ['stepTooSmall', 'event', 'done', 'stepTooSmall']);
  t.deepEqual(await gravest(['stepTooSmall', 'nonFinite', 'event']), ['nonFinite', 'stepTooSmall', 'nonFinite', 'event']);
  t.deepEqual(await gravest(['event', 'going'], { maxSteps: 15 }), ['maxSteps', 'event', 'maxSteps']);
  const stop = { onStep: ({ step }: { step: number }) => (step === 14 ? 'stop' : undefined) };
  t.deepEqual(await gravest(['event', 'going'], stop), ['stopped', 'event', 'stopped']);
  const controller = new AbortController();
  const abort = { signal: controller.signal, onStep: ({ step }: { step: number }) => void (step === 14 && controller.abort()) };
  t.deepEqual(await gravest(['event', 'going'], abort), ['aborted', 'event', 'aborted']);
});

test('what cannot be meant is an error with a way out', async (t) => {
  const field = (_t: Times, y: Float64Array) => y;
  const refused: [object, string, RegExp][] = [
    [{ rtoll: 1e-3 }, 'unknown-option', /Did you mean 'rtol'/],
    [{ method: 'dopri6' }, 'invalid-option', /Did you mean 'dopri5'/],
    [{ method: 'rk4' }, 'invalid-option', /Give steps, or a method that has one: heun, ralston, bosh3, dopri5, tsit5, dopri8/],
    [{ method: { ...methods.rk4, b: [1, 1, 1, 1] }, steps: 2 }, 'invalid-option', /b must sum to 1/],
    [{ rtol: -1 }, 'invalid-option', /at least 0/],
    [{ atol: NaN }, 'invalid-option', /a number/],
    [{ rtol: 0, atol: 0 }, 'invalid-option', /some error/],
    [{ method: {} }, 'invalid-option', /as lists of numbers/],
    [{ method: { ...methods.heun, a: [[], 1] } }, 'invalid-option', /as lists of numbers/],
    [{ method: { ...methods.heun, embeddedOrder: -1 } }, 'invalid-option', /embeddedOrder must be a whole number/],
    [{ method: { ...methods.heun, order: 0 } }, 'invalid-option', /order must be a whole number/],
    [{ method: { ...methods.heun, error: [0] } }, 'invalid-option', /error must have one entry for each stage/],
    [{ method: { ...methods.heun, c: [0, 1, 1] } }, 'invalid-option', /c, a and b must have one entry for each stage/],
    [{ steps: 0 }, 'invalid-option', /whole number of at least 1/],
    [{ steps: 2.5 }, 'invalid-option', /whole number/],
    [{ steps: 2, times: [0, 2] }, 'invalid-option', /one of them/],
    [{ times: [0, 1] }, 'invalid-option', /end them with t1/],
    [{ times: [0, 1, 1, 2] }, 'invalid-option', /Order times/],
    [{ saveAt: [1, 0.5] }, 'invalid-option', /Order saveAt/],
    [{ saveAt: [3] }, 'invalid-option', /Order saveAt/],
    [{ saveAt: [NaN] }, 'invalid-option', /array of times/],
    [{ t1: Infinity }, 'invalid-option', /a number/],
    [{ firstStep: 0 }, 'invalid-option', /a number/],
    [{ maxSteps: 0 }, 'invalid-option', /at least 1/],
    [{ controller: 3 }, 'invalid-option', /an object of options/],
    [{ controller: { proportinal: 1 } }, 'unknown-option', /Did you mean 'proportional'/],
    [{ controller: { integral: 0 } }, 'invalid-option', /at least 0.01/],
    [{ controller: { maxFactor: 1 } }, 'invalid-option', /at least 1.1/],
    [{ minStep: -1 }, 'invalid-option', /at least 0/],
    [{ maxStep: 0 }, 'invalid-option', /a number/],
    [{ minStep: 0.2, maxStep: 0.1 }, 'invalid-option', /minStep below maxStep/],
    [{ stepAt: [3] }, 'invalid-option', /Order stepAt/],
    [{ jumpAt: [-0.1] }, 'invalid-option', /Order jumpAt/],
    [{ jumpAt: 1 }, 'invalid-option', /array of times/],
    [{ compact: true }, 'invalid-option', /Add control: 'per-sample'/],
    [{ events: 3 }, 'invalid-option', /a list of events/],
    [{ events: [{}] }, 'invalid-option', /crosses zero/],
    [{ events: [{ when: () => 1, terminl: true }] }, 'unknown-option', /Did you mean 'terminal'/],
    [{ events: [{ when: () => 1, direction: 'up' }] }, 'invalid-option', /'rising', 'falling'/],
    [{ events: [{ when: () => NaN }] }, 'invalid-value', /wherever the solution goes/],
    [{ events: [{ when: () => Float64Array.of(1, 2) }] }, 'invalid-value', /Return a number/],
    [{ control: 'row' }, 'invalid-option', /'joint', 'per-sample'/],
    [{ field: 3 }, 'invalid-option', /a function/],
    [{ y0: undefined }, 'invalid-option', /a state/],
    [{ y0: null }, 'invalid-option', /a state/],
    [{ jacobian: 3 }, 'invalid-option', /a function \(t, y\) => ∂f\/∂y/],
    [{ times: 3 }, 'invalid-option', /an array of times/],
    [{ signal: {} }, 'invalid-option', /AbortSignal/],
  ];
  for (const [change, code, hint] of refused) {
    const error = await t.throwsAsync(() => solve({ ...base, field, ...change }), undefined, JSON.stringify(change));
    t.is((error as Error & { code: string }).code, code);
    t.regex((error as Error & { hint: string }).hint, hint);
  }
  t.throws(() => float64Space({ rows: 0 }), { message: /rows is 0/ });
  await t.throwsAsync(() => solve({ ...base, space: float64Space({ rows: 2 }), field }), { message: /do not divide into 2 rows/ });
  t.throws(() => advance(space, field, 'dopri6' as 'dopri5', base.y0, [0, 1]), { message: /advance: method is 'dopri6'/ });
  const dense = await solve({ ...base, field, dense: true });
  t.throws(() => dense.at!(2.1), { message: /not between 0 and 2/ });
  dense.releaseDense!();
  t.throws(() => dense.at!(1), { message: /was released/ });
});

test('a field whose answer is no state of the same length is an error that says so', async (t) => {
  const answers: [unknown, RegExp][] = [
    [Float64Array.of(1, 2), /returned 2 numbers for a state of 1/],
    [new Float64Array(0), /returned 0 numbers/],
    [-1, /no array \(number\)/],
    [undefined, /no array \(undefined\)/],
  ];
  for (const [answer, message] of answers) {
    const field = () => answer as Float64Array;
    for (const settings of [{}, { firstStep: 0.1 }, { steps: 3 }]) {
      await t.throwsAsync(() => solve({ ...base, field, ...settings }), { code: 'invalid-shape', message });
    }
    t.throws(() => advance(space, field, 'euler', base.y0, [0, 1]), { code: 'invalid-shape', message });
  }
});

test('a field may promise its slopes: the same solution to the bit, and a rejection is the error of the solve', async (t) => {
  const field = (time: Times, y: Float64Array) => y.map((v) => Math.cos(3 * number(time)) - v);
  for (const settings of [{}, { method: 'heun' as const }, { method: 'rk4' as const, steps: 5 }]) {
    const [now, later] = [
      await solve({ ...base, ...settings, field, saveAt: [0.3, 2] }),
      await solve({ ...base, ...settings, field: (time, y) => macrotask(field(time, y)), saveAt: [0.3, 2] }),
    ];
    t.deepEqual([later.y, later.saved, later.stats], [now.y, now.saved, now.stats]);
  }
  let calls = 0;
  const failing = (time: Times, y: Float64Array) => (++calls > 9 ? Promise.reject(new Error('gone')) : Promise.resolve(field(time, y)));
  await t.throwsAsync(() => solve({ ...base, field: failing }), { message: 'gone' });
  t.throws(() => advance(space, () => Promise.resolve(base.y0), 'euler', base.y0, [0, 1]), { message: /returned a promise/ });
});

test('any number of fixed steps is laid out no further than maxSteps', async (t) => {
  for (const steps of [11, 1e6, Number.MAX_SAFE_INTEGER]) {
    const { result, stats, grid } = await solve({ ...base, field: (_t, y) => y, method: 'euler', steps, maxSteps: 10 });
    t.is(result, 'maxSteps');
    t.is(stats.accepted, 10);
    t.is(grid![10], (2 * 10) / steps);
  }
  t.is((await solve({ ...base, field: (_t, y) => y, method: 'euler', steps: 10, maxSteps: 10 })).result, 'done');
  t.is((await solve({ ...base, field: (_t, y) => y, method: 'euler', steps: 10_001 })).stats.steps, 10_000, 'the default');
});

test('a tolerance that rounding alone exceeds is told whichever row it is in', async (t) => {
  for (const y0 of [
    [1e8, 0],
    [0, 1e8],
  ]) {
    const { diagnosis, result } = await solve({
      space: float32Space({ rows: 2 }),
      field: (_t, y) => y.map(() => 1),
      y0: Float32Array.from(y0),
      t0: 0,
      t1: 1,
      control: 'per-sample',
      rtol: 1e-9,
      atol: 1e-9,
    });
    t.is(result, 'done');
    t.regex(diagnosis, /finer than the arithmetic/);
  }
});
