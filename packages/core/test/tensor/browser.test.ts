import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { dirname, extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { type Browser, chromium } from 'playwright-core';
import { chromiumLaunch, chromiumMissing, mismatch } from '@advect/testkit';
import { cnf, mlp, type Parameters, type ParameterTensors } from '#src/index.js';
import { key, normals, split } from '#src/random/index.js';
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

/** The same in a page, on the modules as they are published: no bundler, an import map for the dependencies. */
const page = `<!doctype html><script type="importmap">{"imports":{"@tensorflow/tfjs":"/tfjs/tf.fesm.min.js",
"@advect/base/array":"/base/array.js","@advect/base/errors":"/base/errors.js","@advect/base/options":"/base/options.js",
"@advect/compiler":"/compiler/index.js","@advect/compiler/gradients":"/compiler/gradients.js","@advect/compiler/math":"/compiler/wasm/math/index.js",
"@advect/compiler/assembler":"/compiler/wasm/assembler/index.js"}}</script>
<script type="module">
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
</script>`;

const roots: Record<string, string> = {
  core: fileURLToPath(new URL('../../../dist', import.meta.url)),
  compiler: dirname(fileURLToPath(import.meta.resolve('@advect/compiler'))),
  base: dirname(fileURLToPath(import.meta.resolve('@advect/base/errors'))),
  tfjs: dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs')),
};

/** A page and two folders, on this machine only. */
async function serve(): Promise<Server> {
  const server = createServer((request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url!, 'http://localhost').pathname));
    const [, root, ...rest] = path.split('/');
    if (root === '') {
      response.setHeader('content-type', 'text/html').end(page);
    } else if (root in roots && extname(path) === '.js') {
      readFile(join(roots[root], ...rest)).then(
        (bytes) => response.setHeader('content-type', 'text/javascript').end(bytes),
        () => response.writeHead(404).end(),
      );
    } else response.writeHead(404).end();
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return server;
}

let browser: Browser | undefined;
test.after.always(async () => {
  await browser?.close();
});

test('in Chromium: WebGL and compiled flows, from plain ES modules, give what Node gives and leave no tensor', async (t) => {
  if (chromiumMissing) {
    t.log(chromiumMissing);
    t.not(process.env['CI'], 'true', 'continuous integration must have a browser');
    return;
  }
  const server = await serve();
  try {
    browser = await chromium.launch(chromiumLaunch);
    const tab = await browser.newPage();
    const problems: string[] = [];
    tab.on('pageerror', (error) => problems.push(error.message));
    tab.on(
      'response',
      (response) => void (response.status() >= 400 && !response.url().endsWith('favicon.ico') && problems.push(response.url())),
    );
    await tab.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    await tab.waitForFunction('window.answer !== undefined');
    const there = await tab.evaluate<Answer>(`window.answer(${JSON.stringify(problem)})`);
    const here = await inNode();
    t.deepEqual(problems, []);
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
  } finally {
    server.close();
  }
});
