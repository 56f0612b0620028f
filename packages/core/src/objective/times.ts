import { type Key, normals, uniforms } from '../random/index.js';

/** How the times of training are drawn; see `FlowMatchingOptions`. */
export const timeDistributions = ['uniform', 'logit-normal', 'likelihood'] as const;
export type TimeDistribution = (typeof timeDistributions)[number];

/** `count` times between the first and the last of a path. */
export function drawTimes(distribution: TimeDistribution, [first, last]: readonly [number, number], count: number, key: Key): Float32Array {
  const draws = drawUnit[distribution](key, count);
  return first === 0 && last === 1 ? draws : draws.map((v) => first + (last - first) * v);
}

/** t = sigmoid(mean + spread·N(0, 1)). */
export const logitNormals = (key: Key, count: number, mean = 0, spread = 1): Float32Array =>
  normals(key, count).map((z) => 1 / (1 + Math.exp(-(mean + spread * z))));

/** Times of which each is 0 instead with probability `share`, the others unchanged. */
export function someAtStart(times: Float32Array, share: number, key: Key): Float32Array {
  const draws = uniforms(key, times.length);
  return times.map((t, i) => (draws[i] < share ? 0 : t));
}

const drawUnit: { readonly [name in TimeDistribution]: (key: Key, count: number) => Float32Array } = {
  uniform: uniforms,
  'logit-normal': (key, count) => logitNormals(key, count),
  likelihood: (key, count) => uniforms(key, count).map(likelihoodTime),
};

/** −log(1 − t) at the last time that 'likelihood' draws, t = 1 − 1e-4. */
const lastExponent = Math.log(1e4);

/** The time below which a share of the density t / (1 − t) lies, which in s = −log(1 − t) is s − 1 + e^−s. */
function likelihoodTime(share: number): number {
  const wanted = share * (lastExponent - 1 + Math.exp(-lastExponent));
  // Newton's method from above: the function is convex and rises.
  let s = wanted + 1;
  for (let i = 0; i < 40 && s > 0; i++) {
    const step = (s - 1 + Math.exp(-s) - wanted) / -Math.expm1(-s);
    s -= step;
    if (Math.abs(step) < 1e-9) break;
  }
  return -Math.expm1(-Math.max(s, 0));
}
