// How far off are learned log-densities of a few evaluations, where the truth is known? Mixtures of four Gaussians in more and
// more dimensions: against the solver's answer for the same flow, and against the truth.
//   node bench/few-step-densities.mjs [dims, such as 2,8,16]
import {
  averageField,
  cnf,
  gaussianMixture,
  key,
  logProbFewSteps,
  meanDivergence,
  meanFlow,
  mlp,
  normals,
  train,
} from '../packages/core/dist/index.js';

const dims = (process.argv[2] ?? '2,8,16').split(',').map(Number);
const rows = 500;
const mean = (values) => values.reduce((sum, v) => sum + v, 0) / values.length;
const spread = (values) => Math.sqrt(mean(values.map((v) => (v - mean(values)) ** 2)));

console.log('| dimensions | steps | off the solver: mean, spread | off the truth: mean, spread | solver off the truth |');
console.log('| --- | --- | --- | --- | --- |');
for (const dim of dims) {
  const centres = normals(key(dim), 4 * dim);
  const means = [0, 1, 2, 3].map((k) => Array.from(centres.subarray(k * dim, (k + 1) * dim)));
  const mixture = gaussianMixture({ means, standardDeviations: [0.5, 0.5, 0.5, 0.5] });
  const data = { sample: (count, from) => mixture.sample(count, from, [dim], 0) };
  const net = () => mlp({ dim, hidden: [128, 128], conditionDim: 1 });
  const flow = cnf({ field: averageField({ field: net(), divergence: net() }) });
  const settings = { steps: 2000, batch: 256, learningRate: 3e-3 };
  await train(flow, data, { objective: meanFlow({ backward: true }), ...settings });
  await train(flow, data, { objective: meanDivergence({ backward: true }), ...settings });

  const held = data.sample(rows, key(99));
  const truth = mixture.logProb(held);
  const { logProb } = await flow.logProb(held);
  const off = (values, from) => Array.from(values, (v, i) => v - from[i]);
  const figures = (gaps) => `${mean(gaps).toFixed(2)}, ${spread(gaps).toFixed(2)}`;
  for (const steps of [1, 2, 4, 8]) {
    const { estimate } = await logProbFewSteps(flow, held, { steps });
    console.log(
      `| ${dim} | ${steps} | ${figures(off(estimate, logProb))} | ${figures(off(estimate, truth))} | ${figures(off(logProb, truth))} |`,
    );
  }
}
