import test, { type ExecutionContext } from 'ava';
import { key, mlp, normals, type Parameters, ready, split, standardNormal } from '#src/index.js';
import { closeBrowser, inPage } from './page.js';
import { type Net, solve, TANGENT } from './rounding-bound.js';

test.after.always(closeBrowser);

const steps = 16;
const rows = 64;
const seed = 3;
const settings = { dim: 2, hidden: [16, 16], activation: 'tanh', time: 'concat' } as const;
const parameters: Parameters = Object.fromEntries(
  Object.entries(mlp(settings).init(key(0))).map(([name, { shape, data }]) => [
    name,
    { shape, data: normals(split(key(7), name), data.length).map((v) => 0.3 * v) },
  ]),
);
const net: Net = ['hidden0', 'hidden1', 'output'].map((name) => ({
  weight: parameters[`${name}/weight`],
  bias: parameters[`${name}/bias`].data,
  shift: parameters[`${name}/shift/weight`].data,
}));

/** The hyperbolic tangent as a field: one step of Euler's method gives x + tanh(x). */
const tangentSettings = { dim: 1, hidden: [1], activation: 'tanh', time: 'concat' } as const;
const tangentWeights: Parameters = Object.fromEntries(
  Object.entries(mlp(tangentSettings).init(key(0))).map(([name, { shape }]) => [
    name,
    { shape, data: Float32Array.of(['hidden0/weight', 'output/weight'].includes(name) ? 1 : 0) },
  ]),
);
const grid = Array.from({ length: 2001 }, (_, i) => Math.fround((i - 1000) / 100));

interface Answer {
  /** Who computed. */
  readonly by: string;
  readonly noise: readonly number[];
  readonly samples: readonly number[];
  readonly tangents: readonly number[];
}

/** The same in Node and in a page, which gets this text: what each executor makes of one seed. */
async function answers(library: typeof import('#src/index.js'), problem: typeof given, executors: readonly object[]): Promise<Answer[]> {
  const { cnf, mlp, key, split, standardNormal } = library;
  const arrays = (plain: typeof problem.parameters) =>
    Object.fromEntries(plain.map(({ name, shape, data }) => [name, { shape, data: Float32Array.from(data) }]));
  const flow = cnf({ field: mlp(problem.settings), parameters: arrays(problem.parameters) });
  const tangent = cnf({ field: mlp(problem.tangentSettings), parameters: arrays(problem.tangentWeights) });
  const { backend } = await library.ready();
  const found: Answer[] = [];
  for (const how of executors) {
    const { x, report } = await flow.sample(problem.rows, { seed: problem.seed, method: 'rk4', steps: problem.steps, ...how });
    const column = { shape: [problem.grid.length, 1], data: Float32Array.from(problem.grid) };
    const ends = await tangent.decode(column, { method: 'euler', steps: 1, ...how });
    const { executor, threads } = report.executor!;
    const by = executor === 'eager' ? `eager, ${backend}` : `${executor}, ${threads} threads`;
    const noise = standardNormal().sample(problem.rows, split(key(problem.seed), 'noise'), [2], 0);
    found.push({ by, noise: [...noise.data], samples: [...x.data], tangents: [...ends.x.data] });
  }
  return found;
}

const plain = (given: Parameters) => Object.entries(given).map(([name, { shape, data }]) => ({ name, shape, data: [...data] }));
const given = {
  settings,
  tangentSettings,
  rows,
  seed,
  steps,
  grid,
  parameters: plain(parameters),
  tangentWeights: plain(tangentWeights),
};

const noise = standardNormal().sample(rows, split(key(seed), 'noise'), [2], 0).data;
const expected = Array.from({ length: rows }, (_, i) => solve(net, [noise[2 * i], noise[2 * i + 1]], steps));
const worstBound = Math.max(...expected.flatMap(({ error }) => error));

/** Noise bit for bit, tangents within what is assumed of them, samples within what follows from it. */
function check(t: ExecutionContext, { by, noise: drawn, samples, tangents }: Answer): void {
  t.deepEqual(drawn, [...noise], `${by}: the noise of a seed`);
  const off = grid.map((x, i) => Math.abs(tangents[i] - x - Math.tanh(x)) - 4 * 2 ** -24 * (Math.abs(x) + 1));
  t.true(Math.max(...off) <= TANGENT, `${by}: tanh is off by ${Math.max(...off)}`);
  let largest = 0;
  expected.forEach(({ value, error }, i) =>
    value.forEach((v, d) => {
      const distance = Math.abs(samples[2 * i + d] - v);
      largest = Math.max(largest, distance);
      t.true(distance <= error[d], `${by}: sample ${i} is ${samples[2 * i + d]}, not ${v} ± ${error[d]}`);
    }),
  );
  t.log(`${by}: samples off by at most ${largest.toExponential(1)}, the bounds are up to ${worstBound.toExponential(1)}`);
}

const promise = 'promise: one seed gives the same noise bit for bit, and samples within the bound that rounding errors have';

test.serial(`${promise}: WebAssembly with one and two threads, ONNX Runtime and TensorFlow.js in Node`, async (t) => {
  t.true(worstBound < 1e-4, 'a bound that says something');
  await ready();
  const library = await import('#src/index.js');
  const executors = [{ executor: 'wasm', threads: 1 }, { executor: 'wasm', threads: 2 }, { executor: 'onnx' }, { executor: 'eager' }];
  const found = await answers(library, given, executors);
  t.deepEqual(
    found.map(({ by }) => by.split(',')[0]),
    ['wasm', 'wasm', 'onnx', 'eager'],
  );
  for (const answer of found) check(t, answer);
});

test.serial(`${promise}: WebAssembly and WebGL in Chromium`, async (t) => {
  const script = `
    import * as library from '/core/index.js';
    const answers = ${answers.toString()};
    window.answer = (problem) => answers(library, problem, [{ executor: 'wasm' }, { executor: 'eager' }]);
    window.ready = true;`;
  await inPage(t, { script }, async (page) => {
    const found = await page.evaluate<Answer[]>(`answer(${JSON.stringify(given)})`);
    t.deepEqual(
      found.map(({ by }) => by),
      ['wasm, 1 threads', 'eager, webgl'],
    );
    for (const answer of found) check(t, answer);
  });
});
