import test from 'ava';
import { maxError } from '@advect/testkit';
import { float32Space, float64Space, solve, type SolveOptions, type Times } from '#src/ode/index.js';
import { adaptiveMethods } from './reference/detest-runs.js';

const space = float64Space();
const tight = { rtol: 1e-9, atol: 1e-9 };

/** Height and speed of a ball under gravity 1, dropped from height 2: it lands at t = 2 with speed −2. */
const ball = { space, field: (_t: Times, y: Float64Array) => Float64Array.of(y[1], -1), y0: Float64Array.of(2, 0), t0: 0, t1: 10 };
const landing = { when: (_t: Times, y: Float64Array) => y[0], direction: 'falling' as const, terminal: true };

test('a ball bounces: each landing ends a solve, the next one sets out from it', async (t) => {
  let [time, state] = [0, ball.y0];
  const restitution = 0.8;
  for (let bounce = 0; bounce < 6; bounce++) {
    const {
      result,
      t: end,
      y,
      events,
      diagnosis,
      grid,
    } = await solve({ ...ball, ...tight, y0: state, t0: time, t1: 30, events: [landing] });
    const speed = 2 * restitution ** bounce;
    const expected = time + (bounce === 0 ? 2 : 2 * speed);
    t.is(result, 'event');
    t.true(
      Math.abs((end as number) - expected) < 1e-9 && Math.abs(y[0]) < 1e-10 && Math.abs(y[1] + speed) < 1e-9,
      `${String(end)} ${expected}`,
    );
    t.deepEqual(events, [{ event: 0, row: 0, t: end as number, y }]);
    t.is(grid!.at(-1), end as number);
    t.regex(diagnosis, /stopped at t = .* at a terminal event/);
    [time, state] = [end as number, Float64Array.of(y[0], -restitution * y[1])];
  }
});

for (const method of adaptiveMethods) {
  test(`${method}: all crossings of an oscillation, by direction, in both directions of time`, async (t) => {
    const tolerance = { heun: 1e-5, ralston: 1e-5, bosh3: 1e-7 }[method as string] ?? 1e-9;
    const options = {
      space,
      field: (_t: Times, y: Float64Array) => Float64Array.of(y[1], -y[0]),
      y0: Float64Array.of(1, 0),
      method,
      rtol: tolerance,
      atol: tolerance,
      events: (['any', 'rising', 'falling'] as const).map((direction) => ({ when: (_t: Times, y: Float64Array) => y[0], direction })),
    };
    for (const sign of [1, -1]) {
      const { events, result } = await solve({ ...options, t0: 0, t1: sign * 10 });
      t.is(result, 'done');
      const times = (event: number) => events!.filter((one) => one.event === event).map((one) => sign * one.t);
      const expected = [0.5, 1.5, 2.5].map((turns) => turns * Math.PI);
      t.true(maxError(times(0), expected) < 60 * tolerance, `${maxError(times(0), expected)}`);
      t.deepEqual(times(2), [times(0)[0], times(0)[2]]);
      t.deepEqual(times(1), [times(0)[1]]);
      for (const { y, t: time } of events!) t.true(Math.abs(y[0]) < 1e-9 && Math.abs(y[1] + Math.sin(time)) < 60 * tolerance);
    }
  });
}

/** Rows fall from heights of their own; each lands at √(2·height). */
const heights = [0.5, 2, 8, 50];
const fall = {
  space: float64Space({ rows: heights.length }),
  field: (_t: Times, y: Float64Array) => y.map((_, i) => (i % 2 ? -1 : y[i + 1])),
  y0: Float64Array.from(heights.flatMap((height) => [height, 0])),
  t0: 0,
  t1: 6,
  control: 'per-sample' as const,
};
const perRow = { ...landing, when: (_t: Times, y: Float64Array) => Float64Array.from({ length: y.length / 2 }, (_, row) => y[2 * row]) };

test('rows end at events of their own, and the others go on as if alone', async (t) => {
  for (const compact of [false, true]) {
    const saveAt = [0.7, 1.5, 3, 6];
    const {
      result,
      rowResults,
      y,
      t: end,
      events,
      saved,
      at,
    } = await solve({ ...fall, ...tight, events: [perRow], compact, saveAt, dense: true });
    t.is(result, 'event');
    t.deepEqual(
      rowResults!.map((row) => row.result),
      ['event', 'event', 'event', 'done'],
    );
    t.true(maxError(end as Float64Array, [1, 2, 4, 6]) < 1e-9);
    t.true(maxError(y, [0, -1, 0, -2, 0, -4, 32, -6]) < 1e-8);
    t.deepEqual(new Set(events!.map(({ row }) => row)), new Set([0, 1, 2]));
    for (const { row, y: there, t: time } of events!) {
      t.deepEqual(there, y.slice(2 * row, 2 * row + 2));
      t.is(time, (end as Float64Array)[row]);
    }
    saveAt.forEach((time, i) => {
      heights.forEach((height, row) => {
        const expected = height - time ** 2 / 2;
        for (const state of [saved[i], at!(time)])
          t.true(expected < 0 ? Number.isNaN(state[2 * row]) : Math.abs(state[2 * row] - expected) < 1e-8);
      });
    });
    const alone = await solve({ ...fall, ...tight, space: float64Space({ rows: 1 }), y0: fall.y0.slice(4, 6), events: [perRow] });
    t.deepEqual(alone.y, y.slice(4, 6));
    t.is((alone.t as Float64Array)[0], (end as Float64Array)[2]);
  }
});

test('of several events in one step each is found, in order, up to the first terminal one', async (t) => {
  const at = (level: number, terminal = false) => ({ when: (_t: Times, y: Float64Array) => y[0] - level, terminal });
  const options: SolveOptions<Float64Array> = {
    space,
    field: () => Float64Array.of(1),
    y0: Float64Array.of(0),
    t0: 0,
    t1: 1,
    firstStep: 1,
  };
  const { events, t: end, stats } = await solve({ ...options, events: [at(0.6, true), at(0.2), at(0.9, true), at(0.4), at(0)] });
  t.is(stats.steps, 1);
  t.deepEqual(
    events!.map(({ event }) => event),
    [1, 3, 0],
  );
  events!.forEach(({ t: time }, i) => t.true(Math.abs(time - [0.2, 0.4, 0.6][i]) < 1e-12));
  t.is(end, events![2].t);
});

test('an event of time alone, at the very end, with fixed steps, in float32, and one whose function is a promise', async (t) => {
  const options = { space, field: (_t: Times, y: Float64Array) => y, y0: Float64Array.of(1), t0: 0, t1: 1 };
  const atEnd = await solve({ ...options, events: [{ when: (time: Times) => (time as number) - 1, terminal: true }] });
  t.is(atEnd.result, 'event');
  t.is(atEnd.t, 1);
  t.deepEqual(atEnd.events![0].y, atEnd.y);
  const doubled = { when: (_t: Times, y: Float64Array | Float32Array) => Promise.resolve(y[0] - 1.5), terminal: true };
  const fixed = await solve({ ...options, method: 'rk4', steps: 20, events: [doubled] });
  t.true(Math.abs((fixed.t as number) - Math.log(1.5)) < 1e-6);
  const single = await solve({
    ...options,
    space: float32Space(),
    field: (_t, y: Float32Array) => y,
    y0: Float32Array.of(1),
    events: [doubled],
  });
  t.true(Math.abs((single.t as number) - Math.log(1.5)) < 3e-6);
});
