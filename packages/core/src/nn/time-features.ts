import { isTracing } from '@advect/compiler';
import { tf, type Tensor, type Tensor1D, type Tensor2D } from '../tensor/index.js';

/** Width of `timeFeatures`. */
export const timeFeatureCount = (octaves: number, harmonics = 0): number => 1 + 2 * (octaves + harmonics);

/**
 * Times as features for a network, [n] → [n, 1 + 2·(octaves + harmonics)]: t itself, then the sines and then the cosines of
 * π·2ᵏ·t for k = 0 … octaves − 1 (after Tancik et al. 2020, "Fourier features", §5) and of π·k·t for k = 1 … harmonics. Few of
 * them keep the field smooth in time; 0 of both gives t alone.
 */
export function timeFeatures(t: Tensor1D, octaves: number, harmonics = 0): Tensor2D {
  const column = tf.reshape<tf.Rank.R2>(t, [-1, 1]);
  const frequencies = [...octaveFrequencies(octaves), ...Array.from({ length: harmonics }, (_, k) => Math.PI * (k + 1))];
  return frequencies.length === 0 ? column : tf.concat([column, waves(t, frequencies)], 1);
}

const octaveFrequencies = (octaves: number): number[] => Array.from({ length: octaves }, (_, k) => Math.PI * 2 ** k);

/**
 * Times as a sinusoidal embedding, [n] → [n, width]: cos and then sin of wᵢ·t for wᵢ = highest · 10000^(−2i/width) radians per
 * unit of time, i = 0 … width/2 − 1 (Vaswani et al. 2017, §3.5, in the order of the guided-diffusion reference code).
 */
export function timeWaves(t: Tensor1D, width: number, highest: number): Tensor2D {
  const half = width / 2;
  const frequencies = Array.from({ length: half }, (_, i) => highest * 10000 ** (-i / half));
  const [sines, cosines] = tf.split<Tensor2D>(waves(t, frequencies), 2, 1);
  return tf.concat([cosines, sines], 1);
}

/**
 * sin and then cos of w·t for each frequency w, [n] → [n, 2·frequencies], computed on the host: a GPU's own sine may be off by
 * 5e-4, in jumps that an adaptive solver stumbles over. Times come from the host, so nothing waits. Differentiable to any
 * order, because the derivative is made of the same waves.
 */
function waves(t: Tensor1D, frequencies: readonly number[]): Tensor2D {
  if (isTracing()) return tracedWaves(t, frequencies);
  const compute = tf.customGrad((given: Tensor | tf.GradSaveFunc, save: Tensor | tf.GradSaveFunc) => {
    const times = given as Tensor1D;
    const values = [...times.dataSync()].flatMap((time) => {
      // Whole turns are left out first, as in a graph: the phase of a large time would be rounded.
      const phases = frequencies.map((w) => Math.PI * (((w / Math.PI) * time) % 2));
      return [...phases.map(Math.sin), ...phases.map(Math.cos)];
    });
    (save as tf.GradSaveFunc)([times]);
    return {
      value: tf.tensor2d(Float32Array.from(values), [times.shape[0], 2 * frequencies.length]),
      gradFunc: (dy: Tensor, [at]: Tensor[]) => tf.sum(tf.mul(dy, tf.matMul(waves(at as Tensor1D, frequencies), slopes(frequencies))), 1),
    };
  });
  return compute(t);
}

/**
 * The same as operations of a graph, whose sines are accurate. w·t/π is brought between −1 and 1 first, which is exact in
 * float32 where w/π is a power of two: the phase w·t itself would be rounded.
 */
function tracedWaves(t: Tensor1D, frequencies: readonly number[]): Tensor2D {
  const perPi = tf.tensor2d(
    frequencies.map((w) => w / Math.PI),
    [1, frequencies.length],
  );
  const turns = tf.mul(tf.reshape(t, [-1, 1]), perPi);
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
export function sideInput(t: Tensor1D, octaves: number, condition: Tensor2D | undefined, conditionDim: number, harmonics = 0): Tensor2D {
  const time = timeFeatures(t, octaves, harmonics);
  if (conditionDim === 0) return time;
  const rows = Math.max(t.shape[0], condition?.shape[0] ?? 1);
  const features = t.shape[0] === rows ? time : tf.matMul<Tensor2D>(tf.ones([rows, 1]), time);
  return tf.concat([features, condition ?? tf.zeros<tf.Rank.R2>([rows, conditionDim])], 1);
}
