// Runs alone: it changes the backend of TensorFlow.js.
import test from 'ava';
import { countTensors, ready, type Tensor, tensorSpace, tf, withScope } from '#src/tensor/index.js';
import {
  eventGradient,
  type EventGradientOptions,
  float64Space,
  solve,
  type Solution,
  type SolveOptions,
  type Times,
} from '#src/ode/index.js';
import { countingSpace } from '../reference/counting-space.js';

const tight = { rtol: 1e-11, atol: 1e-11 };
const number = (t: Times) => t as number;

/** Both cotangents of the same event in turn: each a row of the Jacobian of (τ, y(τ)) with respect to y0 and parameters. */
async function jacobian(
  options: Omit<EventGradientOptions<Float64Array, readonly number[]>, 'ofTime' | 'ofState'>,
  parameters: number,
): Promise<{ ofStart: number[][]; ofParameters: number[][]; ofEvent: number[] }> {
  const n = options.y0.length;
  const cotangents = [
    { ofTime: 1, ofState: new Float64Array(n) },
    ...Array.from({ length: n }, (_, i) => ({ ofTime: 0, ofState: Float64Array.from({ length: n }, (__, j) => Number(i === j)) })),
  ];
  const result = { ofStart: [] as number[][], ofParameters: [] as number[][], ofEvent: [] as number[] };
  for (const cotangent of cotangents) {
    const sums = new Array<number>(parameters).fill(0);
    const { y0, ofEvent, diagnosis } = await eventGradient({
      ...options,
      ...cotangent,
      gather: (values, scale) => values.forEach((value, i) => (sums[i] += scale * value)),
    });
    if (!y0) throw new Error(diagnosis);
    result.ofStart.push([...y0]);
    result.ofParameters.push(sums);
    result.ofEvent.push(ofEvent[0]);
  }
  return result;
}

const space = float64Space();

test('a falling ball: the closed form of when and how fast it lands, in height, speed and gravity', async (t) => {
  const [height, speed, gravity] = [3, 0.7, 1.3];
  const y0 = Float64Array.of(height, speed);
  const field = (_t: Times, y: Float64Array) => Float64Array.of(y[1], -gravity);
  const solution = await solve({
    space,
    field,
    y0,
    t0: 0,
    t1: 50,
    ...tight,
    events: [{ when: (_t, y) => y[0], direction: 'falling', terminal: true }],
  });
  for (const gradient of ['steps', 'checkpointed', 'adjoint'] as const) {
    const { ofStart, ofParameters } = await jacobian(
      {
        space,
        field,
        y0,
        t0: 0,
        ...tight,
        gradient,
        solution,
        pull: (_t, _y, c) => ({ ofY: Float64Array.of(0, c[0]), ofParameters: [-c[1]] }),
        ofEvent: () => ({ ofT: 0, ofY: Float64Array.of(1, 0) }),
      },
      1,
    );
    // Landing with speed −r at τ = (v + r)/G, r² = v² + 2Gh.
    const r = Math.hypot(speed, Math.sqrt(2 * gravity * height));
    const tau = (speed + r) / gravity;
    const close = (a: number, b: number) => t.true(Math.abs(a - b) < 1e-7, `${gradient}: ${a} ${b}`);
    close(number(solution.t), tau);
    close(ofStart[0][0], 1 / r);
    close(ofStart[0][1], (1 + speed / r) / gravity);
    close(ofParameters[0][0], height / r / gravity - tau / gravity);
    for (const [i, value] of [0, 0].entries()) close(ofStart[1][i], value);
    close(ofStart[2][0], -gravity / r);
    close(ofStart[2][1], -speed / r);
    close(ofParameters[2][0], -height / r);
  }
});

/** A pendulum with friction, driven: y″ = −k sin y − c y′ + sin t; the event is y = 0.3 cos(at). */
const pendulum = (k: number, c: number, a: number) => ({
  field: (t: Times, y: Float64Array) => Float64Array.of(y[1], -k * Math.sin(y[0]) - c * y[1] + Math.sin(number(t))),
  when: (t: Times, y: Float64Array) => y[0] - 0.3 * Math.cos(a * number(t)),
});

test('a driven pendulum through a moving mark: central differences, in start, field and event', async (t) => {
  const given = [1.1, 0.2, 4, 0.3, 0.7];
  const find = async ([position, speed, k, c, a]: readonly number[]) => {
    const { field, when } = pendulum(k, c, a);
    const options: SolveOptions<Float64Array> = { space, field, y0: Float64Array.of(position, speed), t0: 0.2, t1: 9, ...tight };
    return await solve({ ...options, events: [{ when, direction: 'rising', terminal: true }] });
  };
  const solution = await find(given);
  t.is(solution.result, 'event');
  const [, , k, c, a] = given;
  const { ofStart, ofParameters, ofEvent } = await jacobian(
    {
      space,
      field: pendulum(k, c, a).field,
      y0: Float64Array.of(given[0], given[1]),
      t0: 0.2,
      ...tight,
      solution,
      pull: (_t, y, [c0, c1]) => ({
        ofY: Float64Array.of(-k * Math.cos(y[0]) * c1, c0 - c * c1),
        ofParameters: [-Math.sin(y[0]) * c1, -y[1] * c1],
      }),
      ofEvent: (time) => ({ ofT: 0.3 * a * Math.sin(a * number(time)), ofY: Float64Array.of(1, 0) }),
    },
    2,
  );
  const end = ({ t: time, y }: Solution<Float64Array>) => [number(time), ...y];
  const step = 1e-5;
  for (let i = 0; i < given.length; i++) {
    const [above, below] = await Promise.all(
      [step, -step].map(async (change) => end(await find(given.map((v, j) => (i === j ? v + change : v))))),
    );
    above.forEach((value, output) => {
      const difference = (value - below[output]) / (2 * step);
      const ofMark = 0.3 * number(solution.t) * Math.sin(a * number(solution.t));
      const own = [...ofStart[output], ...ofParameters[output], ofEvent[output] * ofMark][i];
      t.true(Math.abs(own - difference) < 1e-5 * (1 + Math.abs(difference)), `${output} by ${i}: ${own} ${difference}`);
    });
  }
});

test('rows each have their own event; one that met none is differentiated in its end', async (t) => {
  const rates = [0.5, 1, 3];
  const rows = float64Space({ rows: 3 });
  const field = (_t: Times, y: Float64Array) => y.map((v, i) => -rates[i] * v);
  const y0 = Float64Array.of(1, 2, 1.5);
  // Decay from y0 to 0.7 takes ln(y0/0.7)/rate; row 0 has only until 0.4.
  const solution = await solve({
    space: rows,
    field,
    y0,
    t0: 0,
    t1: 0.4,
    ...tight,
    control: 'per-sample',
    events: [{ when: (_t, y) => y.map((v) => v - 0.7), terminal: true }],
  });
  t.deepEqual(
    solution.rowResults!.map(({ result }) => result),
    ['done', 'done', 'event'],
  );
  const sums = new Float64Array(3);
  const { y0: ofStart } = await eventGradient<Float64Array, Float64Array>({
    space: rows,
    field,
    y0,
    t0: 0,
    ...tight,
    solution,
    pull: (_t, y, c) => ({ ofY: c.map((v, i) => -rates[i] * v), ofParameters: c.map((v, i) => -v * y[i]) }),
    gather: (values, scale) => values.forEach((value, i) => (sums[i] += scale * value)),
    ofEvent: () => ({ ofT: 0, ofY: Float64Array.of(1, 1, 1) }),
    ofTime: 1,
    ofState: Float64Array.of(1, 1, 1),
  });
  // L = Σ τ + y(τ): of a row that ended at 0.7 only τ counts; τ of the others is given.
  const expected = [Math.exp(-0.2), Math.exp(-0.4), 1 / (3 * 1.5)];
  const ofRates = [-0.4 * Math.exp(-0.2), -0.8 * Math.exp(-0.4), -Math.log(1.5 / 0.7) / 9];
  expected.forEach((value, i) => t.true(Math.abs(ofStart![i] - value) < 1e-8, `${ofStart![i]} ${value}`));
  ofRates.forEach((value, i) => t.true(Math.abs(sums[i] - value) < 1e-8, `${sums[i]} ${value}`));
});

test('an event that is only touched has no derivative; a space without products is refused', async (t) => {
  const options = {
    space,
    field: (time: Times) => Float64Array.of(number(time)),
    y0: Float64Array.of(0),
    t0: -1,
    solution: { t: 0, y: Float64Array.of(-0.5), result: 'event' as const },
    pull: () => ({ ofY: Float64Array.of(0) }),
    ofEvent: () => ({ ofT: 0, ofY: Float64Array.of(1) }),
    ofTime: 1,
    ofState: Float64Array.of(0),
  };
  await t.throwsAsync(eventGradient(options), { code: 'invalid-value', message: /only touches/ });
  await t.throwsAsync(eventGradient({ ...options, space: { ...space, dot: undefined } }), { code: 'invalid-option', message: /no dot/ });
});

test('nothing is left alive but what is returned, by row and jointly, whether it ends or anything fails', async (t) => {
  for (const control of ['joint', 'per-sample'] as const) {
    for (const failing of [undefined, 'field', 'pull', 'ofEvent', 'maxSteps'] as const) {
      for (const at of [1, 4]) {
        const { space: counted, make, alive } = countingSpace(2);
        const y0 = make([2, 3]);
        const decay = (y: Float64Array) => make(y.map((v) => -v));
        const solution = await solve({
          space: counted,
          field: (_t, y) => decay(y),
          y0,
          t0: 0,
          t1: 9,
          control,
          events: [{ when: (_t, y) => (control === 'joint' ? y[0] - 1 : y.map((v) => v - 1)), terminal: true }],
        });
        const ofState = make([1, 1]);
        const before = new Set(alive);
        let calls = 0;
        const fail = (where: string) => {
          if (failing === where && ++calls === (where === 'ofEvent' ? 1 : at)) throw new Error('it failed');
        };
        const run = eventGradient<Float64Array, number>({
          space: counted,
          y0,
          t0: 0,
          solution,
          // Slope and cotangent may be the very states that were given.
          field: (_t, y) => (fail('field'), y),
          pull: (_t, y, c) => (fail('pull'), { ofY: c, slope: decay(y) }),
          ofEvent: () => (fail('ofEvent'), { ofT: 0, ofY: make(control === 'joint' ? [1, 0] : [1, 1]) }),
          ofTime: 1,
          ofState,
          ...(failing === 'maxSteps' && { maxSteps: 1, rtol: 1e-12, atol: 1e-12 }),
        });
        if (failing && failing !== 'maxSteps') await t.throwsAsync(run, { message: 'it failed' });
        else {
          const { y0: ofStart, diagnosis } = await run;
          t.is(ofStart === undefined, failing === 'maxSteps', diagnosis);
          if (ofStart) counted.release(ofStart);
        }
        t.deepEqual(alive, before, `${control} ${failing} ${at}`);
      }
    }
  }
});

test.serial('over tensors: y′ = y from y₀ crosses c at τ = ln(c/y₀), so that ∂τ/∂y₀ = −1/y₀; nothing but the result is left', async (t) => {
  await ready({ backend: 'cpu' });
  const before = countTensors();
  const starts = [0.5, 0.8, 2];
  for (const control of ['per-sample', 'joint'] as const) {
    const rows = control === 'joint' ? [0.5] : starts;
    await withScope(async (scope) => {
      const own = <T extends Tensor>(make: () => T): T => scope.run(make);
      const y0 = scope.keep(tf.tensor2d(rows, [rows.length, 1]));
      const problem = {
        space: tensorSpace(scope),
        field: (_t: Times, y: Tensor) => own(() => tf.clone(y)),
        y0,
        t0: 0,
        rtol: 1e-5,
        atol: 1e-5,
      };
      const when = (_t: Times, y: Tensor) => Float64Array.from(y.dataSync(), (v) => v - 1);
      const solution = await solve({ ...problem, t1: 2, control, events: [{ when, terminal: true }] });
      const found = await eventGradient({
        ...problem,
        solution,
        pull: (_t, _y, c) => ({ ofY: own(() => tf.clone(c)) }),
        ofEvent: (_t, y) => ({ ofT: 0, ofY: own(() => tf.onesLike(y)) }),
        ofTime: 1,
        ofState: scope.keep(tf.zeros(y0.shape)),
      });
      const slopes = [...found.y0!.dataSync()];
      // The row that sets out beyond c has no event, and its end has no part in L.
      slopes.forEach((slope, i) => t.true(Math.abs(slope - (rows[i] < 1 ? -1 / rows[i] : 0)) < 1e-3, `${control}: ${slope}`));
    });
  }
  t.is(countTensors(), before);
});
