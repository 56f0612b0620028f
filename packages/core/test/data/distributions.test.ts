import test from 'ava';
import { ndarray } from '@advect/base/array';
import { type DistributionName, distributions } from '#src/data/distributions.js';
import { AdvectError } from '@advect/base/errors';
import { key } from '#src/random/index.js';

const names = Object.keys(distributions) as DistributionName[];

/** Half width and number of cells (a multiple of 16) of a midpoint grid that holds the density and resolves its narrowest part. */
const grids: { readonly [N in DistributionName]?: { half: number; cells: number } } = {
  '8gaussians': { half: 5.2, cells: 48 },
  moons: { half: 4.5, cells: 64 },
  pinwheel: { half: 6.4, cells: 128 },
  '2spirals': { half: 4.3, cells: 112 },
  swissroll: { half: 4.5, cells: 64 },
  rings: { half: 3.6, cells: 128 },
  circles: { half: 4.5, cells: 64 },
  checkerboard: { half: 4, cells: 64 },
  '8gaussians-tcfm': { half: 9, cells: 48 },
  'checkerboard-fm': { half: 4 / 0.9, cells: 64 },
};

for (const [name, { half, cells }] of Object.entries(grids)) {
  test(`${name}: the density integrates to 1, −∫p log p is the stated entropy, and samples fall where the density says`, (t) => {
    const distribution = distributions[name as DistributionName];
    const step = (2 * half) / cells;
    const middle = (i: number): number => -half + step * (i + 0.5);
    const points = Float64Array.from({ length: 2 * cells * cells }, (_, i) =>
      middle(i % 2 === 0 ? Math.floor(i / 2 / cells) : ((i - 1) / 2) % cells),
    );
    const logs = distribution.logProb(ndarray(points, [cells * cells, 2]));
    const masses = logs.map((log) => Math.exp(log) * step * step);
    const total = masses.reduce((a, b) => a + b);
    t.true(Math.abs(total - 1) < 2e-5, `mass ${total}`);
    const entropy = -masses.reduce((sum, mass, i) => sum + (mass > 0 ? mass * logs[i] : 0), 0);
    t.true(Math.abs(entropy - distribution.entropy) < 1e-4, `entropy ${entropy}, stated ${distribution.entropy}`);

    const blocks = 16;
    const block = (i: number): number => Math.floor((i * blocks) / cells);
    const expected = new Float64Array(blocks * blocks);
    masses.forEach((mass, i) => (expected[block(Math.floor(i / cells)) * blocks + block(i % cells)] += mass));
    const observed = new Float64Array(blocks * blocks);
    const n = 40_000;
    const { data } = distribution.sample(n, key(0));
    const blockOf = (x: number): number => Math.min(blocks - 1, Math.max(0, Math.floor(((x + half) / (2 * half)) * blocks)));
    for (let i = 0; i < n; i++) observed[blockOf(data[2 * i]) * blocks + blockOf(data[2 * i + 1])]++;
    const { statistic, freedom } = chiSquare(
      observed,
      expected.map((mass) => mass * n),
    );
    // Quantile at 1 − 1e-4 (Wilson and Hilferty 1931).
    const bound = freedom * (1 - 2 / (9 * freedom) + 3.72 * Math.sqrt(2 / (9 * freedom))) ** 3;
    t.true(statistic < bound, `chi-square ${statistic} with ${freedom} degrees of freedom`);
  });
}

/** Pearson's statistic, with the cells that expect fewer than ten points taken as one. */
function chiSquare(observed: Float64Array, expected: Float64Array): { statistic: number; freedom: number } {
  let [statistic, freedom, restObserved, restExpected] = [0, 0, 0, 0];
  observed.forEach((count, i) => {
    if (expected[i] >= 10) {
      statistic += (count - expected[i]) ** 2 / expected[i];
      freedom++;
    } else {
      restObserved += count;
      restExpected += expected[i];
    }
  });
  return { statistic: statistic + (restObserved - restExpected) ** 2 / (restExpected + 1), freedom };
}

for (const name of names) {
  test(`${name}: the mean of −log p over samples is the entropy within its error`, (t) => {
    const n = name === '2spirals' ? 2000 : 5000;
    const { sample, logProb, entropy } = distributions[name];
    const logs = logProb(sample(n, key(1)));
    const mean = -logs.reduce((a, b) => a + b) / n;
    const error = Math.sqrt(logs.reduce((sum, log) => sum + (log + mean) ** 2, 0) / n / n);
    t.true(Math.abs(mean - entropy) < 4 * error + 1e-4, `${mean} ± ${error}, stated ${entropy}`);
  });
}

test('the entropy of the shifted moons is the mean of −log p over a grid of angles and shifts', (t) => {
  const { logProb, entropy } = distributions['moons-tcfm'];
  const mean = (angles: number): number => {
    const shifts = 200;
    let sum = 0;
    for (let i = 0; i < angles; i++) {
      const theta = (Math.PI * (i + 0.5)) / angles;
      const points = new Float64Array(4 * shifts);
      for (let j = 0; j < shifts; j++) {
        const shift = (0.2 * (j + 0.5)) / shifts;
        points.set(
          [Math.cos(theta), Math.sin(theta), 1 - Math.cos(theta), 0.5 - Math.sin(theta)].map((v) => 3 * (v + shift) - 1),
          4 * j,
        );
      }
      sum -= logProb(ndarray(points, [2 * shifts, 2])).reduce((a, b) => a + b);
    }
    return sum / (2 * shifts * angles);
  };
  // The logarithmic singularity leaves an error of order 1/angles, which one extrapolation removes.
  const [coarse, fine] = [mean(1500), mean(3000)];
  t.true(Math.abs(2 * fine - coarse - entropy) < 1e-4, `${2 * fine - coarse}, stated ${entropy}`);
});

// Means of x, y, x², xy, y², cos 2x and sin(x + 2y) over 2 000 000 points drawn with NumPy 2.4.6 and scikit-learn 1.9.1
// (make_moons, make_swiss_roll, make_circles) as each paper's code defines its set.
const moments: { readonly [N in DistributionName]?: readonly number[] } = {
  '8gaussians': [-0.0012, -0.0007, 4.1204, 0.002, 4.1332, 0.0994, -0.0003],
  moons: [0.0, 0.3, 3.0408, -0.7736, 1.1068, 0.1526, -0.0514],
  pinwheel: [-0.0002, -0.0001, 2.2007, 0.0004, 2.1991, -0.1891, -0.2217],
  '2spirals': [0.0, -0.0001, 2.5898, 0.5849, 2.5088, -0.0742, -0.0],
  swissroll: [0.4008, 0.0428, 1.9556, 0.1894, 1.9751, -0.1879, 0.0504],
  rings: [0.0, -0.0, 2.1159, 0.0001, 2.1154, 0.0203, -0.0],
  circles: [0.0001, 0.0002, 2.8701, 0.0006, 2.8705, -0.0491, -0.0001],
  checkerboard: [-0.0013, -0.0011, 5.3368, 1.0061, 5.3365, 0.1246, -0.0001],
  '8gaussians-tcfm': [-0.0034, -0.0002, 12.8243, -0.0041, 12.8121, 0.2084, -0.0007],
  'moons-tcfm': [0.8001, 0.0501, 7.4205, -1.6692, 2.2309, 0.0039, -0.2141],
};

for (const [name, expected] of Object.entries(moments)) {
  test(`${name}: moments agree with the papers’ definitions in NumPy and scikit-learn`, (t) => {
    const n = 200_000;
    const { data } = distributions[name as DistributionName].sample(n, key(2));
    const statistics = [
      (x: number) => x,
      (_: number, y: number) => y,
      (x: number) => x * x,
      (x: number, y: number) => x * y,
      (_: number, y: number) => y * y,
      (x: number) => Math.cos(2 * x),
      (x: number, y: number) => Math.sin(x + 2 * y),
    ];
    statistics.forEach((statistic, k) => {
      let [sum, squares] = [0, 0];
      for (let i = 0; i < n; i++) {
        const value = statistic(data[2 * i], data[2 * i + 1]);
        sum += value;
        squares += value * value;
      }
      const mean = sum / n;
      const error = Math.sqrt((squares / n - mean * mean) * (1 / n + 1 / 2_000_000));
      t.true(Math.abs(mean - expected[k]) < 4.5 * error + 1e-4, `statistic ${k}: ${mean} ± ${error}, reference ${expected[k]}`);
    });
  });
}

test('point i of a seed can be made again alone', (t) => {
  for (const name of names) {
    const whole = distributions[name].sample(20, key(0)).data;
    t.deepEqual(distributions[name].sample(20, key(0)).data, whole, name);
    t.deepEqual(distributions[name].sample(3, key(0), 7).data, whole.slice(14, 20), name);
    t.is(distributions[name].name, name);
  }
});

test('far away the log-density falls like a normal one, without underflow', (t) => {
  for (const [name, sigma] of [
    ['8gaussians', 0.5 / 1.414],
    ['moons', 0.2],
    ['2spirals', 0.1],
    ['swissroll', 0.2],
    ['rings', 0.08],
  ] as const) {
    const [log] = distributions[name].logProb(ndarray(Float64Array.of(1000, 0), [1, 2]));
    t.true(log < -0.48 * (990 / sigma) ** 2 && log > -0.52 * (1010 / sigma) ** 2, `${name}: ${log}`);
  }
});

test('points of another shape are refused', (t) => {
  for (const [count, start] of [
    [-1, 0],
    [1.5, 0],
    [NaN, 0],
    [1, -1],
  ]) {
    t.throws(() => distributions.moons.sample(count, key(0), start), { instanceOf: AdvectError, code: 'invalid-value' });
  }
  const error = t.throws(() => distributions.moons.logProb(ndarray(new Float32Array(3), [3])), {
    instanceOf: AdvectError,
    code: 'invalid-shape',
  });
  t.regex(error?.message ?? '', /\[3\]/);
});
