import test from 'ava';
import fc from 'fast-check';
import { advance, float64Space, methods, solve, type MethodName, type SolveOptions } from '#src/ode/index.js';
import { methodNames } from '#src/ode/methods/index.js';
import { countingSpace, type CountingSpace } from './reference/counting-space.js';

const RATES = [1, 20, 0.1];

/** Three rows, y′ = −rate·y·(1 + t), that throws, turns NaN or just counts at its nth evaluation. */
function fieldOf(counting: CountingSpace, at: number, what: 'throw' | 'nan' | 'nothing' = 'nothing') {
  let evaluations = 0;
  return (t: number | Float64Array, y: Float64Array, rows: ArrayLike<number> = [0, 1, 2]) => {
    if (!counting.alive.has(y)) throw new Error('the field was given a dead state');
    evaluations++;
    if (evaluations === at && what === 'throw') throw new Error('the field failed');
    const broken = evaluations >= at && what === 'nan';
    return counting.make(y.map((value, row) => (broken ? NaN : -RATES[rows[row]] * value * (1 + (typeof t === 'number' ? t : t[row])))));
  };
}

/** Rows fall through 0.7; under joint control the sum of all. */
const crossing = (counting: CountingSpace, terminal: boolean) => ({
  terminal,
  when(t: number | Float64Array, y: Float64Array) {
    if (!counting.alive.has(y)) throw new Error('the event was given a dead state');
    return typeof t === 'number' ? y.reduce((sum, v) => sum + v, 0) - 2 : y.map((v) => v - 0.7);
  },
});

const onlyAlive = ({ alive }: CountingSpace, states: Float64Array[]) =>
  alive.size === states.length && states.every((state) => alive.has(state));

const optionSets = fc.record({
  method: fc.constantFrom(...methodNames),
  control: fc.constantFrom('joint' as const, 'per-sample' as const),
  steps: fc.option(fc.integer({ min: 1, max: 6 }), { nil: undefined }),
  saveAt: fc.constantFrom([], [0], [0, 0.3, 1], [0.25, 0.5, 0.75], [1, 1]),
  dense: fc.boolean(),
  firstStep: fc.option(fc.constant(0.4), { nil: undefined }),
  maxSteps: fc.constantFrom(3, 1000),
  asynchronous: fc.boolean(),
  compact: fc.boolean(),
  watched: fc.constantFrom('nothing' as const, 'passing' as const, 'terminal' as const),
  jumpAt: fc.constantFrom([], [0.45]),
  at: fc.integer({ min: 1, max: 40 }),
  what: fc.constantFrom('throw' as const, 'nan' as const, 'nothing' as const),
});

test('whatever happens, only y0 and what is returned stays alive, and nothing dead is touched', async (t) => {
  const outcomes = new Set<string>();
  await fc.assert(
    fc.asyncProperty(optionSets, async ({ asynchronous, at, what, steps, watched, compact, ...options }) => {
      const counting = countingSpace(3, asynchronous);
      const y0 = counting.make([1, 2, 3]);
      const adaptive = 'error' in methods[options.method];
      const problem: SolveOptions<Float64Array> = {
        ...options,
        steps: steps ?? (adaptive ? undefined : 4),
        compact: compact && options.control === 'per-sample',
        events: watched === 'nothing' ? [] : [crossing(counting, watched === 'terminal')],
        space: counting.space,
        field: fieldOf(counting, at, what),
        y0,
        t0: 0,
        t1: 1,
        rtol: 1e-4,
        atol: 1e-4,
      };
      try {
        const solution = await solve(problem);
        outcomes.add(solution.result);
        const returned = [solution.y, ...solution.saved, ...(solution.events ?? []).map(({ y }) => y)];
        if (options.dense) {
          if (typeof solution.t === 'number' ? solution.t > 0 : solution.t.every((time) => time > 0)) {
            counting.space.release(solution.at!(typeof solution.t === 'number' ? solution.t / 3 : 0));
          }
          solution.releaseDense!();
          solution.releaseDense!();
        }
        t.true(onlyAlive(counting, [y0, ...returned]));
        t.is(new Set(returned).size, returned.length);
      } catch (error) {
        if ((error as Error).message !== 'the field failed') throw error;
        outcomes.add('thrown');
        t.true(onlyAlive(counting, [y0]));
      }
    }),
    { numRuns: 400, seed: 2 },
  );
  t.deepEqual([...outcomes].sort(), ['done', 'event', 'maxSteps', 'nonFinite', 'thrown']);
});

test('a callback that throws frees everything too', async (t) => {
  const counting = countingSpace(3);
  const y0 = counting.make([1, 2, 3]);
  const onStep = () => {
    throw new Error('enough');
  };
  await t.throwsAsync(() => solve({ space: counting.space, field: fieldOf(counting, 0), y0, t0: 0, t1: 1, dense: true, onStep }), {
    message: 'enough',
  });
  t.true(onlyAlive(counting, [y0]));
});

test('an arithmetic that fails at any of its norms, the last ones included, leaves y0 alone alive', async (t) => {
  for (const dense of [false, true]) {
    let norms = 0;
    const run = async (fails: number) => {
      const counting = countingSpace(3);
      const y0 = counting.make([1, 2, 3]);
      norms = 0;
      const norm: typeof counting.space.norm = (...given) => {
        if (++norms === fails) throw new Error('the device is lost');
        return counting.space.norm(...given);
      };
      const options = { field: fieldOf(counting, 0), y0, t0: 0, t1: 1, rtol: 1e-3, atol: 1e-3, saveAt: [0.5, 1], dense };
      const solving = solve({ ...options, space: { ...counting.space, norm } });
      return { counting, y0, solving };
    };
    await (
      await run(Infinity)
    ).solving;
    const all = norms;
    for (let fails = 1; fails <= all; fails++) {
      const { counting, y0, solving } = await run(fails);
      await t.throwsAsync(solving, { message: 'the device is lost' });
      t.true(onlyAlive(counting, [y0]), `norm ${fails} of ${all}`);
    }
  }
});

test('a field that returns its own argument, or one state twice, is not freed twice', async (t) => {
  const counting = countingSpace(1);
  const y0 = counting.make([1]);
  const { y } = await solve({ space: counting.space, field: (_t, state) => state, y0, t0: 0, t1: 1, rtol: 1e-8, atol: 1e-8 });
  t.true(Math.abs(y[0] - Math.E) < 1e-7);
  t.true(onlyAlive(counting, [y0, y]));
});

test('a field that returns a slope again while it lives does not take it away from the steps', async (t) => {
  for (const method of ['heun', 'dopri5'] as const) {
    const counting = countingSpace(1);
    const y0 = counting.make([1]);
    let last = counting.make([2]);
    const field = () => (counting.alive.has(last) ? last : (last = counting.make([2])));
    const { y, result } = await solve({ space: counting.space, field, y0, t0: 0, t1: 3, method, firstStep: 0.5 });
    t.is(result, 'done');
    t.true(Math.abs(y[0] - 7) < 1e-12);
    t.true(onlyAlive(counting, counting.alive.has(last) ? [y0, y, last] : [y0, y]));
  }
});

for (const method of methodNames) {
  test(`advance with ${method} leaves y and its result, also when the field throws`, (t) => {
    const counting = countingSpace(3);
    const y0 = counting.make([1, 2, 3]);
    const y = advance(counting.space, fieldOf(counting, 0), method, y0, [0, 0.1, 0.3, 0.5]);
    t.true(onlyAlive(counting, [y0, y]));
    t.deepEqual(y0, Float64Array.of(1, 2, 3));
    counting.space.release(y);
    for (let at = 1; at <= 3 * methods[method].order; at++) {
      t.throws(() => advance(counting.space, fieldOf(counting, at, 'throw'), method, y0, [0, 0.1, 0.3, 0.5]), {
        message: 'the field failed',
      });
      t.true(onlyAlive(counting, [y0]));
    }
  });

  test(`advance with ${method} repeats a solve to the bit`, async (t) => {
    const problem = { space: float64Space({ rows: 3 }), field: fieldOf({ ...countingSpace(3), alive: { has: () => true } } as never, 0) };
    const y0 = Float64Array.of(1, 2, 3);
    const name: MethodName = method;
    const fixed = await solve({ ...problem, y0, t0: 0, t1: 1, method: name, steps: 7 });
    t.deepEqual(advance(problem.space, problem.field, name, y0, fixed.grid!), fixed.y);
    if (!('error' in methods[name])) return;
    const adaptive = await solve({ ...problem, y0, t0: 1, t1: -0.5, method: name });
    t.deepEqual(advance(problem.space, problem.field, name, y0, adaptive.grid!), adaptive.y);
  });
}
