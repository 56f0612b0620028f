import type { Attributes, Lowerings } from '../kernel.js';
import type { Ops } from '../ops.js';

/** Where each output pixel looks, in input pixels, along one axis. */
function sources(length: number, size: number, { alignCorners, halfPixelCenters }: Attributes): number[] {
  const shrink = alignCorners && size > 1 ? 1 : 0;
  const scale = (length - shrink) / (size - shrink);
  return Array.from({ length: size }, (_, i) => (halfPixelCenters ? scale * (i + 0.5) : scale * i));
}

const nearest = (length: number, size: number, attributes: Attributes): number[] =>
  sources(length, size, attributes).map((at) => {
    const whole = attributes['alignCorners'] ? Math.round(at) : Math.floor(at);
    return Math.max(0, Math.min(length - 1, whole));
  });

/** The factor by which every pixel is repeated, if all are repeated alike. */
function factor(length: number, size: number, attributes: Attributes): number | undefined {
  const times = size / length;
  return Number.isInteger(times) && nearest(length, size, attributes).every((at, i) => at === Math.floor(i / times)) ? times : undefined;
}

/** Matrix [size, length] of the weights with which output pixels read input pixels. */
function weights(length: number, size: number, read: readonly (readonly [number, number][])[]): Float32Array {
  const matrix = new Float32Array(size * length);
  read.forEach((terms, i) => {
    for (const [at, weight] of terms) matrix[i * length + at] += weight;
  });
  return matrix;
}

const nearestTerms = (length: number, size: number, attributes: Attributes): [number, number][][] =>
  nearest(length, size, attributes).map((at) => [[at, 1]]);

const bilinearTerms = (length: number, size: number, attributes: Attributes): [number, number][][] =>
  sources(length, size, attributes).map((source) => {
    const at = attributes['halfPixelCenters'] ? source - 0.5 : source;
    const low = Math.max(0, Math.floor(at));
    const high = Math.min(length - 1, Math.ceil(at));
    return [
      [low, 1 - (at - low)],
      [high, at - low],
    ];
  });

type Terms = typeof bilinearTerms;

/** Applies the weights of both axes to an image, or their transposes to a gradient. */
function interpolate(
  ops: Ops,
  x: number,
  from: readonly number[],
  to: readonly number[],
  attributes: Attributes,
  terms: Terms,
  transposed: boolean,
) {
  const [batch, , , channels] = ops.shape(x);
  const matrix = (axis: number): number => {
    const [length, size] = [from[axis], to[axis]];
    return ops.constant(weights(length, size, terms(length, size, attributes)), [size, length]);
  };
  const [height, width] = transposed ? from : to;
  const settings = { transposeA: transposed };
  const rows = ops.reshape(x, [batch, ops.shape(x)[1], ops.shape(x)[2] * channels]);
  const tall = ops.matmul(ops.reshape(matrix(0), [1, to[0], from[0]]), rows, settings);
  const columns = ops.reshape(tall, [batch, height, ops.shape(x)[2], channels]);
  const wide = ops.matmul(ops.reshape(matrix(1), [1, 1, to[1], from[1]]), columns, settings);
  return ops.reshape(wide, [batch, height, width, channels]);
}

function resizeNearest(ops: Ops, x: number, size: readonly number[], attributes: Attributes): number {
  const [batch, height, width, channels] = ops.shape(x);
  const [tall, wide] = [factor(height, size[0], attributes), factor(width, size[1], attributes)];
  if (tall !== undefined && wide !== undefined) {
    const cells = ops.reshape(x, [batch, height, 1, width, 1, channels]);
    return ops.reshape(ops.broadcast(cells, [batch, height, tall, width, wide, channels]), [batch, ...size, channels]);
  }
  const pick = (y: number, axis: number): number => {
    const places = nearest(ops.shape(y)[axis], size[axis - 1], attributes);
    return ops.gather(y, ops.constant(Float32Array.from(places), [places.length], 'int32'), axis);
  };
  return pick(pick(x, 1), 2);
}

function resizeNearestGradient(ops: Ops, dy: number, shape: readonly number[], attributes: Attributes): number {
  const [batch, height, width, channels] = shape;
  const size = ops.shape(dy).slice(1, 3);
  const [tall, wide] = [factor(height, size[0], attributes), factor(width, size[1], attributes)];
  if (tall !== undefined && wide !== undefined) {
    return ops.reduce('sum', ops.reshape(dy, [batch, height, tall, width, wide, channels]), [2, 4]);
  }
  return interpolate(ops, dy, [height, width], size, attributes, nearestTerms, true);
}

/** Images made larger or smaller. */
export const resizing: Lowerings = {
  ResizeBilinear: (ops, { images }, attributes) =>
    interpolate(ops, images, ops.shape(images).slice(1, 3), attributes['size'], attributes, bilinearTerms, false),
  ResizeBilinearGrad: (ops, { images, dy }, attributes) =>
    interpolate(ops, dy, ops.shape(images).slice(1, 3), ops.shape(dy).slice(1, 3), attributes, bilinearTerms, true),
  ResizeNearestNeighbor: (ops, { images }, attributes) => resizeNearest(ops, images, attributes['size'], attributes),
  ResizeNearestNeighborGrad: (ops, { images, dy }, attributes) => resizeNearestGradient(ops, dy, ops.shape(images), attributes),
};
