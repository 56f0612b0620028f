import { tf, type Tensor, type Tensor1D, type Tensor2D } from '../tensor/index.js';

/** Width of `timeFeatures`. */
export const timeFeatureCount = (octaves: number): number => 1 + 2 * octaves;

/**
 * Times as features for a network, [n] → [n, 1 + 2·octaves]: t itself, then sin and cos of π·2ᵏ·t for k = 0 … octaves − 1
 * (after Tancik et al. 2020, "Fourier features", §5). Few octaves keep the field smooth in time; 0 gives t alone.
 */
export function timeFeatures(t: Tensor1D, octaves: number): Tensor2D {
  const column = tf.reshape(t, [-1, 1]);
  if (octaves === 0) return column as Tensor2D;
  const frequencies = tf.tensor2d([Array.from({ length: octaves }, (_, k) => Math.PI * 2 ** k)]);
  const angles = tf.mul(column, frequencies);
  return tf.concat([column, tf.sin(angles), tf.cos(angles)] as Tensor2D[], 1);
}

/**
 * What a network is told beside its input: time features and condition side by side, [1 or batch, width]. A missing
 * condition stands for "unknown", all zero.
 */
export function sideInput(t: Tensor1D, octaves: number, condition: Tensor2D | undefined, conditionDim: number): Tensor2D {
  const time = timeFeatures(t, octaves);
  if (conditionDim === 0) return time;
  const rows = Math.max(t.shape[0], condition?.shape[0] ?? 1);
  const features = t.shape[0] === rows ? time : (tf.matMul(tf.ones([rows, 1]), time) as Tensor2D);
  return tf.concat([features, condition ?? (tf.zeros([rows, conditionDim]) as Tensor)] as Tensor2D[], 1);
}
