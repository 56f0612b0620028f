import type { NdArray, NumericArray } from '@advect/base/array';
import { AdvectError } from '@advect/base/errors';
import { integer, readOptions, seed } from '@advect/base/options';
import type { Parameters } from '../field/field.js';
import { integers, type Key, key, permutation, split } from '../random/index.js';
import { adamInit, adamUpdate } from '../train/optimizer.js';
import { type Classifier, makeClassifier } from './classifier.js';
import { type Rows, toRows } from './rows.js';
import { pool } from './two-sample.js';

export interface ClassifierTestOptions {
  /** Parts of the samples, each judged by a classifier that has learnt from the others. Default 5. */
  readonly folds?: number;
  /** Width of the classifier's two hidden layers. Default 64. */
  readonly width?: number;
  /** Updates of each classifier, 128 samples each. Default 1000. */
  readonly steps?: number;
  /** Of weights, batches and folds. Default 0. */
  readonly seed?: number;
}

export interface ClassifierTest {
  /** Share of held-out samples that are told right: 0.5 where the distributions cannot be told apart, 1 where always. */
  readonly accuracy: number;
  /** Of the accuracy, binomial. */
  readonly standardError: number;
  /** Of each fold. */
  readonly perFold: readonly number[];
}

const BATCH = 128;

/**
 * The classifier two-sample test: how well a small net learns to tell the samples of two distributions, judged on samples that
 * it has not seen. Takes any event; entries are standardised by the pooled samples. With unequal numbers both sides are drawn
 * equally often in training and count equally in the accuracy.
 *
 * Cost: `folds` trainings of a net with two hidden layers, about a second each for points of the plane.
 * Reference: Lopez-Paz and Oquab (2017), §3.
 *
 * @param x at least `folds` samples, [n, ...event]
 * @param y at least `folds` samples, [m, ...event]
 */
export async function classifierTest(
  x: NdArray<NumericArray>,
  y: NdArray<NumericArray>,
  options?: ClassifierTestOptions,
): Promise<ClassifierTest> {
  const o = readOptions<Required<ClassifierTestOptions>>('classifierTest', options, {
    folds: integer({ default: 5, min: 2, max: 1000 }),
    width: integer({ default: 64, min: 1, max: 4096 }),
    steps: integer({ default: 1000, min: 1 }),
    seed: seed(),
  });
  const a = toRows(x, 'classifierTest: the first sample');
  const b = toRows(y, 'classifierTest: the second sample', a.dim);
  if (Math.min(a.count, b.count) < o.folds) {
    throw new AdvectError(
      'invalid-shape',
      `classifierTest was given ${a.count} and ${b.count} samples for ${o.folds} folds`,
      'Give at least one sample of each for every fold.',
    );
  }
  const points = standardised(pool(a, b));
  const sides = [a.count, b.count].map((count, side) =>
    permutation(split(split(key(o.seed), 'order'), side), count).map((row) => row + side * a.count),
  );
  const classifier = await makeClassifier(a.dim, o.width);
  const perFold: number[] = [];
  const right = [0, 0];
  try {
    for (let fold = 0; fold < o.folds; fold++) {
      const known = sides.map((rows) => rows.filter((_, i) => i % o.folds !== fold));
      const weights = await learn(classifier, points, known, o.steps, split(split(key(o.seed), 'fold'), fold));
      const shares: number[] = [];
      for (const [side, rows] of sides.entries()) {
        const held = rows.filter((_, i) => i % o.folds === fold);
        const correct = await countRight(classifier, weights, points, held, labelOf(side));
        right[side] += correct;
        shares.push(correct / held.length);
      }
      perFold.push((shares[0] + shares[1]) / 2);
    }
  } finally {
    classifier.dispose();
  }
  const shares = [right[0] / a.count, right[1] / b.count];
  const variance = (shares[0] * (1 - shares[0])) / a.count + (shares[1] * (1 - shares[1])) / b.count;
  return { accuracy: (shares[0] + shares[1]) / 2, standardError: Math.sqrt(variance) / 2, perFold };
}

const labelOf = (side: number): number => 2 * side - 1;

/** Adam, with a learning rate that falls to zero, on batches of which every other sample is of either side. */
async function learn(classifier: Classifier, points: Rows, known: readonly Int32Array[], steps: number, k: Key): Promise<Parameters> {
  const weights = classifier.init(k);
  const state = adamInit(weights);
  const labels = Float32Array.from({ length: BATCH }, (_, i) => labelOf(i % 2));
  for (let step = 0; step < steps; step++) {
    const drawn = known.map((rows, side) => integers(split(split(k, side), step), BATCH / 2, rows.length));
    const rows = Int32Array.from({ length: BATCH }, (_, i) => known[i % 2][drawn[i % 2][i >> 1]]);
    const { gradients } = await classifier.evaluate(weights, take(points, rows), labels);
    adamUpdate(weights, gradients, state, 5e-3 * (1 - step / steps));
  }
  return weights;
}

async function countRight(classifier: Classifier, weights: Parameters, points: Rows, rows: Int32Array, label: number): Promise<number> {
  const { logits } = await classifier.evaluate(weights, take(points, rows), new Float32Array(rows.length).fill(label));
  return logits.reduce((count, logit) => count + (logit * label > 0 ? 1 : 0), 0);
}

function take({ dim, data }: Rows, rows: Int32Array): Float32Array {
  const taken = new Float32Array(rows.length * dim);
  rows.forEach((row, i) => taken.set(data.subarray(row * dim, (row + 1) * dim), i * dim));
  return taken;
}

/** Every entry with mean 0 and variance 1 over the rows; constant entries become 0. */
function standardised({ count, dim, data }: Rows): Rows {
  const result = new Float64Array(data.length);
  for (let d = 0; d < dim; d++) {
    let [sum, squares] = [0, 0];
    for (let i = d; i < data.length; i += dim) sum += data[i];
    for (let i = d; i < data.length; i += dim) squares += (data[i] - sum / count) ** 2;
    const scale = Math.sqrt(squares / count) || 1;
    for (let i = d; i < data.length; i += dim) result[i] = (data[i] - sum / count) / scale;
  }
  return { count, dim, data: result };
}
