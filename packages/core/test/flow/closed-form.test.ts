import test from 'ava';
import { mlp, potential, type VelocityField } from '#src/field/index.js';
import { cnf } from '#src/flow/cnf.js';
import type { Trace } from '#src/flow/divergence.js';
import { fieldPrograms, withPrograms } from '#src/flow/programs/index.js';
import { key, normals, split } from '#src/random/index.js';
import { ready } from '#src/tensor/index.js';

const stirred = (field: VelocityField): VelocityField => ({
  ...field,
  init: (k) =>
    Object.fromEntries(
      Object.entries(field.init(k)).map(([name, { shape, data }]) => [
        name,
        { shape, data: normals(split(k, name), data.length).map((v) => v * 0.5) },
      ]),
    ),
});

const fields: { readonly [name: string]: VelocityField } = {
  'one hidden layer, concat': mlp({ dim: 5, hidden: [12], time: 'concat', activation: 'tanh', lastLayer: 'random' }),
  'one hidden layer, concat-squash, classes': mlp({ event: [2, 3], hidden: [9], octaves: 2, classes: 3, lastLayer: 'random' }),
  'one hidden layer, residual where widths differ': mlp({ dim: 3, hidden: [7], residual: true, lastLayer: 'random' }),
  'two hidden layers, concat': mlp({
    dim: 4,
    hidden: [10, 7],
    time: 'concat',
    conditionDim: 2,
    activation: 'softplus',
    lastLayer: 'random',
  }),
  'potential of one layer': stirred(potential({ dim: 4, width: 8, depth: 1 })),
  'potential, classes': stirred(potential({ dim: 3, width: 7, depth: 2, rank: 2, classes: 2 })),
  'deep potential': stirred(potential({ dim: 5, width: 6, depth: 4 })),
};

const sizeOf = ({ event }: VelocityField): number => event.reduce((product, n) => product * n, 1);

test.before(async () => void (await ready()));

/** The divergence of a few points, each at a time of its own, and every gradient of a random pairing at one time. */
function evaluate(field: VelocityField, trace: Trace, executor: 'wasm' | 'eager') {
  const rows = 6;
  const parameters = field.init(split(key(1), 'weights'));
  const x = normals(key(2), rows * sizeOf(field));
  const condition =
    field.conditionDim === 0 ? undefined : { shape: [rows, field.conditionDim], data: normals(key(3), rows * field.conditionDim) };
  const keys = Array.from({ length: rows }, (_, i) => split(key(4), i));
  return withPrograms(field, parameters, { executor }, async (programs) => {
    const at = fieldPrograms(programs, field, parameters, { condition, divergence: { trace, keys } });
    const { u, divergence } = await at.velocityAndDivergence(
      Float64Array.from({ length: rows }, (_, i) => (i + 0.5) / rows),
      x,
    );
    const pulled = await at.pull(0.3, x, normals(key(5), x.length), normals(key(6), rows));
    return { u, divergence, ...pulled.ofParameters, ofX: pulled.ofX, ofT: [pulled.ofT] };
  });
}

for (const [name, field] of Object.entries(fields)) {
  test(`${name}: the closed form and its gradients are those of the trace in all directions, eager and compiled`, async (t) => {
    const reverse = { ...field, velocityAndDivergence: undefined, velocityAndJvp: undefined };
    const expected = await evaluate(reverse, { kind: 'exact' }, 'eager');
    for (const executor of ['eager', 'wasm'] as const) {
      const closed: { readonly [name: string]: ArrayLike<number> } = await evaluate(field, { kind: 'closed-form' }, executor);
      for (const [part, values] of Object.entries(expected)) {
        const scale = Math.max(...Array.from(values, Math.abs));
        t.true(scale > 1e-4 && values.length === closed[part].length, part);
        Array.from(values).forEach((v, i) =>
          t.true(Math.abs(v - closed[part][i]) < 5e-6 * Math.max(1, scale), `${executor} ${part}: ${v} ${closed[part][i]}`),
        );
      }
    }
  });
}

test('a field with a closed form uses it unless told otherwise, and says so; others refuse it', async (t) => {
  const field = fields['one hidden layer, concat'];
  const flow = cnf({ field, seed: 2 });
  const x = { shape: [3, 5], data: normals(key(7), 15) };
  const [closed, exact] = [await flow.logProb(x), await flow.logProb(x, { divergence: 'exact' })];
  t.deepEqual([closed.report.divergence, exact.report.divergence], ['closed-form', 'exact']);
  closed.logProb.forEach((v, i) => t.true(Math.abs(v - exact.logProb[i]) < 1e-4));

  const skipping = mlp({ dim: 3, hidden: [3], residual: true });
  const deep = mlp({ dim: 3, hidden: [4, 4] });
  for (const other of [skipping, deep]) {
    t.is(other.velocityAndDivergence, undefined);
    await t.throwsAsync(cnf({ field: other }).logProb([[0, 0, 0]], { divergence: 'closed-form' }), {
      code: 'invalid-option',
      message: /'mlp'.*closed form/,
    });
  }
});
