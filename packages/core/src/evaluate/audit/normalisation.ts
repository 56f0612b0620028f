import { type NdArray, ndarray } from '@advect/base/array';
import type { Flow } from '../../flow/flow.js';
import { key, split } from '../../random/index.js';
import { fitGaussianMixture } from '../gaussian-mixture.js';
import { meanWithError } from '../mean.js';
import { type AuditCheck, show, type Subject } from './check.js';

const NAME = 'normalisation';
const TOLERANCE = 0.02;
const ADVICE =
  'A density integrates to 1. Too much or too little means a divergence that is not that of the velocity or has the wrong sign, a base whose logProb is not normalised, or a solve too rough for the field: look at the checks below, then tighten rtol and atol.';

/** ∫ p over the space of the field: by quadrature on the line and in the plane, by importance sampling elsewhere. */
export async function checkNormalisation(subject: Subject): Promise<AuditCheck> {
  const { flow } = subject;
  const { integral, uncertainty, how } = flow.manifold ? await uniformPoints(subject, flow.manifold) : await inFlatSpace(subject);
  const deviation = Math.abs(integral - 1);
  const measured = `the density integrates to ${show(integral)} ± ${show(uncertainty)} (${how})`;
  const found = { name: NAME, deviation, tolerance: TOLERANCE };
  if (!(uncertainty < 0.1) && !(deviation > TOLERANCE + 6 * uncertainty)) {
    return { ...found, verdict: 'inconclusive', summary: `${measured}: too rough to tell` };
  }
  if (deviation <= TOLERANCE + 3 * uncertainty) return { ...found, verdict: 'passed', summary: measured };
  return { ...found, verdict: 'failed', summary: `${measured}. ${ADVICE}` };
}

interface Integral {
  readonly integral: number;
  readonly uncertainty: number;
  readonly how: string;
}

async function inFlatSpace(subject: Subject): Promise<Integral> {
  const { flow, dim, solver, seed, given } = subject;
  const { x } = await flow.sample(1000, { ...solver, ...given(1000), seed });
  return dim <= 2 ? quadrature(subject, x) : importanceSampling(subject, x);
}

/** The mean density over a manifold, times its volume. */
async function uniformPoints({ flow, solver, seed, given }: Subject, manifold: NonNullable<Flow['manifold']>): Promise<Integral> {
  const count = 2000;
  const { logProb } = await flow.logProb(manifold.uniform(split(key(seed), 'uniform'), count, 0), { ...solver, ...given(count) });
  const { mean, standardError } = meanWithError(Float64Array.from(logProb, (v) => Math.exp(v + manifold.logVolume)));
  return { integral: mean, uncertainty: standardError, how: `${count} uniform points of the manifold` };
}

/** Evenly spaced points over a box half as wide again as the samples' on either side; the uncertainty is what every other point would make of it. */
async function quadrature({ flow, dim, solver, given }: Subject, samples: NdArray): Promise<Integral> {
  const side = dim === 1 ? 2001 : 121;
  const axes = Array.from({ length: dim }, (_, d) => {
    const values = samples.data.filter((_v, i) => i % dim === d);
    const [low, high] = [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
    const margin = 0.5 * (high - low) + 1e-3;
    return { start: low - margin, step: (high - low + 2 * margin) / (side - 1) };
  });
  const count = side ** dim;
  const index = (i: number, d: number): number => Math.floor(i / side ** d) % side;
  const points = Float32Array.from({ length: count * dim }, (_, at) => {
    const { start, step } = axes[at % dim];
    return start + step * index(Math.floor(at / dim), at % dim);
  });
  const { logProb } = await flow.logProb(ndarray(points, [count, ...flow.field.event]), { ...solver, ...given(count) });
  let [all, coarse] = [0, 0];
  logProb.forEach((v, i) => {
    const p = Math.exp(v);
    all += p;
    if (axes.every((_, d) => index(i, d) % 2 === 0)) coarse += p;
  });
  const cell = axes.reduce((product, { step }) => product * step, 1);
  const integral = all * cell;
  return { integral, uncertainty: Math.abs(integral - coarse * cell * 2 ** dim), how: `${count} points of a grid` };
}

/** The mean of p/q over points of q, a mixture fitted to the flow's own samples and widened. */
async function importanceSampling({ flow, solver, seed, given }: Subject, samples: NdArray): Promise<Integral> {
  const { proposal, count } = { proposal: widened(samples, seed), count: 2000 };
  const points = proposal.sample(count, split(key(seed), 'importance'));
  const { logProb } = await flow.logProb(ndarray(points.data, [count, ...flow.field.event]), { ...solver, ...given(count) });
  const logQ = proposal.logProb(points);
  const { mean, standardError } = meanWithError(Float64Array.from(logProb, (v, i) => Math.exp(v - logQ[i])));
  return { integral: mean, uncertainty: standardError, how: `importance sampling with ${count} points` };
}

/** Samples moved away from their mean by a tenth, fitted by four full Gaussians or one diagonal one. */
function widened({ data, shape }: NdArray, seed: number): ReturnType<typeof fitGaussianMixture> {
  const dim = data.length / shape[0];
  const mean = Float64Array.from({ length: dim }, (_, d) => data.reduce((sum, v, i) => (i % dim === d ? sum + v : sum), 0) / shape[0]);
  const wide = Float64Array.from(data, (v, i) => mean[i % dim] + 1.1 * (v - mean[i % dim]));
  const few = dim <= 32 ? ({ components: 4, covariance: 'full' } as const) : ({ components: 1, covariance: 'diagonal' } as const);
  return fitGaussianMixture(ndarray(wide, [shape[0], dim]), { ...few, seed, regularisation: 1e-3 });
}
