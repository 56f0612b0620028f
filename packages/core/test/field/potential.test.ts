import test from 'ava';
import { mismatch } from '@advect/testkit';
import { fieldFromConfig, type Parameters, potential, type PotentialOptions } from '#src/field/index.js';
import { key, normals, split } from '#src/random/index.js';
import { ready, tf, uploadParameters, withScope } from '#src/tensor/index.js';

test.before(async () => void (await ready()));

const stirred = (fresh: Parameters): Parameters =>
  Object.fromEntries(
    Object.entries(fresh).map(([name, { shape, data }]) => [
      name,
      { shape, data: normals(split(key(2), name), data.length).map((v) => v / Math.sqrt(shape[0])) },
    ]),
  );

/** Φ of one point in float64, written with plain loops. */
function phi(weights: Parameters, depth: number, x: readonly number[], side: readonly number[]): number {
  const times = (name: string, v: readonly number[]): number[] => {
    const { shape, data } = weights[name];
    return Array.from({ length: shape[1] }, (_, j) => v.reduce((sum, value, i) => sum + value * data[i * shape[1] + j], 0));
  };
  const logCosh = (z: number): number => Math.abs(z) + Math.log1p(Math.exp(-2 * Math.abs(z))) - Math.LN2;
  const shift = times('hidden0/shift/weight', side);
  let a = times('hidden0/weight', x).map((v, j) => logCosh(v + shift[j] + weights['hidden0/bias'].data[j]));
  for (let i = 1; i < depth; i++) {
    const z = times(`hidden${i}/weight`, a).map((v, j) => v + weights[`hidden${i}/bias`].data[j]);
    a = a.map((v, j) => v + logCosh(z[j]) / (depth - 1));
  }
  const turned = times('quadratic/shift/weight', side);
  const squares = times('quadratic/weight', x).reduce((sum, v, j) => sum + (v + turned[j]) ** 2, 0);
  const linear = x.reduce((sum, v, d) => sum + v * weights['linear/bias'].data[d], 0);
  return times('readout/weight', a)[0] + 0.5 * squares + linear;
}

const variants: PotentialOptions[] = [
  { dim: 1, width: 5, depth: 1 },
  { dim: 3, width: 8, depth: 2, rank: 2 },
  { dim: 4, width: 6, depth: 4, classes: 2 },
];

for (const options of variants) {
  test(`potential ${JSON.stringify(options)}: velocity and divergence are derivatives of Φ, the product that of its Hessian`, async (t) => {
    const field = potential(options);
    const { dim } = options;
    const [rows, depth, h] = [4, options.depth!, 1e-3];
    const weights = stirred(field.init(key(1)));
    const x = normals(key(3), rows * dim);
    const v = normals(key(4), 2 * rows * dim);
    const t0 = [0.1, 0.4, 0.7, 1];
    const condition = field.conditionDim > 0 ? normals(key(5), rows * 2) : undefined;
    const found = await withScope((scope) => {
      const parameters = uploadParameters(weights, scope);
      return scope.run(() => {
        const input = {
          x: tf.tensor2d(x, [rows, dim]),
          t: tf.tensor1d(t0),
          ...(condition && { condition: tf.tensor2d(condition, [rows, 2]) }),
        };
        const { u, divergence } = field.velocityAndDivergence!(parameters, input);
        const { jvp } = field.velocityAndJvp!(parameters, input, tf.tensor(v, [2, rows, dim]));
        return [u, divergence, jvp, field.velocity(parameters, input)].map((tensor) => [...tensor.dataSync()]);
      });
    });
    const gradient: number[] = [];
    const trace: number[] = [];
    const products: number[] = [];
    const at = (row: number, moves: readonly (readonly [number, number])[]): number => {
      const point = [...x.subarray(row * dim, (row + 1) * dim)];
      for (const [d, by] of moves) point[d] += by;
      return phi(weights, depth, point, [t0[row], ...(condition?.subarray(2 * row, 2 * row + 2) ?? [])]);
    };
    for (let row = 0; row < rows; row++) {
      for (let d = 0; d < dim; d++) gradient.push((at(row, [[d, -h]]) - at(row, [[d, h]])) / (2 * h)); // prettier-ignore
    }
    const second = (row: number, i: number, j: number): number =>
      (at(row, [[i, h], [j, h]]) - at(row, [[i, h], [j, -h]]) - at(row, [[i, -h], [j, h]]) + at(row, [[i, -h], [j, -h]])) / (4 * h * h); // prettier-ignore
    const axes = Array.from({ length: dim }, (_, d) => d);
    const hessians = Array.from({ length: rows }, (_, row) => axes.map((i) => axes.map((j) => -second(row, i, j))));
    for (const hessian of hessians) trace.push(axes.reduce((sum, d) => sum + hessian[d][d], 0));
    for (let p = 0; p < 2; p++) {
      hessians.forEach((hessian, row) => {
        for (const i of axes) products.push(axes.reduce((sum, j) => sum + hessian[i][j] * v[(p * rows + row) * dim + j], 0));
      });
    }
    const bounds = { atol: 2e-5, rtol: 2e-5 };
    t.is(mismatch(found[0], gradient, bounds), undefined, 'velocity');
    t.is(mismatch(found[1], trace, bounds), undefined, 'divergence');
    t.is(mismatch(found[2], products, bounds), undefined, 'Hessian times tangent');
    t.deepEqual(found[3], found[0]);
  });
}

test('a fresh potential field hardly moves, and its config rebuilds it', async (t) => {
  const field = potential({ dim: 3, classes: 2 });
  const again = fieldFromConfig(JSON.parse(JSON.stringify(field.config)) as typeof field.config);
  t.deepEqual(again.config, { kind: 'potential', dim: 3, width: 64, depth: 2, rank: 4, conditionDim: 2 });
  t.deepEqual(again.init(key(3)), field.init(key(3)));
  t.notDeepEqual(field.init(key(3)), field.init(key(4)));
  await withScope((scope) => {
    const parameters = uploadParameters(field.init(key(3)), scope);
    const u = scope.run(() => field.velocity(parameters, { x: tf.ones([1, 3]), t: tf.tensor1d([0.5]) })).dataSync();
    t.true(u.every((v) => Math.abs(v) < 0.025));
  });
  t.throws(() => potential({ dim: 0 }), { code: 'invalid-option', message: /dim is 0/ });
  t.throws(() => potential({ dim: 2, classes: 2, conditionDim: 2 }), { code: 'invalid-option', message: /both classes/ });
});
