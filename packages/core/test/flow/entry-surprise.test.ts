import test from 'ava';
import { mismatch } from '@advect/testkit';
import { cnf, entrySurprise, guide, mlp, sphere } from '#src/index.js';
import { gaussianMixture } from '#src/flow/base.js';
import { affine, augment, dequantise, logit, quantile, squeeze, toModelSpace } from '#src/flow/transforms/index.js';
import { key, normals, split } from '#src/random/index.js';
import { rowKeys } from '#src/flow/row-key.js';
import { ready, tf } from '#src/tensor/index.js';
import { fieldOf, linearField } from './fields.js';
import { covarianceOf, gaussianPathField, type PlaneGaussian } from './gaussian-paths.js';
import { gaussianLogDensity } from './linear-algebra.js';

const fine = { rtol: 1e-6, atol: 1e-6 };
const points = { shape: [5, 2], data: normals(key(2), 10) };
const rowSum = (data: ArrayLike<number>, row: number, width: number): number =>
  Array.from({ length: width }, (_, i) => data[row * width + i]).reduce((sum, v) => sum + v, 0);

test.before(async () => void (await ready()));

test('entries that are independent have the parts that are their own −log p, transforms included', async (t) => {
  const slopes = [0.4, -0.7];
  const flow = cnf({ field: linearField([[slopes[0], 0], [0, slopes[1]]], [0.3, 0]), transforms: [affine({ shift: [1, -2], scale: [2, 0.5] })] }); // prettier-ignore
  const { surprise, report } = await entrySurprise(flow, points, fine);
  t.is(report.divergence, 'exact');
  const variance = slopes.map((a) => Math.exp(2 * a));
  const mean = [(0.3 * (Math.exp(slopes[0]) - 1)) / slopes[0], 0];
  points.data.forEach((v, i) => {
    const d = i % 2;
    const inner = (v - [1, -2][d]) / [2, 0.5][d];
    const expected = -gaussianLogDensity([inner], [mean[d]], [[variance[d]]]) + Math.log([2, 0.5][d]);
    t.true(Math.abs(surprise.data[i] - expected) < 2e-5, `${surprise.data[i]} ${expected}`);
  });
});

test('of a Gaussian learned by flow matching the parts are those of the point whitened nearest to the original (ZCA)', async (t) => {
  const gaussian: PlaneGaussian = { mean: [0.5, -1], variances: [3, 0.2], angle: 0.6 };
  const { surprise } = await entrySurprise(cnf({ field: gaussianPathField(gaussian) }), points, fine);
  // Σ^(−½)(x − m), and half of log Σ's diagonal: both by the eigenvectors.
  const [c, s] = [Math.cos(gaussian.angle), Math.sin(gaussian.angle)];
  const byAxes = (f: (variance: number) => number): number[][] => {
    const [a, b] = gaussian.variances.map(f);
    return [
      [a * c * c + b * s * s, (a - b) * c * s],
      [(a - b) * c * s, a * s * s + b * c * c],
    ];
  };
  const [whiten, log] = [byAxes((v) => v ** -0.5), byAxes(Math.log)];
  for (let row = 0; row < 5; row++) {
    const off = [0, 1].map((d) => points.data[2 * row + d] - gaussian.mean[d]);
    for (let d = 0; d < 2; d++) {
      const z = whiten[d][0] * off[0] + whiten[d][1] * off[1];
      const expected = 0.5 * (z * z + Math.log(2 * Math.PI)) + 0.5 * log[d][d];
      t.true(Math.abs(surprise.data[2 * row + d] - expected) < 5e-5, `${surprise.data[2 * row + d]} ${expected}`);
    }
    const whole = -gaussianLogDensity([points.data[2 * row], points.data[2 * row + 1]], gaussian.mean, covarianceOf(gaussian));
    t.true(Math.abs(rowSum(surprise.data, row, 2) - whole) < 5e-5);
  }
});

test('parts add up to −log p: exact, with the same probes, in three sums as well, and under a class', async (t) => {
  const flow = cnf({
    field: mlp({ dim: 5, hidden: [16, 16], lastLayer: 'random', classes: 3 }),
    transforms: [dequantise({ levels: 8 }), logit({ alpha: 0.05 }), affine({ shift: 0.2, scale: 1.5 })],
    seed: 4,
  });
  const levels = { shape: [4, 5], data: Float32Array.from({ length: 20 }, (_, i) => (i * 5) % 8) };
  for (const how of [{ divergence: 'exact' }, { divergence: 'rademacher', probes: 3 }] as const) {
    const o = { ...fine, ...how, seed: 6, label: [0, 1, 2, -1] };
    const { logProb } = await flow.logProb(levels, o);
    const { surprise, parts, report } = await entrySurprise(flow, levels, o);
    t.is(report.divergence, how.divergence);
    t.deepEqual(surprise.shape, [4, 5]);
    for (let row = 0; row < 4; row++) {
      t.true(Math.abs(rowSum(surprise.data, row, 5) + logProb[row]) < 1e-4, `${rowSum(surprise.data, row, 5)} ${logProb[row]}`);
      t.true(Math.abs(parts.base[row] + parts.divergence[row] + parts.transforms[row] + logProb[row]) < 1e-4);
    }
  }
});

test('parts stay with the pixels of the data where transforms put them in another order', async (t) => {
  const scale = [1, 2, 3, 4, 5, 6, 7, 8];
  const transforms = [dequantise({ levels: 4 }), quantile({ masses: [4, 1, 1, 2] }), squeeze(), affine({ shift: 0, scale })];
  const field = mlp({ event: [1, 2, 4], hidden: [8], lastLayer: 'random' });
  const picture = { shape: [1, 2, 4, 1], data: Float32Array.of(0, 3, 1, 2, 2, 0, 1, 3) };
  const moving = cnf({ field, transforms, seed: 2 });
  const { surprise } = await entrySurprise(moving, picture, fine);
  const { logProb } = await moving.logProb(picture, fine);
  t.true(Math.abs(rowSum(surprise.data, 0, 8) + logProb[0]) < 1e-4);
  // Without movement each pixel's part is its own −log p, wherever blocks have put it.
  const still = cnf({ field: { ...fieldOf(8, (x) => tf.zerosLike(x)), event: [1, 2, 4] }, transforms });
  const parts = (await entrySurprise(still, picture, fine)).surprise.data;
  const keys = rowKeys(split(key(0), 'transform'), picture);
  const levels = toModelSpace(transforms.slice(0, 1), picture, keys).y;
  const normal = toModelSpace(transforms.slice(0, 2), picture, keys).y.data;
  const slopes = transforms[1].entryLogDet!(levels);
  [0, 1, 4, 5, 2, 3, 6, 7].forEach((pixel, place) => {
    const y = normal[pixel] / scale[place];
    const expected = 0.5 * (y * y + Math.log(2 * Math.PI)) + Math.log(4) - slopes[pixel] + Math.log(scale[place]);
    t.true(Math.abs(parts[pixel] - expected) < 1e-5, `${parts[pixel]} ${expected}`);
  });
});

test('probes estimate each entry without bias, and a row does not depend on its mates', async (t) => {
  const flow = cnf({ field: mlp({ dim: 4, hidden: [12, 12], lastLayer: 'random' }), seed: 1 });
  const one = { shape: [1, 4], data: normals(key(8), 4) };
  const grid = { method: 'rk4', steps: 8 } as const;
  const exact = (await entrySurprise(flow, one, { ...grid, divergence: 'exact' })).surprise.data;
  const draws: Float64Array[] = [];
  for (let seed = 0; seed < 60; seed++) draws.push((await entrySurprise(flow, one, { ...grid, divergence: 'rademacher', probes: 4, seed })).surprise.data); // prettier-ignore
  exact.forEach((truth, i) => {
    const mean = draws.reduce((sum, draw) => sum + draw[i], 0) / draws.length;
    const error = Math.sqrt(draws.reduce((sum, draw) => sum + (draw[i] - mean) ** 2, 0) / draws.length / (draws.length - 1));
    t.true(Math.abs(mean - truth) < 4 * error, `${mean} ± ${error}, exact ${truth}`);
  });
  const among = { shape: [3, 4], data: Float32Array.of(9, 9, 9, 9, ...one.data, 1, 2, 3, 4) };
  const alone = await entrySurprise(flow, one, { divergence: 'rademacher', seed: 2 });
  const third = (await entrySurprise(flow, among, { divergence: 'rademacher', seed: 2 })).surprise.data.subarray(4, 8);
  t.is(mismatch(third, alone.surprise.data, { atol: 1e-6, rtol: 1e-6 }), undefined);
});

test('flows whose −log p has no parts by entry are refused with the reason', async (t) => {
  const field = mlp({ dim: 2, hidden: [4], classes: 2 });
  const mixture = gaussianMixture({ means: [[0, 0], [1, 1]], standardDeviations: [1, 1] }); // prettier-ignore
  const refused = (flow: Parameters<typeof entrySurprise>[0], x: number[][], message: RegExp) =>
    t.throwsAsync(entrySurprise(flow, x), { code: 'unsupported', message });
  await refused(cnf({ field, base: mixture }), [[0, 0]], /'gaussian-mixture', whose entries depend/);
  await refused(cnf({ field, transforms: [augment({ dims: 1 })] }), [[0]], /'augment' does not take each entry/);
  await refused(cnf({ field: mlp({ dim: 3, hidden: [4] }), manifold: sphere(2) }), [[0, 0, 1]], /manifold/);
  await refused(guide(cnf({ field }), { scale: 2 }), [[0, 0]], /no normalised density/);
  await t.throwsAsync(entrySurprise(cnf({ field }), [[0, 0]], { divergence: 'hutch++' as never }), { code: 'invalid-option' });
});
