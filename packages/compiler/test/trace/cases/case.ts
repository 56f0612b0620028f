import type { Tensor } from '@tensorflow/tfjs';
import { tf } from '@advect/compiler/tensorflow';

/** An input: a shape of normal numbers, or numbers given. */
export type Input = readonly number[] | { shape: readonly number[]; values: readonly number[]; dtype?: 'float32' | 'int32' | 'bool' };

type Tensors = { [name: string]: Tensor };

/** A function whose trace must compute what TensorFlow.js computes on its cpu backend. */
export interface Case {
  readonly inputs: { readonly [name: string]: Input };
  readonly f: (tensors: Tensors) => Tensor | readonly Tensor[];
  /** The same in other words, for a kernel that the cpu backend lacks. */
  readonly reference?: (tensors: Tensors) => Tensor;
}

/** Cases by the kernel that they run. */
export interface Cases {
  readonly [kernelName: string]: readonly Case[];
}

/** Zeros, halves, denormal-sized, overflowing, not finite. */
export const extremes: Input = {
  shape: [23],
  values: [0, -0, 1, -1, 0.5, -0.5, 0.25, 2.5, -2.5, 1.5, 3.5, 7, 1e-30, -1e-20, 20, -20, 89, -90, 1e30, -1e30, NaN, Infinity, -Infinity],
};

/** All pairs of some of them. */
const some = [0, -0, 1, -1, 2.5, -3, 1e-30, 1e30, NaN, Infinity, -Infinity];
export const pairs: { a: Input; b: Input } = {
  a: { shape: [121], values: some.flatMap((a) => some.map(() => a)) },
  b: { shape: [121], values: some.flatMap(() => some) },
};

export const ints = (shape: readonly number[], ...values: number[]): Input => ({ shape, values, dtype: 'int32' });
export const bools = (shape: readonly number[], ...values: number[]): Input => ({ shape, values, dtype: 'bool' });

/** Runs a kernel that no public function reaches in the wanted form. */
export const kernel = (name: string, inputs: Tensors | Tensor[], attributes: object = {}): Tensor =>
  tf.engine().runKernel(name, inputs as never, attributes as never);
