import { isTracing } from '@advect/compiler';
import { tf, type Tensor, type Tensor1D, type Tensor2D } from '../tensor/index.js';

/** Width of `timeFeatures`. */
export const timeFeatureCount = (octaves: number): number => 1 + 2 * octaves;

/**
 * Times as features for a network, [n] → [n, 1 + 2·octaves]: t itself, then sin and cos of π·2ᵏ·t for k = 0 … octaves − 1
 * (after Tancik et al. 2020, "Fourier features", §5). Few octaves keep the field smooth in time; 0 gives t alone.
 */
export function timeFeatures(t: Tensor1D, octaves: number): Tensor2D {
  const column = tf.reshape<tf.Rank.R2>(t, [-1, 1]);
  return octaves === 0 ? column : tf.concat([column, waves(t, octaves)], 1);
}

/**
 * sin and cos of π·2ᵏ·t, [n] → [n, 2·octaves], computed on the host: a GPU's own sine may be off by 5e-4, in jumps that
 * an adaptive solver stumbles over. Times come from the host, so nothing waits. Differentiable to any order, because the
 * derivative is made of the same waves.
 */
function waves(t: Tensor1D, octaves: number): Tensor2D {
  if (isTracing()) return tracedWaves(t, octaves);
  const frequencies = Array.from({ length: octaves }, (_, k) => Math.PI * 2 ** k);
  const compute = tf.customGrad((given: Tensor | tf.GradSaveFunc, save: Tensor | tf.GradSaveFunc) => {
    const times = given as Tensor1D;
    const values = [...times.dataSync()].flatMap((time) => [Math.sin, Math.cos].flatMap((f) => frequencies.map((w) => f(w * time))));
    (save as tf.GradSaveFunc)([times]);
    return {
      value: tf.tensor2d(Float32Array.from(values), [times.shape[0], 2 * octaves]),
      gradFunc: (dy: Tensor, [at]: Tensor[]) => tf.sum(tf.mul(dy, tf.matMul(waves(at as Tensor1D, octaves), slopes(frequencies))), 1),
    };
  });
  return compute(t);
}

/**
 * The same as operations of a graph, whose sines are accurate. 2ᵏt is brought between −1 and 1 first, which is exact in
 * float32: the phase π·2ᵏ·t itself would be rounded.
 */
function tracedWaves(t: Tensor1D, octaves: number): Tensor2D {
  const powers = tf.tensor2d(
    Array.from({ length: octaves }, (_, k) => 2 ** k),
    [1, octaves],
  );
  const turns = tf.mul(tf.reshape(t, [-1, 1]), powers);
  const phase = tf.mul(tf.sub(turns, tf.mul(2, tf.round(tf.mul(turns, 0.5)))), Math.PI);
  return tf.concat<Tensor2D>([tf.sin<Tensor2D>(phase as Tensor2D), tf.cos<Tensor2D>(phase as Tensor2D)], 1);
}

/** The matrix that turns waves into their derivatives: ω·cos for each sine, −ω·sin for each cosine. */
function slopes(frequencies: readonly number[]): Tensor2D {
  const n = frequencies.length;
  const matrix = tf.buffer([2 * n, 2 * n]);
  frequencies.forEach((w, k) => {
    matrix.set(w, n + k, k);
    matrix.set(-w, k, n + k);
  });
  return matrix.toTensor() as Tensor2D;
}

/**
 * What a network is told beside its input: time features and condition side by side, [1 or batch, width]. A missing
 * condition stands for "unknown", all zero.
 */
export function sideInput(t: Tensor1D, octaves: number, condition: Tensor2D | undefined, conditionDim: number): Tensor2D {
  const time = timeFeatures(t, octaves);
  if (conditionDim === 0) return time;
  const rows = Math.max(t.shape[0], condition?.shape[0] ?? 1);
  const features = t.shape[0] === rows ? time : tf.matMul<Tensor2D>(tf.ones([rows, 1]), time);
  return tf.concat([features, condition ?? tf.zeros<tf.Rank.R2>([rows, conditionDim])], 1);
}
