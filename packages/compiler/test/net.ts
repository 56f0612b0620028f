import type { Tensor } from '@tensorflow/tfjs';
import { tf } from '@advect/compiler/tensorflow';
import type { TensorFunction } from '#src/trace/index.js';

/** tanh(x·w + b)·v and the gradients of its sum of squares by x and w. */
export const net: TensorFunction = ({ x, w, b, v }) => {
  const f = (x: Tensor, w: Tensor): Tensor => tf.matMul(tf.tanh(tf.add(tf.matMul(x, w), b)), v);
  const [ofX, ofW] = tf.grads((x, w) => tf.sum(tf.square(f(x, w))))([x, w]);
  return { y: f(x, w), ofX, ofW };
};
export const netInputs = {
  x: { shape: [24, 3], rowAxis: 0 },
  w: { shape: [3, 16], kind: 'parameter' },
  b: { shape: [16], kind: 'parameter' },
  v: { shape: [16, 2], kind: 'parameter' },
} as const;
export const wave = (length: number, step: number): Float32Array => Float32Array.from({ length }, (_, i) => Math.sin(1 + step * i));
export const parameters = { w: wave(48, 0.7), b: wave(16, 1.1), v: wave(32, 0.9) };

/** The same in float64, by hand. */
export function byHand(x: Float32Array): { y: number[]; ofX: number[]; ofW: number[] } {
  const { w, b, v } = parameters;
  const rows = x.length / 3;
  const [y, ofX, ofW] = [new Array<number>(rows * 2).fill(0), new Array<number>(rows * 3).fill(0), new Array<number>(48).fill(0)];
  for (let r = 0; r < rows; r++) {
    const h = Array.from({ length: 16 }, (_, j) => Math.tanh([0, 1, 2].reduce((sum, k) => sum + x[3 * r + k] * w[16 * k + j], b[j])));
    for (let o = 0; o < 2; o++) y[2 * r + o] = h.reduce((sum, hj, j) => sum + hj * v[2 * j + o], 0);
    for (let j = 0; j < 16; j++) {
      const slope = (2 * y[2 * r] * v[2 * j] + 2 * y[2 * r + 1] * v[2 * j + 1]) * (1 - h[j] * h[j]);
      for (let k = 0; k < 3; k++) {
        ofX[3 * r + k] += slope * w[16 * k + j];
        ofW[16 * k + j] += slope * x[3 * r + k];
      }
    }
  }
  return { y, ofX, ofW };
}
