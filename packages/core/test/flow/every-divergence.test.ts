import test from 'ava';
import {
  averageField,
  conv,
  dit,
  endpointField,
  fieldFromConfig,
  mlp,
  potential,
  retimed,
  sequence,
  transformer,
  transformerNetwork,
  unet,
  type VelocityField,
} from '#src/field/index.js';
import { tangentField } from '#src/field/tangent.js';
import { drawProbes, type Trace, unitVectors, velocityAndDivergence } from '#src/flow/divergence.js';
import { sphere } from '#src/manifold/index.js';
import { key, normals, split } from '#src/random/index.js';
import { ready, type Tensor, tf, upload, uploadParameters, withScope } from '#src/tensor/index.js';

test.before(async () => void (await ready()));

const tokens = transformerNetwork({ input: [3, 2], output: [3, 3], model: 6, layers: 1, heads: 2 });
const fields: { readonly [kind: string]: VelocityField } = {
  mlp: mlp({ dim: 4, hidden: [6, 6], classes: 2 }),
  'mlp of one hidden layer': mlp({ dim: 4, hidden: [6], classes: 2 }),
  potential: potential({ dim: 4, width: 6, depth: 3, conditionDim: 2 }),
  transformer: transformer({ event: [3, 2], model: 6, layers: 1, heads: 2, conditionDim: 2 }),
  endpoint: endpointField({ network: tokens, codebook: [[1, 0], [0, 1], [-1, -1]], sigma: 0.5 }), // prettier-ignore
  conv: conv({ event: [4, 4, 1], hidden: [4] }),
  unet: unet({ event: [4, 4, 1], channels: 4, multipliers: [1, 2], groups: 2 }),
  dit: dit({ event: [4, 4, 1], patch: 2, model: 8, layers: 1, heads: 2 }),
  average: averageField({ field: mlp({ dim: 3, hidden: [6], conditionDim: 1 }) }),
  retimed: retimed({ field: mlp({ dim: 3, hidden: [6] }), from: 2, to: 0 }),
  sequence: sequence({ event: [3], steps: [mlp({ dim: 3, hidden: [6] }), potential({ dim: 3, width: 5 })] }),
};

/** Weights with every array random, also those that start at zero. */
const weightsOf = (field: VelocityField) =>
  Object.fromEntries(
    Object.entries(field.init(key(1))).map(([name, { shape, data }]) => {
      const spread = 1 / Math.sqrt(shape.length > 1 ? shape.slice(0, -1).reduce((a, b) => a * b, 1) : 4);
      return [name, { shape, data: normals(split(key(2), name), data.length).map((v) => v * spread) }];
    }),
  );

for (const [name, field] of Object.entries(fields)) {
  test(`${name}: the divergence is the trace of the dense Jacobian, in every way it is taken`, async (t) => {
    const rows = 2;
    const dim = field.event.reduce((product, n) => product * n, 1);
    const keys = Array.from({ length: rows }, (_, i) => split(key(4), i));
    await withScope((scope) => {
      const parameters = uploadParameters(weightsOf(field), scope);
      scope.run(() => {
        const x = tf.tensor(normals(key(3), rows * dim), [rows, ...field.event]);
        const input = {
          x,
          t: tf.tensor1d([0.2, 0.7]),
          ...(field.conditionDim > 0 && {
            condition: tf.tensor2d(normals(key(5), rows * field.conditionDim), [rows, field.conditionDim]),
          }),
        };
        const flat = (given: Tensor): Tensor => tf.reshape(field.velocity(parameters, { ...input, x: given }), [rows, dim]);
        const jacobian = Array.from({ length: dim }, (_, d) =>
          tf.reshape(tf.grad((given: Tensor) => tf.sum(tf.slice(flat(given), [0, d], [-1, 1])))(x), [rows, dim]).arraySync(),
        ) as number[][][];
        const traces = Array.from({ length: rows }, (_, row) => jacobian.reduce((sum, gradients, d) => sum + gradients[row][d], 0));
        const scale = Math.max(1, ...jacobian.flat(2).map(Math.abs));
        const { velocityAndJvp: _, ...reversed } = field;
        const found = (by: VelocityField, trace: Trace): number[][] => {
          const probes = drawProbes(trace, keys, field.event) ?? (trace.kind === 'exact' ? unitVectors(field.event) : undefined);
          return velocityAndDivergence(by, parameters, input, probes && upload(probes), trace).divergence.arraySync();
        };
        const exact = [found(field, { kind: 'exact' }), found(reversed, { kind: 'exact' })];
        if (field.velocityAndDivergence) exact.push(found(field, { kind: 'closed-form' }));
        for (const each of exact) each.forEach(([v], row) => t.true(Math.abs(v - traces[row]) < 1e-6 * dim * scale, `${v} ${traces[row]}`));

        const probes = drawProbes({ kind: 'rademacher', probes: 3 }, keys, field.event)!.data;
        for (const by of [field, reversed]) {
          found(by, { kind: 'rademacher', probes: 3 }).forEach((columns, row) =>
            columns.forEach((v, p) => {
              const probe = probes.subarray((p * rows + row) * dim, (p * rows + row + 1) * dim);
              const form = jacobian.reduce(
                (sum, gradients, d) => sum + probe[d] * gradients[row].reduce((part, g, j) => part + g * probe[j], 0),
                0,
              );
              t.true(Math.abs(v - form) < 1e-6 * dim * dim * scale, `${v} ${form}`);
            }),
          );
        }
      });
    });
  });
}

test('a field made tangent to a sphere does not take over the closed form of the field around it', (t) => {
  const field = tangentField({ field: mlp({ dim: 3, hidden: [5], lastLayer: 'random' }), manifold: sphere(2) });
  t.is(field.velocityAndDivergence, undefined);
});

test('every kind of field that a file may name has a case', (t) => {
  const error = t.throws(() => fieldFromConfig({ kind: 'none' }));
  const kinds = (error as unknown as { hint: string }).hint.match(/The kinds are: (.*)\./)![1].split(', ');
  // Guided fields have no density, a tangent one is tested with the manifolds.
  t.deepEqual(
    kinds.filter((kind) => kind !== 'guided' && kind !== 'density-guided' && kind !== 'tangent'),
    Object.keys(fields)
      .filter((name) => !name.includes(' '))
      .sort(),
  );
});
