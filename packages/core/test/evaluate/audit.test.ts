import test from 'ava';
import { AdvectError } from '@advect/base/errors';
import { audit, type Audit } from '#src/evaluate/index.js';
import { guidedField } from '#src/field/guided.js';
import { mlp, type VelocityField } from '#src/field/index.js';
import { affine, augment, type Base, cnf, dequantise, gaussianMixture, logit, standardNormal, type Transform } from '#src/flow/index.js';
import { countTensors, ready, tf } from '#src/tensor/index.js';
import { fieldOf, linearField } from '../flow/fields.js';

test.before(async () => void (await ready()));

const net = (dim: number, classes?: number) =>
  mlp({ dim, hidden: [24, 24], activation: 'tanh', lastLayer: 'random', ...(classes && { classes }) });
const verdictOf = ({ checks }: Audit, name: string) => checks.find((check) => check.name === name)!;

test.serial('sound flows pass, in one, two, three and twenty dimensions, conditional and with transforms; no tensor is left', async (t) => {
  const before = countTensors();
  const flows = [
    cnf({ field: net(1), seed: 1 }),
    cnf({
      field: net(2, 3),
      seed: 2,
      base: gaussianMixture({
        means: [
          [-1, 0],
          [1, 1],
        ],
        standardDeviations: [0.5, 1],
      }),
    }),
    cnf({ field: net(3), seed: 3, transforms: [affine({ shift: [1, 2, 3], scale: [0.5, 2, 1] })] }),
    cnf({ field: net(2), seed: 3, transforms: [dequantise({ levels: 16 }), logit({ alpha: 0.1 })] }),
    cnf({ field: net(20), seed: 4 }),
    cnf({
      field: net(3),
      seed: 5,
      transforms: [affine({ shift: 1, scale: 2 }), augment({ dims: 1 }), affine({ shift: 0, scale: [1, 3, 2] })],
    }),
  ];
  for (const [i, flow] of flows.entries()) {
    const found = await audit(flow, { label: i === 1 ? 2 : undefined, points: 6 });
    t.is(found.verdict, 'passed', found.summary);
    t.is(found.checks.length, 7);
    const skipped = found.checks.filter(({ verdict }) => verdict === 'skipped').map(({ name }) => name);
    t.deepEqual(skipped, [...(i === 4 ? ['change of volume'] : []), ...(flow.transforms.length === 0 ? ['transforms'] : [])]);
    t.is(found.summary.split('\n').length, 8);
  }
  t.is(countTensors(), before);
});

/** u = A x whose forward derivative is multiplied by a factor. */
const wronglyDifferentiated = (factor: number): VelocityField => {
  const field = linearField(
    [
      [0.8, 0.3],
      [-0.2, 0.6],
    ],
    [0.1, -0.2],
  );
  const matrix = [
    [0.8, -0.2],
    [0.3, 0.6],
  ];
  return {
    ...field,
    velocityAndJvp: (weights, input, tangents) => ({
      u: field.velocity(weights, input),
      jvp: tf.mul(
        factor,
        tf.broadcastTo(tf.reshape(tf.matMul(tf.reshape(tangents, [-1, 2]), tf.tensor2d(matrix)), tangents.shape), [
          tangents.shape[0],
          input.x.shape[0],
          2,
        ]),
      ),
    }),
  };
};

test('a divergence of the wrong sign is called that; one that is merely wrong is found too', async (t) => {
  t.is((await audit(cnf({ field: wronglyDifferentiated(1) }))).verdict, 'passed');
  const mirrored = await audit(cnf({ field: wronglyDifferentiated(-1) }));
  t.is(mirrored.verdict, 'failed');
  t.regex(verdictOf(mirrored, 'divergence').summary, /opposite sign/);
  t.regex(verdictOf(mirrored, 'change of volume').summary, /wrong sign/);
  t.is(verdictOf(mirrored, 'normalisation').verdict, 'failed');
  // The samples agree with themselves: only an outside look finds it.
  t.is(verdictOf(mirrored, 'density of samples').verdict, 'passed');
  const off = await audit(cnf({ field: wronglyDifferentiated(0.9) }));
  for (const name of ['normalisation', 'divergence', 'change of volume']) t.is(verdictOf(off, name).verdict, 'failed', name);
});

test('a base that is not normalised, a transform with a wrong log-determinant, a field that mixes rows', async (t) => {
  const heavy: Base = {
    ...standardNormal(),
    logProb: (x) =>
      standardNormal()
        .logProb(x)
        .map((v) => v + 0.1),
  };
  for (const dim of [2, 4]) {
    const found = await audit(cnf({ field: net(dim), base: heavy }));
    t.is(verdictOf(found, 'normalisation').verdict, 'failed', found.summary);
    t.deepEqual(
      found.checks.filter(({ verdict }) => verdict === 'failed').map(({ name }) => name),
      ['normalisation'],
    );
  }
  const scale = affine({ shift: 0, scale: 3 });
  const wrong: Transform = { ...scale, forward: (x, keys) => ({ y: scale.forward(x, keys).y, logDet: new Float64Array(x.shape[0]) }) };
  const wrongBack: Transform = { ...scale, inverse: (y) => ({ x: scale.inverse(y).x, logDet: new Float64Array(y.shape[0]) }) };
  const mixed = fieldOf(2, (x) => tf.sub(x, tf.mul(2, tf.mean(x, 0, true))));
  const failures = { transforms: cnf({ field: net(2), transforms: [wrong] }), 'independence of rows': cnf({ field: mixed }) };
  for (const [name, flow] of Object.entries(failures)) t.is(verdictOf(await audit(flow), name).verdict, 'failed', name);
  t.is(verdictOf(await audit(cnf({ field: net(2), transforms: [wrongBack] })), 'transforms').verdict, 'failed');
});

test('a field that cannot be retraced fails the round trip; a guided flow has no density to audit', async (t) => {
  const squeeze = cnf({ field: fieldOf(1, (x) => tf.mul(x, -14)) });
  const found = await audit(squeeze, { tolerance: 1e-3 });
  t.is(verdictOf(found, 'round trip').verdict, 'failed', found.summary);
  const guided = cnf({ field: guidedField({ field: net(2, 2), scale: 2 }) });
  await t.throwsAsync(audit(guided), { instanceOf: AdvectError, code: 'unsupported' });
  await t.throwsAsync(audit(squeeze, { tolerances: 1 } as never), { instanceOf: AdvectError, code: 'unknown-option' });
});
