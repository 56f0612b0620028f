import { sizeOf } from '@advect/base/array';
import type { ParameterTensors, Parameters } from '../field/field.js';
import type { Key } from '../random/index.js';
import { tf, type Tensor, type Tensor2D } from '../tensor/index.js';
import { filtered, initConvolution, initConvolutionTransposed, spreadOut } from './convolution.js';
import { initDense, multiply } from './dense.js';

/** A kind of linear map that layers are made of: its weights, and what it makes of numbers that are the same everywhere. */
export interface LinearMap {
  /** `weight` and `bias`. */
  init(key: Key, name: string, inputs: number, outputs: number, gain: number): Parameters;
  apply(x: Tensor, weight: Tensor): Tensor;
  /** Weights of `side`. */
  initSide(key: Key, name: string, inputs: number, outputs: number, gain: number): Parameters;
  /** The map of numbers that all places of a sample share, [rows, inputs], as if they stood beside `like`. */
  side(parameters: ParameterTensors, name: string, side: Tensor2D, like: Tensor): Tensor;
  /** [rows, outputs] shaped to broadcast against the result. */
  spread(side: Tensor): Tensor;
  /** Product of the axes of a weight that stand before that of its outputs. */
  leading(shape: readonly number[]): number;
}

/** [rows, inputs] → [rows, outputs]. */
export const denseMap: LinearMap = {
  init: (key, name, inputs, outputs, gain) => initDense(key, name, inputs, outputs, { gain }),
  apply: multiply,
  initSide: (key, name, inputs, outputs, gain) => initDense(key, name, inputs, outputs, { gain, bias: false }),
  side: (parameters, name, side) => multiply(side, parameters[`${name}/weight`]),
  spread: (side) => side,
  leading: (shape) => shape[0],
};

/** How a convolution changes the size of a picture: not at all, to half, to double. */
export type Stride = 1 | 2 | -2;

/**
 * Convolutions of the FFJORD reference code: with stride 1 a window of 3, with 2 (half the size) a window of 4, with −2 (double
 * the size) its transpose. With `coordinates` the row and the column of each pixel, counted from 0, stand beside the side input.
 */
export function convolutionMap(stride: Stride, coordinates: boolean): LinearMap {
  const apply = (x: Tensor, weight: Tensor): Tensor => (stride === -2 ? spreadOut(x, weight) : filtered(x, weight, stride));
  const init = (bias: boolean) => (key: Key, name: string, inputs: number, outputs: number, gain: number) =>
    stride === -2
      ? initConvolutionTransposed(key, name, inputs, outputs, { gain, bias })
      : initConvolution(key, name, inputs, outputs, { gain, bias, window: stride === 1 ? 3 : 4 });
  return {
    init: init(true),
    apply,
    initSide: (key, name, inputs, outputs, gain) => init(false)(key, name, inputs + (coordinates ? 2 : 0), outputs, gain),
    side: (parameters, name, side, like) => {
      const [, height, width] = like.shape;
      const rows = side.shape[0];
      const planes: Tensor = tf.mul(tf.reshape(side, [rows, 1, 1, -1]), tf.ones([1, height, width, 1]));
      if (!coordinates) return apply(planes, parameters[`${name}/weight`]);
      const places = tf.mul(tf.ones([rows, 1, 1, 1]), tf.tensor(pixelPlaces(height, width), [1, height, width, 2]));
      return apply(tf.concat([planes, places], 3), parameters[`${name}/weight`]);
    },
    spread: (side) => tf.reshape(side, [side.shape[0], 1, 1, -1]),
    leading: (shape) => sizeOf(shape.slice(0, stride === -2 ? 2 : 3)),
  };
}

const pixelPlaces = (height: number, width: number): Float32Array =>
  Float32Array.from({ length: 2 * height * width }, (_, i) => (i % 2 === 0 ? Math.floor(i / 2 / width) : Math.floor(i / 2) % width));
