/**
 * Flow matching between distributions of the plane: the four problems of Tong et al. (2024, "Improving and generalizing
 * flow-based generative models with minibatch optimal transport", table 2), independent and optimal-transport coupling,
 * five seeds. For each: the Wasserstein-2 distance of 1000 samples (896 from moons) to as many of the truth beside its
 * floor, two samples of the truth; the normalised path energy over 100 Euler steps; and the evaluations of an adaptive
 * solve.
 *
 *   node bench/two-dimensional.mjs [--quick] [--only 'moons-8gaussians'] [--seeds 42,43] [--steps 8000] [--out FILE]
 *
 * Every run is stored as it ends and not run again: stop and start as you like. Runs at low priority. `--quick` trains 1500
 * steps for one seed and stores nothing.
 *
 * Data, as in that paper's code: 8 Gaussians of deviation 1 on a circle of radius 5; two moons with noise 0.05, doubled,
 * and moved left by 1; but from moons to 8 Gaussians, moons with noise 0.1 of deviation 7 over all numbers, and Gaussians of
 * deviation 1.5 on a circle of radius 12; the S curve's first and third coordinate with noise 0.05, times 1.5; 10,000 samples to learn from.
 * Net: three layers of 64 SELUs that see time beside the point. Their σ = 0.1 blurs what is learnt; here σ = 0.
 */
import { setPriority } from 'node:os';
import { parseArgs } from 'node:util';
import {
  cnf,
  flowMatching,
  integers,
  key,
  mlp,
  normalisedPathEnergy,
  normals,
  sampledBase,
  split,
  standardNormal,
  train,
  uniforms,
  wasserstein2,
} from '../packages/core/dist/index.js';
import { openStore } from './store.mjs';

const { values: given } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    seeds: { type: 'string', default: '42,43,44,45,46' },
    steps: { type: 'string', default: '8000' },
    batch: { type: 'string', default: '128' },
    out: { type: 'string', default: 'bench/results/two-dimensional.json' },
  },
});
const quick = given.quick;
const steps = quick ? 1500 : Number(given.steps);
const seeds = quick ? [42] : given.seeds.split(',').map(Number);
setPriority(19);

/** Points of the plane from a function of an index and independent numbers: u uniform, z two normals. */
const plane = (point) => ({
  sample(count, k) {
    const which = integers(split(k, 'which'), count, 8);
    const u = uniforms(split(k, 'u'), count);
    const z = normals(split(k, 'z'), 2 * count);
    const data = new Float32Array(2 * count);
    for (let i = 0; i < count; i++) data.set(point(which[i], u[i], z[2 * i], z[2 * i + 1]), 2 * i);
    return { shape: [count, 2], data };
  },
});
const ring = (radius, sigma) => (which, _, a, b) => [
  radius * Math.cos((which * Math.PI) / 4) + sigma * a,
  radius * Math.sin((which * Math.PI) / 4) + sigma * b,
];
const moon = (noise, which, u, a, b) => {
  const [x, y] = [Math.cos(Math.PI * u), Math.sin(Math.PI * u)];
  return which % 2 ? [1 - x + noise * a, 0.5 - y + noise * b] : [x + noise * a, y + noise * b];
};
const sets = {
  N: plane((_, __, a, b) => [a, b]),
  '8gaussians': plane(ring(5, 1)),
  'wide 8gaussians': plane(ring(12, 1.5)),
  moons: plane((...given) => {
    const [x, y] = moon(0.05, ...given);
    return [2 * x - 1, 2 * y];
  }),
  'wide moons': plane((...given) => moon(0.1, ...given).map((v) => (7 * (v - 0.375)) / 0.723)),
  scurve: plane((_, u, a, b) => {
    const angle = 3 * Math.PI * (u - 0.5);
    return [1.5 * (Math.sin(angle) + 0.05 * a), 1.5 * (Math.sign(angle) * (Math.cos(angle) - 1) + 0.05 * b)];
  }),
};
const problems = [
  { name: 'N-8gaussians', from: 'N', to: '8gaussians', test: 1000 },
  { name: 'moons-8gaussians', from: 'wide moons', to: 'wide 8gaussians', test: 896 },
  { name: 'N-moons', from: 'N', to: 'moons', test: 1000 },
  { name: 'N-scurve', from: 'N', to: 'scurve', test: 1000 },
].filter(({ name }) => name.includes(given.only));
/** Means and deviations of that table, for W₂. */
const published = {
  'exact-ot': { 'N-8gaussians': [1.262, 0.348], 'moons-8gaussians': [1.923, 0.391], 'N-moons': [0.239, 0.048], 'N-scurve': [0.264, 0.093] },
  independent: { 'N-8gaussians': [1.284, 0.384], 'moons-8gaussians': [1.977, 0.266], 'N-moons': [0.338, 0.109], 'N-scurve': [0.333, 0.06] },
};

async function run({ from, to, test }, coupling, seed) {
  const root = key(seed);
  const draw = (set, count, name) => sets[set].sample(count, split(root, name));
  const learnt = draw(to, 10_000, 'train');
  const base = from === 'N' ? standardNormal() : sampledBase(sets[from]);
  const flow = cnf({ field: mlp({ dim: 2, hidden: [64, 64, 64], activation: 'selu', time: 'concat' }), base, seed });
  const began = performance.now();
  const objective = flowMatching({ coupling });
  await train(flow, learnt, { objective, steps, batch: Number(given.batch), learningRate: 5e-3, warmup: 100, seed });
  const seconds = (performance.now() - began) / 1000;
  const truth = draw(to, test, 'test');
  const o = { method: 'euler', steps: 100, seed: seed + 1000 };
  const { distance, floor } = wasserstein2((await flow.sample(test, o)).x, truth, draw(to, test, 'another'));
  const energy = await normalisedPathEnergy(flow, truth, { seed: seed + 1000 });
  const adaptive = await flow.sample(test, { seed: seed + 1000, rtol: 1e-4, atol: 1e-4, control: 'joint' });
  return {
    w2: distance,
    floor,
    energy,
    adaptive: { w2: wasserstein2(adaptive.x, truth).distance, evaluations: adaptive.report.evaluations },
    seconds,
  };
}

const stored = openStore(given.out, { kept: !quick, published });

const runs = {};
for (const seed of seeds) {
  for (const coupling of ['exact-ot', 'independent']) {
    for (const problem of problems) {
      const name = `${problem.name} ${coupling} ${steps}x${given.batch} seed ${seed}`;
      stored.runs[name] ??= await run(problem, coupling, seed);
      stored.save();
      (runs[`${problem.name} ${coupling}`] ??= []).push(stored.runs[name]);
      const { w2, floor, energy, adaptive, seconds } = stored.runs[name];
      const numbers = `W2 ${w2.toFixed(3)} (floor ${floor.toFixed(3)}), NPE ${energy.normalised.toFixed(3)}, ${adaptive.evaluations} evaluations`;
      console.error(`${name}: ${numbers}, ${seconds.toFixed(0)} s`);
    }
  }
}

const column = (list, of) => {
  const values = list.map(of);
  const mean = values.reduce((a, b) => a + b) / values.length;
  const deviation = Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / Math.max(1, values.length - 1));
  return `${mean.toFixed(3)} ± ${deviation.toFixed(3)}`;
};
console.log('| problem | coupling | W₂ | floor | published W₂ | NPE | evaluations | W₂, adaptive |\n|---|---|---|---|---|---|---|---|');
for (const [name, list] of Object.entries(runs)) {
  const [problem, coupling] = name.split(' ');
  const cells = [
    problem,
    coupling,
    column(list, (r) => r.w2),
    column(list, (r) => r.floor),
    published[coupling][problem].map((v) => v.toFixed(3)).join(' ± '),
    column(list, (r) => r.energy.normalised),
    column(list, (r) => r.adaptive.evaluations),
    column(list, (r) => r.adaptive.w2),
  ];
  console.log(`| ${cells.join(' | ')} |`);
}
