import test from 'ava';
import {
  coupled,
  dampedRotation,
  detest,
  logistic,
  maxError,
  mismatch,
  normalisedRms,
  observedOrder,
  orderResiduals,
  outputMismatch,
  programsOf,
  rational,
  rootedTrees,
  roundAtRandom,
  roundingSpread,
} from '#src/index.js';

test('mismatch names the worst entry, and NaN agrees with NaN only', (t) => {
  t.is(mismatch([1, 2], [1, 2 + 1e-9], { atol: 1e-8 }), undefined);
  t.regex(mismatch([1, 2, 3], [1, 2.5, 3.1], { rtol: 0.01 })!, /^\[1\] is 2, not 2\.5: off by 0\.5, allowed 0\.025$/);
  t.regex(mismatch([NaN], [1], { atol: 1e9 })!, /is NaN/);
  t.is(mismatch([NaN, Infinity], [NaN, Infinity], {}), undefined);
  t.is(mismatch([1], [1, 2], {}), '1 numbers where 2 are expected');
});

test('measures of error', (t) => {
  t.is(maxError([1, 2, 3], [1, 4, 2]), 2);
  t.true(Number.isNaN(maxError([1, NaN, 5], [1, 1, 1])));
  t.is(normalisedRms([1, 1], [0, 0], { atol: 0.5 }), 2);
  t.is(normalisedRms([11, 10], [10, 10], { rtol: 0.1 }), Math.sqrt(0.5));
});

test('the observed order of an exact power is its exponent', (t) => {
  const steps = [0.1, 0.05, 0.02];
  t.true(
    Math.abs(
      observedOrder(
        steps,
        steps.map((h) => 7 * h ** 3),
      ) - 3,
    ) < 1e-12,
  );
});

test('there are as many rooted trees as Cayley counted', (t) => {
  t.deepEqual(
    [1, 2, 3, 4, 5, 6, 7].map((order) => rootedTrees(order).length),
    [1, 1, 2, 4, 9, 20, 48],
  );
});

test('programs of a page are found with their outputs; words must be the same, numbers nearly, times not at all', (t) => {
  const fence = '`'.repeat(3);
  const page = `Text.\n\n${fence}js\na();\n${fence}\n\n${fence}text\nx = 1.00 m\n${fence}\n
${fence}js\nb();\n${fence}\nMore.\n${fence}js\nc();\n${fence}\n${fence}text timings\n5 ms a\n6 ms b\n${fence}\n`;
  const [a, b, c, ...others] = programsOf(page);
  t.deepEqual(others, []);
  t.deepEqual(a, { code: 'a();\n', output: 'x = 1.00 m\n', timings: false });
  t.deepEqual(b, { code: 'b();\n', output: undefined, timings: false });
  t.deepEqual(c, { code: 'c();\n', output: '5 ms a\n6 ms b\n', timings: true });
  t.is(outputMismatch('x =  1.05 m', a), undefined);
  t.is(outputMismatch('x = 1.2 m', a), 'printed 1.2, the page says 1');
  t.regex(outputMismatch('x = NaN m', a)!, /^printed "x = NaN m"/);
  t.is(outputMismatch('anything', b), undefined);
  t.is(outputMismatch('70 ms b\n8 ms a\n', c), undefined);
  t.regex(outputMismatch('70 s a\n6 ms b', c)!, /^printed/);
});

test("order conditions know Runge's midpoint rule to be of order 2, and its order-3 defects", (t) => {
  const residuals = orderResiduals({ a: [[], [1 / 2]], b: [0, 1] }, 3);
  t.deepEqual(
    residuals.filter(({ order }) => order < 3).map(({ residual }) => residual),
    [0, 0],
  );
  const third = residuals.filter(({ order }) => order === 3).map(({ residual }) => residual);
  t.deepEqual(
    third.map((residual) => Math.round(residual * 12)).sort((a, b) => a - b),
    [-2, -1],
  );
});

test('every closed form satisfies its equation, by central differences', (t) => {
  for (const problem of [dampedRotation, coupled, rational, logistic]) {
    for (let i = 0; i <= 10; i++) {
      const time = problem.t0 + ((problem.t1 - problem.t0) * i) / 10;
      const d = 1e-5;
      const before = problem.exact(time - d);
      const slope = problem.exact(time + d).map((value, j) => (value - before[j]) / (2 * d));
      t.is(mismatch(problem.field(time, problem.exact(time)), slope, { atol: 1e-9, rtol: 1e-8 }), undefined, problem.name);
    }
  }
});

test('DETEST has five problems in each of five classes, with slopes of the size of their states', (t) => {
  t.is(
    detest.map(({ name }) => name).join(' '),
    'ABCDE'
      .split('')
      .flatMap((letter) => [1, 2, 3, 4, 5].map((n) => letter + n))
      .join(' '),
  );
  for (const { y0, field } of detest) {
    const slope = field(0, y0);
    t.is(slope.length, y0.length);
    t.true(slope.every(Number.isFinite));
  }
});

test('rounding at random goes to one of the two floats beside a number, and leaves floats as they are', (t) => {
  const [below, above] = [Math.fround(0.1) - 2 ** -27, Math.fround(0.1)];
  t.deepEqual(
    [true, false].map((coin) => roundAtRandom(0.1, coin)),
    [above, below],
  );
  t.deepEqual(
    [true, false].map((coin) => roundAtRandom(-0.1, coin)),
    [-above, -below],
  );
  t.deepEqual([roundAtRandom(1e-46, true), roundAtRandom(1e-46, false), roundAtRandom(-1e-46, false)], [0, 2 ** -149, -(2 ** -149)]);
  for (const x of [0, -0, 1, 2 ** -149, -0.375, Infinity, NaN]) t.is(roundAtRandom(x, false), x);
});

test('the spread of rounding tells what cancels from what does not', (t) => {
  const { exact, spread } = roundingSpread((round) => ({
    sum: [round(round(1 / 3) + round(1e6 / 3))],
    difference: [round(round(round(1e6 / 3) + round(1 / 3)) - round(1e6 / 3))],
    whole: [round(3 + 4)],
  }));
  t.deepEqual([exact['sum'][0], exact['whole'][0]], [1 / 3 + 1e6 / 3, 7]);
  t.true(spread['sum'][0] > 0 && spread['sum'][0] < 2e-7 * exact['sum'][0]);
  t.true(spread['difference'][0] > 1e-3 && spread['difference'][0] < 0.1);
  t.is(spread['whole'][0], 0);
});
