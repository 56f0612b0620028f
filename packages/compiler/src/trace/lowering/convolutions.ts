import type { ConvGeometry } from '../../graph/index.js';
import { type Attributes, type Lowerings, type Operands, unsupported } from '../kernel.js';
import type { Ops } from '../ops.js';
import { tf } from '../tf.js';
import { finishFused } from './activations.js';

const toNHWC = [0, 2, 3, 1];
const toNCHW = [0, 3, 1, 2];

type Shape4 = [number, number, number, number];

/** Strides, dilations and zeros of a convolution of x [batch, H, W, C] with the filter, so that the output has the size wanted. */
function geometryOf(x: readonly number[], filter: readonly number[], attributes: Attributes): ConvGeometry {
  const { strides, pad, dilations = 1, dimRoundingMode } = attributes;
  const info = tf.backend_util.computeConv2DInfo([...x] as Shape4, [...filter] as Shape4, strides, dilations, pad, dimRoundingMode);
  if (info.inChannels !== filter[2]) throw unsupported('A convolution in groups cannot be traced');
  const after = (size: number, window: number, stride: number, length: number, before: number): number =>
    Math.max(0, (size - 1) * stride + window - length - before);
  const { top, left } = info.padInfo;
  const bottom = after(info.outHeight, info.effectiveFilterHeight, info.strideHeight, info.inHeight, top);
  const right = after(info.outWidth, info.effectiveFilterWidth, info.strideWidth, info.inWidth, left);
  return {
    strides: [info.strideHeight, info.strideWidth],
    dilations: [info.dilationHeight, info.dilationWidth],
    pads: [top, bottom, left, right],
  };
}

const channelsFirst = ({ dataFormat }: Attributes): boolean => dataFormat === 'NCHW';

const last = (ops: Ops, x: number, attributes: Attributes): number => (channelsFirst(attributes) ? ops.transpose(x, toNHWC) : x);
const back = (ops: Ops, x: number, attributes: Attributes): number => (channelsFirst(attributes) ? ops.transpose(x, toNCHW) : x);

function convolution(ops: Ops, { x, filter }: Operands, attributes: Attributes): number {
  const image = last(ops, x, attributes);
  return ops.conv2d(image, filter, geometryOf(ops.shape(image), ops.shape(filter), attributes));
}

/** Convolutions and their gradients; the gradient for the input is also the transposed convolution. */
export const convolutions: Lowerings = {
  Conv2D: (ops, operands, attributes) => back(ops, convolution(ops, operands, attributes), attributes),
  Conv2DBackpropFilter: (ops, { x, dy }, attributes) => {
    const [image, slope] = [x, dy].map((value) => last(ops, value, attributes));
    const shape: number[] = attributes['filterShape'];
    return ops.conv2dFilter(image, slope, geometryOf(ops.shape(image), shape, attributes), shape);
  },
  Conv2DBackpropInput: (ops, { dy, filter }, attributes) => {
    const given: number[] = attributes['inputShape'];
    const shape = channelsFirst(attributes) ? toNHWC.map((axis) => given[axis]) : given;
    const geometry = geometryOf(shape, ops.shape(filter), attributes);
    return back(ops, ops.conv2dInput(last(ops, dy, attributes), filter, geometry, shape), attributes);
  },
  FusedConv2D: (ops, operands, attributes) => {
    const finished = finishFused(ops, convolution(ops, operands, attributes), operands, attributes);
    return back(ops, finished, attributes);
  },
};
