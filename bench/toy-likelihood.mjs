/**
 * How near a flow comes to the entropy of FFJORD's eight toy sets (Grathwohl et al. 2019): flow matching first, then maximum
 * likelihood on the same weights. Prints, for each set, the mean of −log p over fresh points above that of the set's own
 * density, in nats: an estimate of the Kullback–Leibler divergence, with its standard error.
 *
 *   node bench/toy-likelihood.mjs [--quick] [--only circles] [--matching 40000] [--likelihood N] [--out FILE]
 *
 * Every set is stored as it ends and not run again. Runs at low priority. `--quick` trains a tenth and stores nothing.
 */
import { setPriority } from 'node:os';
import { parseArgs } from 'node:util';
import { cnf, distributions, entropyGap, flowMatching, key, likelihood, mlp, train } from '../packages/core/dist/index.js';
import { openStore } from './store.mjs';

const { values: given } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    matching: { type: 'string', default: '40000' },
    likelihood: { type: 'string' },
    out: { type: 'string', default: 'bench/results/toy-likelihood.json' },
  },
});
const share = given.quick ? 0.1 : 1;
// The edges of the checkerboard come slowly: after 500 updates it is 0.051 nats above its entropy, after 1500 it is 0.034.
const updates = { checkerboard: 1500 };
const stepsFor = (name) => ({
  matching: share * Number(given.matching),
  likelihood: share * Number(given.likelihood ?? updates[name] ?? 500),
});
const sets = ['8gaussians', 'moons', 'pinwheel', '2spirals', 'swissroll', 'rings', 'circles', 'checkerboard'];
setPriority(19);

async function gapOf(flow, target) {
  const held = target.sample(10_000, key(99));
  const { logProb, report } = await flow.logProb(held);
  const truth = target.logProb(held);
  // The set's own log-densities have most of the same noise, so that the difference is much more exact than the mean.
  const paired = entropyGap(
    logProb.map((v, i) => v - truth[i]),
    0,
  );
  return { ...paired, nll: entropyGap(logProb, 0).gap, entropy: target.entropy, evaluations: report.evaluations };
}

async function run(name, steps) {
  const target = distributions[name];
  const flow = cnf({ field: mlp({ dim: 2, hidden: [128, 128, 128], octaves: 2, residual: true }), seed: 1 });
  const began = performance.now();
  const common = { schedule: 'cosine', clip: 1 };
  const matching = { steps: steps.matching, batch: 512, learningRate: 1e-2, warmup: 300 };
  await train(flow, target, { objective: flowMatching(), ...matching, ...common });
  const matched = await gapOf(flow, target);
  const middle = performance.now();
  const objective = likelihood({ method: 'rk4', steps: 10 });
  const fine = { steps: steps.likelihood, batch: 256, learningRate: 1e-3, warmup: 50, ema: 0.99, seed: 2 };
  await train(flow, target, { objective, ...fine, ...common });
  const seconds = { matching: (middle - began) / 1000, likelihood: (performance.now() - middle) / 1000 };
  return { matched, likelihood: await gapOf(flow, target), seconds };
}

const { runs, save } = openStore(given.out, { kept: !given.quick });
for (const name of sets.filter((set) => set.includes(given.only))) {
  const steps = stepsFor(name);
  const id = `${name} ${steps.matching}+${steps.likelihood}`;
  runs[id] ??= await run(name, steps);
  save();
  const { matched, likelihood: last, seconds } = runs[id];
  const gap = (v) => `${v.gap.toFixed(4)} ± ${v.standardError.toFixed(4)}`;
  const time = `${seconds.matching.toFixed(0)} + ${seconds.likelihood.toFixed(0)} s`;
  console.log(`${name}: entropy ${last.entropy.toFixed(4)}; above it by ${gap(matched)} matched, ${gap(last)} by likelihood; ${time}`);
}
