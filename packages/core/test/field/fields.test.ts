import test from 'ava';
import { mismatch } from '@advect/testkit';
import { sizeOf } from '@advect/base/array';
import { AdvectError } from '@advect/base/errors';
import {
  averageField,
  conv,
  dit,
  type FieldInput,
  mlp,
  type MlpOptions,
  type ParameterTensors,
  type Parameters,
  potential,
  retimed,
  transformer,
  transformerNetwork,
  unet,
  type VelocityField,
} from '#src/field/index.js';
import { activationNames, type Network } from '#src/nn/index.js';
import { key, normals, split } from '#src/random/index.js';
import {
  countTensors,
  ready,
  type Scalar,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  tf,
  uploadParameters,
  valueAndGradients,
  withScope,
} from '#src/tensor/index.js';

test.before(async () => {
  await ready();
});

/** Weights with every array random, also those that start at zero. */
function stirred(fresh: Parameters, seed: number): Parameters {
  return Object.fromEntries(
    Object.entries(fresh).map(([name, { shape, data }]) => {
      const spread = 1 / Math.sqrt(shape.length > 1 ? data.length / shape.at(-1)! : 4);
      const around = name.endsWith('/scale') ? 1 : 0;
      return [name, { shape, data: normals(split(key(seed), name), data.length).map((v) => around + v * spread) }];
    }),
  );
}

const random = (shape: number[], seed: number): Tensor => tf.tensor(normals(key(seed), tf.util.sizeFromShape(shape)), shape);
const labels = (given: number[], classes: number): Tensor2D => tf.oneHot(tf.tensor1d(given, 'int32'), classes, 1, 0, 'float32') as Tensor2D;
const times = (...t: number[]): Tensor1D => tf.tensor1d(t);

interface Subject {
  readonly name: string;
  readonly apply: (parameters: ParameterTensors, input: FieldInput) => Tensor;
  readonly parameters: Parameters;
  readonly event: readonly number[];
  readonly conditionDim: number;
  readonly field?: VelocityField;
}

const ofField = (name: string, field: VelocityField): Subject => ({
  name,
  apply: field.velocity,
  parameters: stirred(field.init(key(1)), 2),
  event: field.event,
  conditionDim: field.conditionDim,
  field,
});

const ofNetwork = (name: string, network: Network): Subject => ({
  name,
  apply: network.apply,
  parameters: stirred(network.init(key(1)), 2),
  event: network.inputShape,
  conditionDim: network.conditionDim,
});

const subjects: Subject[] = [
  ofField('average', averageField({ field: mlp({ dim: 3, hidden: [8, 8], conditionDim: 3, activation: 'tanh' }) })),
  ofField('mlp, concat', mlp({ dim: 3, hidden: [8, 8], time: 'concat', octaves: 2, activation: 'tanh' })),
  ofField('mlp, hyper, classes', mlp({ dim: 3, hidden: [6], time: 'hyper', hyperUnits: 3, classes: 2, activation: 'tanh' })),
  ofField('mlp, harmonics', mlp({ dim: 2, hidden: [6], time: 'concat', harmonics: 3, octaves: 1, activation: 'tanh' })),
  ofField('retimed', retimed({ field: mlp({ dim: 2, hidden: [6, 5], classes: 2, activation: 'tanh' }), from: 0.7, to: 0 })),
  ofField('mlp, blend', mlp({ dim: 3, hidden: [6, 5], time: 'blend', activation: 'softplus' })),
  ofField('conv', conv({ event: [4, 4, 2], hidden: [3, 3], coordinates: true })),
  ofField(
    'conv, concat-squash, classes, half the size, squeezed',
    conv({ event: [4, 8, 1], hidden: [4, 3, 4], strides: [1, 2, -2, 1], time: 'concat-squash', classes: 2, squeezes: 1 }),
  ),
  ofField('conv, hyper', conv({ event: [2, 2, 1], hidden: [3], time: 'hyper', hyperUnits: 2, octaves: 1 })),
  ofField('mlp, concat-squash, classes', mlp({ event: [2, 2], hidden: [8, 8, 6], residual: true, classes: 3 })),
  ofField('potential', potential({ dim: 3, width: 8, depth: 3, conditionDim: 2 })),
  ofField('transformer', transformer({ event: [4, 3], model: 8, layers: 2, heads: 2, expansion: 2, period: 2, conditionDim: 2 })),
  ofField(
    'transformer, told token by token',
    transformer({ event: [3, 2], model: 4, layers: 1, heads: 2, conditionDim: 7, tokenCondition: 2 }),
  ),
  ofField(
    'unet',
    unet({
      event: [4, 4, 2],
      channels: 4,
      multipliers: [1, 2],
      groups: 2,
      attention: [1],
      heads: 2,
      scaleShift: true,
      classes: 3,
      frequency: 4,
    }),
  ),
  ofField(
    'unet, resized in blocks',
    unet({ event: [4, 4, 1], channels: 4, multipliers: [1, 1], groups: 2, resample: 'block', frequency: 4 }),
  ),
  ofField(
    'unet, plain',
    unet({ event: [2, 4, 1], channels: 4, multipliers: [1, 2], groups: 2, resample: 'plain', middleAttention: false, frequency: 4 }),
  ),
  ofField('dit', dit({ event: [2, 4, 2], patch: 2, model: 8, layers: 2, heads: 2, expansion: 2, classes: 3, frequency: 4 })),
  ofField('dit, patches of a pixel', dit({ event: [1, 3, 1], patch: 1, model: 8, layers: 1, heads: 1, frequency: 4 })),
  ofNetwork(
    'transformer network',
    transformerNetwork({ input: [4, 3], output: [4, 2, 5], model: 8, layers: 1, heads: 2, expansion: 2, relativePositions: false }),
  ),
];

/** The slope of a loss along a random direction of each tensor, of many tensors by tens: names, by gradient, by central difference. */
function differences(
  loss: (given: ParameterTensors) => Scalar,
  tensors: ParameterTensors,
  gradients: ParameterTensors,
  h: number,
): [string, number, number][] {
  const names = Object.keys(tensors);
  const together = names.length > 40 ? 10 : 1;
  return Array.from({ length: Math.ceil(names.length / together) }, (_, i) => names.slice(i * together, (i + 1) * together)).map(
    (group) => {
      const size = group.reduce((sum, name) => sum + tensors[name].size, 0);
      const along = Object.fromEntries(group.map((name, i) => [name, tf.div(random(tensors[name].shape, 30 + i), Math.sqrt(size))]));
      const at = (by: number): number => {
        const moved = Object.fromEntries(group.map((name) => [name, tf.add(tensors[name], tf.mul(along[name], by))]));
        return loss({ ...tensors, ...moved }).dataSync()[0];
      };
      const actual = group.reduce((sum, name) => sum + tf.sum(tf.mul(gradients[name], along[name])).dataSync()[0], 0);
      return [group.join(), actual, (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h)];
    },
  );
}

const inputOf = ({ event, conditionDim }: Subject, batch: number, seed: number): FieldInput => ({
  x: random([batch, ...event], seed),
  t: tf.tensor1d(Float32Array.from({ length: batch }, (_, i) => 0.1 + (0.8 * i) / batch)),
  ...(conditionDim > 0 ? { condition: random([batch, conditionDim], seed + 1) as Tensor2D } : {}),
});

for (const subject of subjects) {
  test.serial(`${subject.name}: gradients of parameters, state, time and condition against central differences`, async (t) => {
    const before = countTensors();
    await withScope((scope) => {
      const parameters = uploadParameters(subject.parameters, scope);
      scope.run(() => {
        const input = inputOf(subject, 3, 10);
        const all = { ...parameters, ...(input as unknown as ParameterTensors) };
        const shape = subject.apply(parameters, input).shape;
        const weights = random(shape, 20);
        const loss = (given: ParameterTensors): Scalar => {
          const { x, t: time, condition } = given;
          return tf.sum<Scalar>(tf.mul(subject.apply(given, { x, t: time as Tensor1D, condition: condition as Tensor2D }), weights));
        };
        const { gradients } = valueAndGradients(loss, all);
        for (const [name, gradient] of Object.entries(gradients)) {
          t.true(name.endsWith('key/bias') || tf.max(tf.abs(gradient)).dataSync()[0] > 1e-4, `${name} matters`);
        }
        for (const [names, actual, expected] of differences(loss, all, gradients, 0.02)) {
          t.is(mismatch([actual], [expected], { atol: 3e-3, rtol: 2e-3 }), undefined, names);
        }
      });
    });
    t.is(countTensors(), before);
  });

  test.serial(`${subject.name}: a row is the same alone, in a batch and in any order`, async (t) => {
    await withScope((scope) => {
      const parameters = uploadParameters(subject.parameters, scope);
      const input = scope.run(() => ({ ...inputOf(subject, 7, 10) }));
      const rowsOf = (order: number[]): number[][] =>
        tf.tidy(() => {
          const take = <T extends Tensor>(v: T): T => tf.gather<T>(v, tf.tensor1d(order, 'int32'));
          const { x, t: time, condition } = input;
          const out = subject.apply(parameters, { x: take(x), t: take(time), ...(condition ? { condition: take(condition) } : {}) });
          return tf.reshape(out, [order.length, -1]).arraySync() as number[][];
        });
      const whole = rowsOf([0, 1, 2, 3, 4, 5, 6]);
      const scale = Math.max(...whole.flat().map(Math.abs));
      const order = [4, 0, 6, 2, 5, 1, 3];
      rowsOf(order).forEach((row, i) => t.is(mismatch(row, whole[order[i]], { atol: 1e-7 * scale }), undefined, 'permuted'));
      whole.forEach((row, i) => t.is(mismatch(rowsOf([i])[0], row, { atol: 1e-7 * scale }), undefined, 'alone'));
    });
  });

  test.serial(`${subject.name}: wasm and cpu agree, on values and on gradients`, async (t) => {
    const results: Float32Array[][] = [];
    for (const backend of ['wasm', 'cpu'] as const) {
      await ready({ backend });
      await withScope((scope) => {
        const parameters = uploadParameters(subject.parameters, scope);
        scope.run(() => {
          const input = inputOf(subject, 5, 10);
          const loss = (given: ParameterTensors): Scalar => tf.mean<Scalar>(tf.square(subject.apply(given, input)));
          const { gradients } = valueAndGradients(loss, parameters);
          results.push([subject.apply(parameters, input), ...Object.values(gradients)].map((v) => v.dataSync() as Float32Array));
        });
      });
    }
    await ready({ backend: 'wasm' });
    const [wasm, cpu] = results;
    wasm.forEach((values, i) => t.is(mismatch(values, cpu[i], { atol: 3e-6, rtol: 3e-5 }), undefined));
  });

  test.serial(`${subject.name}: one shared time is the same as that time for each row; time and condition matter`, async (t) => {
    await withScope((scope) => {
      const parameters = uploadParameters(subject.parameters, scope);
      scope.run(() => {
        const { x, condition } = inputOf(subject, 3, 10);
        const at = (time: Tensor1D, given = condition): Float32Array =>
          subject.apply(parameters, { x, t: time, ...(given ? { condition: given } : {}) }).dataSync() as Float32Array;
        const shared = at(times(0.3));
        t.is(mismatch(at(times(0.3, 0.3, 0.3)), shared, { atol: 1e-6, rtol: 1e-6 }), undefined);
        t.not(mismatch(at(times(0.8)), shared, { atol: 1e-3 }), undefined);
        if (!condition) return;
        t.not(mismatch(at(times(0.3), tf.zerosLike(condition)), shared, { atol: 1e-3 }), undefined);
        const unknown = subject.apply(parameters, { x, t: times(0.3) }).dataSync();
        // A hyper layer whose weights all rows share adds them up first.
        const allowed = { atol: 1e-7, rtol: 3e-7 };
        t.is(mismatch(unknown, at(times(0.3), tf.zerosLike(condition)), allowed), undefined, 'no condition is the unknown one');
      });
    });
  });

  test.serial(`${subject.name}: a wrong input is refused and leaves no tensor`, async (t) => {
    await withScope((scope) => {
      const parameters = uploadParameters(subject.parameters, scope);
      const { x, t: time, condition } = scope.run(() => ({ ...inputOf(subject, 3, 10) }));
      const wrong = scope.run(() => ({
        x: tf.zeros([3, 9]),
        t: tf.zeros<tf.Rank.R1>([2]),
        condition: tf.zeros<tf.Rank.R2>([2, subject.conditionDim + 1]),
      }));
      const before = countTensors();
      for (const input of [
        { x: wrong.x, t: time, condition },
        { x, t: wrong.t, condition },
        { x, t: time, condition: wrong.condition },
      ]) {
        const error = t.throws(() => subject.apply(parameters, input), { instanceOf: AdvectError });
        t.regex(error.code, /^invalid-(shape|value)$/);
      }
      t.is(countTensors(), before);
    });
  });
}

// ---- forward differentiation

const variants: MlpOptions[] = [
  ...activationNames.map((activation) => ({ dim: 3, hidden: [7, 7], activation })),
  { dim: 3, hidden: [7, 7], time: 'concat' },
  { dim: 3, hidden: [7, 7, 5], residual: true, classes: 2 },
  { dim: 3, hidden: [3, 3], residual: true, time: 'concat', octaves: 1 },
  { dim: 3, hidden: [] },
  ...(['ignore', 'squash', 'blend', 'hyper'] as const).map((time) => ({ dim: 3, hidden: [5, 4], time })),
];

const smooth: [string, VelocityField][] = [
  ...variants.map((options): [string, VelocityField] => [`mlp ${JSON.stringify(options)}`, mlp(options)]),
  ...subjects.flatMap(({ name, field }): [string, VelocityField][] =>
    field?.velocityAndJvp && field.config.kind !== 'mlp' ? [[name, field]] : [],
  ),
];

for (const [name, field] of smooth) {
  test.serial(`${name}: velocityAndJvp against the Jacobian by reverse mode, its trace, and its gradient`, async (t) => {
    await withScope((scope) => {
      const parameters = uploadParameters(stirred(field.init(key(1)), 3), scope);
      scope.run(() => {
        const [batch, dim] = [4, sizeOf(field.event)];
        const x = random([batch, ...field.event], 1);
        const condition = field.conditionDim > 0 ? labels([0, 1, 1, -1], field.conditionDim) : undefined;
        const input = { x, t: times(0.2, 0.4, 0.6, 0.8), ...(condition ? { condition } : {}) };
        const jacobian = tf.stack(
          Array.from({ length: dim }, (_, i) => {
            const pick = tf.reshape(tf.oneHot(tf.tensor1d([i], 'int32'), dim, 1, 0, 'float32'), [1, ...field.event]);
            return tf
              .grad((v: Tensor) => tf.sum(tf.mul(field.velocity(parameters, { ...input, x: v }), pick)))(x)
              .reshape([batch, dim]);
          }),
          1,
        );
        const scale = tf.max(tf.abs(jacobian)).dataSync()[0];

        const tangents = random([2, batch, ...field.event], 2);
        const { u, jvp } = field.velocityAndJvp!(parameters, input, tangents);
        t.deepEqual(jvp.shape, tangents.shape);
        const uScale = tf.max(tf.abs(u)).dataSync()[0];
        t.is(mismatch(u.dataSync(), field.velocity(parameters, input).dataSync(), { atol: 1e-6 * uScale }), undefined);
        const along = tangents.reshape([2, batch, dim, 1]);
        const expected = tf.stack([0, 1].map((p) => tf.matMul(jacobian, tf.squeeze(tf.slice(along, p, 1), [0]))));
        t.is(mismatch(jvp.dataSync(), expected.dataSync(), { atol: 5e-6 * scale * Math.sqrt(dim) }), undefined, 'products');

        const units = tf.reshape(tf.eye(dim), [dim, 1, ...field.event]);
        const columns = field.velocityAndJvp!(parameters, input, units).jvp;
        const trace = tf.sum(tf.mul(columns, units).reshape([dim, batch, -1]), [0, 2]);
        const ofJacobian = tf.sum(tf.mul(jacobian, tf.eye(dim)), [1, 2]);
        t.is(mismatch(trace.dataSync(), ofJacobian.dataSync(), { atol: 5e-6 * scale * Math.sqrt(dim) }), undefined, 'trace');

        const loss = (given: ParameterTensors): Scalar =>
          tf.mean<Scalar>(tf.mul(field.velocityAndJvp!(given, input, tangents).jvp, tangents));
        const { gradients } = valueAndGradients(loss, parameters);
        for (const [names, actual, expected] of differences(loss, parameters, gradients, name.includes('elu"') ? 2e-3 : 0.02)) {
          t.is(mismatch([actual], [expected], { atol: 1e-3, rtol: 1e-3 }), undefined, names);
        }
      });
    });
  });
}
