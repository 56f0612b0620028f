import { assertFinite, type NdArray, type NumericArray } from '@advect/base/array';
import { AdvectError, throwIfAborted } from '@advect/base/errors';
import { compile, type Program } from '@advect/compiler';
import { breathe } from '../../breathe.js';
import type { Parameters } from '../../field/field.js';
import { rowsOf } from '../../flow/programs/index.js';
import { key } from '../../random/index.js';
import { assertShape } from '../../tensor/index.js';
import { type LearnPicturesOptions, learnPictures } from './learn.js';
import { applyPictureNet, initPictureNet, type PictureNet, type PictureNetOptions, readPictureNet } from './net.js';

export type { LearningProgress } from './learn.js';

/** Options of `pictureClassifier`: its net, and its weights where it has learned. */
export interface PictureClassifierOptions extends PictureNetOptions {
  readonly parameters: Parameters;
}

/** Options of `fitPictureClassifier`. */
export interface FitPictureClassifierOptions extends LearnPicturesOptions, Pick<PictureNetOptions, 'levels' | 'channels' | 'features'> {
  /** Default: one more than the largest label. */
  readonly classes?: number;
}

/** What a classifier says of some pictures. */
export interface Classified {
  /** The most probable class of each picture, [n]. */
  readonly labels: Int32Array;
  /** [n, classes] */
  readonly logits: NdArray;
  /** What the layer before the last makes of each picture, [n, features]. */
  readonly features: NdArray;
}

/** A small convolutional net that tells the classes of pictures apart; its weights are host arrays. */
export interface PictureClassifier {
  /** Settings that rebuild it, as JSON. */
  readonly config: PictureNet;
  readonly parameters: Parameters;
  /** Classes and features of pictures, [n, height, width, channels] in levels. */
  classify(x: NdArray<NumericArray>, signal?: AbortSignal): Promise<Classified>;
}

const AT_A_TIME = 500;

/**
 * A classifier with known weights, as `fitPictureClassifier` found them. Throws `invalid-shape` or `invalid-value` for weights
 * that are not those of its net.
 */
export function pictureClassifier({ parameters, ...options }: PictureClassifierOptions): PictureClassifier {
  const net = readPictureNet(options);
  checkParameters(net, parameters);
  return {
    config: net,
    parameters,
    async classify(x, signal) {
      assertShape(x.shape, ['n', ...net.event], 'classify: x');
      const count = x.shape[0];
      const size = net.event[0] * net.event[1] * net.event[2];
      const logits = new Float32Array(count * net.classes);
      const features = new Float32Array(count * net.features);
      const program = await compileNet(net, parameters);
      try {
        program.bind(Object.fromEntries(Object.entries(parameters).map(([name, { data }]) => [name, data])));
        for (let start = 0; start < count; start += AT_A_TIME) {
          throwIfAborted(signal, 'classify');
          await breathe();
          const part = Float32Array.from(x.data.subarray(start * size, (start + AT_A_TIME) * size));
          const found = await program.run({ x: part });
          logits.set(found.logits, start * net.classes);
          features.set(found.features, start * net.features);
        }
      } finally {
        program.dispose();
      }
      return {
        labels: Int32Array.from({ length: count }, (_, i) => largest(logits.subarray(i * net.classes, (i + 1) * net.classes))),
        logits: { shape: [count, net.classes], data: logits },
        features: { shape: [count, net.features], data: features },
      };
    },
  };
}

/**
 * A classifier that has learned from labelled pictures: two convolutions and two dense layers, enough for small pictures. To
 * measure generated ones with: whether they are what they were asked to be (`classify(x).labels`), and how far their features
 * are from those of real ones (`frechetDistance`).
 *
 * The same options give the same weights on the same executor. Cost: 30 million products for each picture of 28 × 28 and epoch.
 *
 * @param x pictures in levels, [n, height, width, channels]
 * @param labels their classes, whole numbers from 0
 */
export async function fitPictureClassifier(
  x: NdArray<NumericArray>,
  labels: ArrayLike<number>,
  { classes = classesOf(labels), levels, channels, features, ...options }: FitPictureClassifierOptions = {},
): Promise<PictureClassifier> {
  assertShape(x.shape, ['n', 'height', 'width', 'channels'], 'fitPictureClassifier: x');
  const net = readPictureNet({ event: x.shape.slice(1) as unknown as PictureNet['event'], classes, levels, channels, features });
  const parameters = await learnPictures(net, (from) => initPictureNet(net, from), x, labels, options);
  return pictureClassifier({ ...net, parameters });
}

const classesOf = (labels: ArrayLike<number>): number =>
  Math.max(2, Array.from(labels).reduce((most, label) => Math.max(most, label), 0) + 1);

function compileNet(net: PictureNet, parameters: Parameters): Promise<Program> {
  const weights = Object.entries(parameters).map(([name, { shape }]) => [name, { shape, kind: 'parameter' }] as const);
  return compile(({ x, ...w }) => applyPictureNet(net, w, x), { x: rowsOf(...net.event), ...Object.fromEntries(weights) });
}

function checkParameters(net: PictureNet, parameters: Parameters): void {
  for (const [name, { shape }] of Object.entries(initPictureNet(net, key(0)))) {
    const given = parameters[name];
    if (!given) throw new AdvectError('invalid-value', `the classifier's weights lack '${name}'`, 'Give all weights of its net.');
    assertShape(given.shape, [...shape], `the classifier's weights '${name}'`);
    assertFinite(given, `the classifier's weights '${name}'`);
  }
}

const largest = (values: Float32Array): number => values.reduce((best, v, i) => (v > values[best] ? i : best), 0);
