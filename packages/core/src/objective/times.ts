import { type Key, normals, uniforms } from '../random/index.js';

/** How the times of training are drawn; see `FlowMatchingOptions`. */
export type TimeDistribution = 'uniform' | 'logit-normal';

/** `count` times between the first and the last of a path. */
export function drawTimes(distribution: TimeDistribution, [first, last]: readonly [number, number], count: number, key: Key): Float32Array {
  const draws = distribution === 'uniform' ? uniforms(key, count) : logitNormals(key, count);
  return first === 0 && last === 1 ? draws : draws.map((v) => first + (last - first) * v);
}

/** t = sigmoid(mean + spread·N(0, 1)). */
export const logitNormals = (key: Key, count: number, mean = 0, spread = 1): Float32Array =>
  normals(key, count).map((z) => 1 / (1 + Math.exp(-(mean + spread * z))));
