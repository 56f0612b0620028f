import test from 'ava';
import { mismatch } from '@advect/testkit';
import { cnf, flowMatching, guide, likelihood, mlp, train } from '#src/index.js';
import { guidedField } from '#src/field/guided.js';
import type { VelocityField } from '#src/field/field.js';
import { loadModel, saveModel } from '#src/model/index.js';
import { key, normals, split } from '#src/random/index.js';
import { ready, type Tensor, tf } from '#src/tensor/index.js';

const field = mlp({ dim: 2, hidden: [16, 16], classes: 3, lastLayer: 'random' });
const flow = cnf({ field, seed: 3 });
const z = { shape: [7, 2], data: normals(key(4), 14) };
const label = [0, 1, 2, 0, 1, 2, -1];

test.before(async () => void (await ready()));

/** dx/dt = c, a unit vector for each of two classes: everything about its flow is known. */
const drift: VelocityField = {
  config: { kind: 'test' },
  event: [2],
  conditionDim: 2,
  init: () => ({}),
  velocity: (_, { x, condition }) => tf.add<Tensor>(tf.zerosLike(x), condition ?? tf.zeros([1, 2])),
};

test('a scale of 1 is the conditional flow and a scale of 0 the unconditional one, to the last bit; without a label there is nothing to guide', async (t) => {
  const conditional = await flow.decode(z, { label });
  const unconditional = await flow.decode(z);
  t.deepEqual((await guide(flow, { scale: 1 }).decode(z, { label })).x.data, conditional.x.data);
  t.deepEqual((await guide(flow, { scale: 0 }).decode(z, { label })).x.data, unconditional.x.data);
  // Where products are rounded with the sum that follows (relaxed SIMD), the field's two halves may differ in their last bit.
  const unlabelled = await guide(flow, { scale: 5 }).decode(z);
  t.is(mismatch(unlabelled.x.data, unconditional.x.data, { atol: 5 * 2 ** -22 }), undefined);
  t.notDeepEqual(conditional.x.data, unconditional.x.data);
});

test('the guided velocity is u∅ + w (u_c − u∅), at the times of the interval alone; compiled as well as eager', async (t) => {
  for (const executor of ['wasm', 'eager'] as const) {
    for (const scale of [-1, 0, 2.5]) {
      const { x } = await guide(cnf({ field: drift }), { scale }).decode(z, { label: [0, 1, 0, 1, 0, 1, -1], executor });
      x.data.forEach((v, i) => {
        const own = [0, 1, 0, 1, 0, 1, -1][Math.floor(i / 2)] === i % 2 ? scale : 0;
        t.true(Math.abs(v - z.data[i] - own) < 1e-5, `${scale}: ${v - z.data[i]} ${own}`);
      });
    }
    const grid = { method: 'midpoint', steps: 8, executor, label: 0 } as const;
    const { x } = await guide(cnf({ field: drift }), { scale: 3, interval: [0.25, 0.75] }).decode(z, grid);
    for (let i = 0; i < 7; i++) t.true(Math.abs(x.data[2 * i] - z.data[2 * i] - 2) < 1e-5, 'half the time thrice, half once');
  }
});

test('a guided flow claims no likelihood, on any way, also when it was saved and loaded', async (t) => {
  const guided = guide(flow, { scale: 2 });
  const files = await saveModel(guided, { name: 'guided' });
  const again = await loadModel(files);
  t.deepEqual((await again.decode(z, { label })).x.data, (await guided.decode(z, { label })).x.data);
  const refused = { code: 'unsupported', message: /no log-density.*scale of 2/ };
  for (const each of [guided, again]) {
    await t.throwsAsync(each.logProb(z, { label }), refused);
    await t.throwsAsync(each.sampleWithLogProb(2, { label: 1 }), refused);
    await t.throwsAsync(train(each, { x: z, labels: label }, { objective: likelihood(), steps: 1 }), refused);
  }
});

test('a guided flow has the weights of the flow that it was made of, whenever they change', async (t) => {
  const own = cnf({ field, seed: 3 });
  const guided = guide(own, { scale: 1 });
  own.parameters = field.init(split(key(8), 'weights'));
  t.is(guided.parameters, own.parameters);
  t.deepEqual((await guided.decode(z, { label })).x.data, (await own.decode(z, { label })).x.data);
  const before = own.parameters;
  guided.parameters = flow.parameters;
  t.not(own.parameters, before);

  const learning = train(guided, { x: z, labels: label }, { objective: flowMatching(), steps: 2 });
  for await (const { step } of learning) {
    t.notDeepEqual(guided.parameters, flow.parameters, `at step ${step}`);
    t.is(guided.parameters, own.parameters);
  }
});

test('what cannot be guided is refused', (t) => {
  t.throws(() => guide(cnf({ field: mlp({ dim: 2 }) }), { scale: 2 }), { code: 'invalid-option', message: /no condition/ });
  t.throws(() => guide(flow, { scale: NaN }), { code: 'invalid-option', message: /scale/ });
  t.throws(() => guide(flow, { scale: 2, interval: [0.5, 0.2] }), { code: 'invalid-option', message: /interval/ });
  t.throws(() => guide(flow, { strength: 2 } as never), { code: 'unknown-option' });
  t.throws(() => guidedField({ scale: 2 } as never), { code: 'invalid-option', message: /field/ });
});
