import type { ParameterTensors, Parameters } from '../field/field.js';
import { type Key, split } from '../random/index.js';
import { tf, type Tensor } from '../tensor/index.js';
import { type DenseInit, uniformWeights } from './dense.js';
import { type Dual, linear } from './dual.js';

/** How a convolution starts. */
export interface ConvolutionInit extends DenseInit {
  /** Side of its square window. Default 3. */
  readonly window?: number;
}

/**
 * Weights of a convolution by name: `weight` [window, window, inputs, outputs] and `bias` [outputs], uniform as those of a
 * dense layer of window² · inputs.
 */
export function initConvolution(key: Key, name: string, inputs: number, outputs: number, init: ConvolutionInit = {}): Parameters {
  const { window = 3, gain = 1, bias = true } = init;
  return filterAndBias(key, name, [window, window, inputs, outputs], window * window * inputs, bias ? outputs : 0, gain);
}

/**
 * Weights of `convolveTransposed`: `weight` [4, 4, outputs, inputs] and `bias` [outputs]. A pixel of the result sees four
 * entries of the window, so these are spread as those of a dense layer of 4 · inputs.
 */
export const initConvolutionTransposed = (
  key: Key,
  name: string,
  inputs: number,
  outputs: number,
  { gain = 1, bias = true }: DenseInit = {},
) => filterAndBias(key, name, [4, 4, outputs, inputs], 4 * inputs, bias ? outputs : 0, gain);

function filterAndBias(key: Key, name: string, shape: number[], fanIn: number, biases: number, gain: number): Parameters {
  return {
    [`${name}/weight`]: uniformWeights(split(key, `${name}/weight`), shape, gain * Math.sqrt(3 / fanIn)),
    ...(biases > 0 && { [`${name}/bias`]: uniformWeights(split(key, `${name}/bias`), [biases], gain / Math.sqrt(fanIn)) }),
  };
}

/**
 * A convolution of pictures, [batch, height, width, inputs] → [batch, ⌈height/stride⌉, ⌈width/stride⌉, outputs], with
 * (window − 1) / 2 zeros around, rounded down: a window of 3 keeps the size, one of 4 with a stride of 2 halves an even one.
 */
export const convolve = (parameters: ParameterTensors, name: string, x: Dual, stride = 1): Dual =>
  linear(x, (v) => filtered(v, parameters[`${name}/weight`], stride), parameters[`${name}/bias`]);

/** The product of `convolve`, without its bias. */
export const filtered = (x: Tensor, filter: Tensor, stride = 1): Tensor =>
  tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, stride, Math.floor((filter.shape[0] - 1) / 2), 'NHWC', 1, 'floor');

/** The transpose of a convolution with a window of 4 and a stride of 2: [batch, h, w, inputs] → [batch, 2h, 2w, outputs]. */
export const convolveTransposed = (parameters: ParameterTensors, name: string, x: Dual): Dual =>
  linear(x, (v) => spreadOut(v, parameters[`${name}/weight`]), parameters[`${name}/bias`]);

/** The product of `convolveTransposed`, without its bias. */
export function spreadOut(x: Tensor, filter: Tensor): Tensor {
  const [batch, height, width] = x.shape;
  const shape: [number, number, number, number] = [batch, 2 * height, 2 * width, filter.shape[2]!];
  return tf.conv2dTranspose(x as tf.Tensor4D, filter as tf.Tensor4D, shape, 2, 1);
}

/** Each pixel four times: [batch, h, w, c] → [batch, 2h, 2w, c]. */
export function enlarge(x: Tensor): Tensor {
  const [batch, height, width, depth] = x.shape;
  const copies = tf.tile(tf.reshape(x, [batch, height, 1, width, 1, depth]), [1, 1, 2, 1, 2, 1]);
  return tf.reshape(copies, [batch, 2 * height, 2 * width, depth]);
}

/** Means of two by two pixels: [batch, h, w, c] → [batch, h/2, w/2, c]. */
export function shrink(x: Tensor): Tensor {
  const [batch, height, width, depth] = x.shape;
  return tf.mean(tf.reshape(x, [batch, height / 2, 2, width / 2, 2, depth]), [2, 4]);
}

/**
 * Two by two pixels as channels, [batch, h, w, c] → [batch, h/2, w/2, 4c]: entry (i, j) of the square of channel k becomes
 * channel 4k + 2i + j (Dinh, Sohl-Dickstein and Bengio 2017, §3.6, in the order of the FFJORD reference code).
 */
export function squeeze(x: Tensor): Tensor {
  const [batch, height, width, depth] = x.shape;
  const squares = tf.reshape(x, [batch, height / 2, 2, width / 2, 2, depth]);
  return tf.reshape(tf.transpose(squares, [0, 1, 3, 5, 2, 4]), [batch, height / 2, width / 2, 4 * depth]);
}

/** The inverse of `squeeze`: [batch, h, w, 4c] → [batch, 2h, 2w, c]. */
export function unsqueeze(x: Tensor): Tensor {
  const [batch, height, width, depth] = x.shape;
  const squares = tf.reshape(x, [batch, height, width, depth / 4, 2, 2]);
  return tf.reshape(tf.transpose(squares, [0, 1, 4, 2, 5, 3]), [batch, 2 * height, 2 * width, depth / 4]);
}
