import { tf } from './tf.js';

/** What the active backend's arithmetic can tell apart. */
export interface Precision {
  /** Smallest power of two e with 1 + e > 1 as stored: 2^-23 for float32, 2^-10 for half precision. */
  readonly epsilon: number;
  /** The tightest relative tolerance that a solver can honour: rounding enters a step's error estimate about eightfold. */
  readonly minimumTolerance: number;
}

/**
 * Measures the precision with a kernel. The backend's own statement is not used, because WebGL reports 16 bits on
 * devices that compute in 32 (tensorflow/tfjs#6980). Costs two tiny kernels.
 */
export async function probePrecision(): Promise<Precision> {
  const bits = Array.from({ length: 40 }, (_, k) => k + 1);
  const differences = tf.tidy(() => {
    const small = tf.tensor1d(bits.map((k) => 2 ** -k));
    return tf.sub(tf.add(small, 1), 1);
  });
  const found = await differences.data();
  differences.dispose();
  const seen = bits.filter((k, i) => Math.abs(found[i] - 2 ** -k) <= 2 ** -(k + 1));
  const epsilon = 2 ** -(seen.length > 0 ? Math.max(...seen) : 1);
  return { epsilon, minimumTolerance: 8 * epsilon };
}
