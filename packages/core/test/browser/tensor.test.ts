import test from 'ava';
import { mismatch } from '@advect/testkit';
import { cnf, mlp, type Parameters, type ParameterTensors } from '#src/index.js';
import { key, normals, split } from '#src/random/index.js';
import { closeBrowser, inPage } from './page.js';
import { ready, type Scalar, tf, uploadParameters, valueAndGradients, withScope } from '#src/tensor/index.js';

/**
 * How far the two may be apart: float32 sums in another order, through three layers and 32 field evaluations; and five
 * times the tolerance where the solver chooses its steps, from norms taken on the GPU there and on the host here.
 */
const bounds = {
  velocity: { atol: 2e-6, rtol: 2e-5 },
  gradients: { atol: 2e-6, rtol: 1e-4 },
  samples: { atol: 2e-4, rtol: 2e-4 },
  adaptive: { atol: 5e-3, rtol: 5e-3 },
};

const field = { dim: 2, hidden: [16, 16], octaves: 1, classes: 3 };
const stir = (fresh: Parameters): Parameters =>
  Object.fromEntries(
    Object.entries(fresh).map(([name, { shape, data }]) => [
      name,
      { shape, data: normals(split(key(7), name), data.length).map((v) => 0.3 * v) },
    ]),
  );

/** All that either side needs, as JSON. */
const problem = {
  field,
  parameters: Object.entries(stir(mlp(field).init(key(0)))).map(([name, { shape, data }]) => ({ name, shape, data: [...data] })),
  x: [...normals(key(1), 12)],
  t: [0.1, 0.3, 0.5, 0.7, 0.9, 1],
  condition: Array.from({ length: 18 }, (_, i) => (i % 4 === 0 ? 1 : 0)),
};

interface Answer {
  readonly backend: string;
  readonly epsilon: number;
  readonly velocity: number[];
  readonly gradients: number[];
  readonly samples: number[];
  readonly logProb: number[];
  readonly adaptive: number[];
  /** Samples, then log-densities, by the executor of choice. */
  readonly compiled: number[];
  readonly executors: string[];
  readonly tensorsLeft: number;
}

async function inNode(): Promise<Answer> {
  const { backend, epsilon } = await ready();
  const before = tf.memory().numTensors;
  const model = mlp(problem.field);
  const parameters = Object.fromEntries(
    problem.parameters.map(({ name, shape, data }) => [name, { shape, data: Float32Array.from(data) }]),
  );
  const results = await withScope((scope) => {
    const tensors = uploadParameters(parameters, scope);
    return scope.run(() => {
      const input = { x: tf.tensor2d(problem.x, [6, 2]), t: tf.tensor1d(problem.t), condition: tf.tensor2d(problem.condition, [6, 3]) };
      const loss = (given: ParameterTensors): Scalar => tf.mean<Scalar>(tf.square(model.velocity(given, input)));
      const { gradients } = valueAndGradients(loss, tensors);
      return {
        velocity: [...model.velocity(tensors, input).dataSync()],
        gradients: Object.values(gradients).flatMap((g) => [...g.dataSync()]),
      };
    });
  });
  const flow = cnf({ field: model, parameters });
  const { x, logProb, report } = await flow.sampleWithLogProb(4, { seed: 3, label: 1, steps: 8, method: 'rk4', executor: 'eager' });
  const adaptive = await flow.sample(4, { seed: 3, label: 1, rtol: 1e-3, atol: 1e-3, executor: 'eager' });
  const compiled = await flow.sampleWithLogProb(4, { seed: 3, label: 1, steps: 8, method: 'rk4' });
  return {
    backend,
    epsilon,
    ...results,
    samples: [...x.data],
    logProb: [...logProb],
    adaptive: [...adaptive.x.data],
    compiled: [...compiled.x.data, ...compiled.logProb],
    executors: [report.executor!.executor, compiled.report.executor!.executor],
    tensorsLeft: tf.memory().numTensors - before,
  };
}

/** The same in a page. */
const script = `
  import { cnf, mlp, ready } from '/core/index.js';
  import { tf, uploadParameters, valueAndGradients, withScope } from '/core/tensor/index.js';
  window.answer = async (problem) => {
    const { backend, epsilon } = await ready();
    const before = tf.memory().numTensors;
    const model = mlp(problem.field);
    const parameters = Object.fromEntries(problem.parameters.map(({ name, shape, data }) => [name, { shape, data: Float32Array.from(data) }]));
    const results = await withScope(async (scope) => {
      const tensors = uploadParameters(parameters, scope);
      const { u, gradients } = scope.run(() => {
        const input = { x: tf.tensor2d(problem.x, [6, 2]), t: tf.tensor1d(problem.t), condition: tf.tensor2d(problem.condition, [6, 3]) };
        const { gradients } = valueAndGradients((given) => tf.mean(tf.square(model.velocity(given, input))), tensors);
        return { u: model.velocity(tensors, input), gradients };
      });
      const read = [];
      for (const gradient of Object.values(gradients)) read.push(...(await gradient.data()));
      return { velocity: [...(await u.data())], gradients: read };
    });
    const flow = cnf({ field: model, parameters });
  const { x, logProb, report } = await flow.sampleWithLogProb(4, { seed: 3, label: 1, steps: 8, method: 'rk4', executor: 'eager' });
  const adaptive = await flow.sample(4, { seed: 3, label: 1, rtol: 1e-3, atol: 1e-3, executor: 'eager' });
  const compiled = await flow.sampleWithLogProb(4, { seed: 3, label: 1, steps: 8, method: 'rk4' });
    return { backend, epsilon, ...results, samples: [...x.data], logProb: [...logProb], adaptive: [...adaptive.x.data], compiled: [...compiled.x.data, ...compiled.logProb],
      executors: [report.executor.executor, compiled.report.executor.executor], tensorsLeft: tf.memory().numTensors - before };
  };
  window.ready = true;`;

test.after.always(closeBrowser);

test('in Chromium: WebGL and compiled flows, from plain ES modules, give what Node gives and leave no tensor', async (t) => {
  await inPage(t, { script }, async (page) => {
    const there = await page.evaluate<Answer>(`window.answer(${JSON.stringify(problem)})`);
    const here = await inNode();
    t.deepEqual([there.backend, there.epsilon, there.tensorsLeft], ['webgl', 2 ** -23, 0]);
    t.deepEqual([here.backend, here.tensorsLeft], ['wasm', 0]);
    t.is(mismatch(there.velocity, here.velocity, bounds.velocity), undefined, 'velocity');
    t.is(mismatch(there.gradients, here.gradients, bounds.gradients), undefined, 'gradients');
    t.is(mismatch(there.samples, here.samples, bounds.samples), undefined, 'samples');
    t.is(mismatch(there.adaptive, here.adaptive, bounds.adaptive), undefined, 'samples with chosen steps');
    t.is(mismatch(here.adaptive, here.samples, bounds.adaptive), undefined, 'chosen steps and fixed ones');
    t.is(mismatch(there.logProb, here.logProb, bounds.samples), undefined, 'log-density');
    for (const { executors, compiled, samples, logProb } of [here, there]) {
      t.deepEqual(executors, ['eager', 'wasm']);
      t.is(mismatch(compiled, [...samples, ...logProb], bounds.samples), undefined, 'compiled and eager');
    }
    t.is(mismatch(there.compiled, here.compiled, bounds.samples), undefined, 'compiled, there and here');
  });
});
