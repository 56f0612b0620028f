import { AdvectError } from '@advect/base/errors';
import { integer, readOptions, value } from '@advect/base/options';
import type { ParameterTensors, Parameters } from '../../field/field.js';
import { convolve, dense, initConvolution, initDense } from '../../nn/index.js';
import type { Key } from '../../random/index.js';
import { tf, type Tensor } from '../../tensor/index.js';

/** What a classifier of pictures is made of; plain data. */
export interface PictureNetOptions {
  /** [height, width, channels] of one picture; height and width at least 4. */
  readonly event: readonly [number, number, number];
  readonly classes: number;
  /** Levels of a channel, from 0 to levels − 1. Default 256. */
  readonly levels?: number;
  /** Channels at half and at a quarter of the size. Default [32, 64]. */
  readonly channels?: readonly [number, number];
  /** Width of the layer before the last, whose output stands for a picture. Default 64. */
  readonly features?: number;
}

export type PictureNet = Required<PictureNetOptions>;

const isLengths = (v: unknown, count: number): boolean =>
  Array.isArray(v) && v.length === count && v.every((length) => Number.isInteger(length) && length > 0);

/** Reads and checks options; throws `unknown-option` or `invalid-option`. */
export function readPictureNet(options: PictureNetOptions): PictureNet {
  const net = readOptions<PictureNetOptions>('pictureClassifier', options, {
    event: value<PictureNet['event']>((v) => isLengths(v, 3), 'three positive whole numbers'),
    classes: integer({ min: 2, max: 10_000 }),
    levels: integer({ default: 256, min: 2, max: 65_536 }),
    channels: value<PictureNet['channels']>((v) => isLengths(v, 2), 'two positive whole numbers', [32, 64]),
    features: integer({ default: 64, min: 2, max: 4096 }),
  }) as PictureNet;
  const [height, width] = net.event;
  if (height < 4 || width < 4) {
    throw new AdvectError('invalid-option', `pictureClassifier: pictures of ${height} by ${width} cannot be halved twice`, 'Enlarge them.');
  }
  return net;
}

/** What a convolution with a window of 4 and a stride of 2 leaves of a length. */
const halved = (length: number): number => Math.floor(length / 2);

/** Weights drawn so that signals behind rectifiers keep their size (He et al. 2015, eq. 10); the inner ones start small. */
export function initPictureNet({ event: [height, width, depth], classes, channels, features }: PictureNet, key: Key): Parameters {
  const [first, second] = channels;
  const flat = halved(halved(height)) * halved(halved(width)) * second;
  const [outer, inner] = [{ window: 4, gain: Math.SQRT2 }, { gain: Math.SQRT1_2 }];
  return {
    ...initConvolution(key, 'convolution0', depth, first, outer),
    ...initConvolution(key, 'residual0', first, first, inner),
    ...initConvolution(key, 'convolution1', first, second, outer),
    ...initConvolution(key, 'residual1', second, second, inner),
    ...initDense(key, 'features', flat, features, { gain: Math.SQRT2 }),
    ...initDense(key, 'classes', features, classes),
  };
}

/**
 * Pictures' levels, [batch, ...event], to a logit for each class, [batch, classes], and to what the layer before the last makes
 * of them, [batch, features]: twice a convolution that halves the picture and one that adds to what it is given, all with
 * rectifiers; then two dense layers. Strides instead of pools: they cost a seventh on a processor.
 */
export function applyPictureNet({ levels }: PictureNet, weights: ParameterTensors, x: Tensor): { logits: Tensor; features: Tensor } {
  const convolved = (name: string, h: Tensor, stride = 1): Tensor => tf.relu(convolve(weights, name, { value: h }, stride).value);
  let h: Tensor = tf.sub(tf.mul(x, 2 / (levels - 1)), 1);
  for (const stage of [0, 1]) {
    h = convolved(`convolution${stage}`, h, 2);
    h = tf.add(h, convolved(`residual${stage}`, h));
  }
  const features = tf.relu(dense(weights, 'features', tf.reshape(h, [x.shape[0], -1])));
  return { logits: dense(weights, 'classes', features), features };
}
