import {
  type ArrayLike as Numbers,
  assertFinite,
  isNdArray,
  type NdArray,
  ndarray,
  type NumericArray,
  takeRows,
  toFloat32,
} from '@advect/base/array';
import { AdvectError } from '@advect/base/errors';
import { oneHot } from '../flow/condition.js';
import { type Key, permutation, split } from '../random/index.js';
import { type Tensor, toHost } from '../tensor/index.js';

/** Anything that can be sampled: the 2-D sets of `data/`, a simulator. The same key must give the same samples. */
export interface Sampler {
  /** Samples; or, for a field with a condition, samples each with its row of a condition [count, conditionDim]. */
  sample(count: number, key: Key): NdArray<NumericArray> | { readonly x: NdArray<NumericArray>; readonly condition: NdArray };
}

/** Samples, [count, ...event] in data space. */
export type Samples = Numbers | Tensor;

/**
 * Samples with what each is conditioned on: a class number (0 … classes − 1, or −1 for unknown), or a row of a condition
 * [count, conditionDim].
 */
export type LabelledSamples =
  { readonly x: Samples; readonly labels: ArrayLike<number> } | { readonly x: Samples; readonly condition: Samples };

/**
 * Samples x1 with the noise x0 that each belongs to, both [count, ...event] in the space of the field: no transform is
 * applied. What `reflow` gives, or data that come in pairs. Objectives that draw noise of their own refuse them.
 */
export type PairedSamples = { readonly x0: Samples; readonly x1: Samples } & (
  object | { readonly labels: ArrayLike<number> } | { readonly condition: Samples }
);

/** What can be trained on. A sampler gives fresh samples at each step. */
export type TrainingData = Samples | LabelledSamples | PairedSamples | Sampler;

/** A batch in data space, or, with its noise, in the space of the field. */
export interface RawBatch {
  readonly x: NdArray<NumericArray>;
  readonly x0?: NdArray;
  /** [batch, conditionDim]; one-hot rows for class labels. */
  readonly condition?: NdArray;
}

/** Checked data that gives the batch of any step, from the key and the step alone. */
export interface DataSource {
  /** Number of samples; Infinity for a sampler. */
  readonly size: number;
  /** Rows step·batch … of an endless row of freshly shuffled epochs, or fresh samples. */
  draw(step: number, batch: number, key: Key): RawBatch;
}

const isSampler = (data: TrainingData): data is Sampler => 'sample' in data && typeof data.sample === 'function';

/**
 * Checks the data once: `invalid-value` names the first row and entry that is not finite or the first label out of
 * range, `invalid-shape` what does not fit. Integer data are kept as they are, not widened.
 *
 * @param conditionDim the field's, so that classes are 0 … conditionDim − 1; 0 for none
 */
export async function openData(data: TrainingData, conditionDim: number, name: string): Promise<DataSource> {
  if (typeof data !== 'object' || data === null) {
    throw new AdvectError(
      'invalid-value',
      `${name} is ${String(data)}`,
      'Give samples [count, ...event], { x, labels }, { x0, x1 }, or a sampler.',
    );
  }
  if (isSampler(data)) return { size: Infinity, draw: (step, batch, key) => sampled(data, batch, conditionDim, split(key, step), name) };
  const { x, x0 } = await readSamples(data, name);
  const condition = await readCondition(data, x.shape[0], conditionDim, name);
  requireCondition(conditionDim, condition !== undefined, name);
  const rows = shuffledRows(x.shape[0]);
  return {
    size: x.shape[0],
    draw: (step, batch, key) => {
      const indices = rows(step, batch, key);
      return {
        x: takeRows(x, indices),
        ...(x0 && { x0: toFloat32(takeRows(x0, indices), name) }),
        ...(condition && { condition: condition(indices) }),
      };
    },
  };
}

async function readSamples(
  data: Samples | LabelledSamples | PairedSamples,
  name: string,
): Promise<{ x: NdArray<NumericArray>; x0?: NdArray<NumericArray> }> {
  if ('x' in data) return { x: await onHost(data.x, `${name}.x`) };
  if (!('x1' in data)) return { x: await onHost(data, name) };
  const [x, x0] = [await onHost(data.x1, `${name}.x1`), await onHost(data.x0, `${name}.x0`)];
  if (x.shape.join() === x0.shape.join()) return { x, x0 };
  throw new AdvectError(
    'invalid-shape',
    `${name} pairs x0 [${x0.shape.join(', ')}] with x1 [${x.shape.join(', ')}]`,
    'Give one noise sample for each sample, of the same shape.',
  );
}

/** Row numbers of a step's batch: position p of the endless row lies in epoch ⌊p / n⌋, which has a permutation of its own. */
function shuffledRows(n: number): (step: number, batch: number, key: Key) => Int32Array {
  let cached: { epoch: number; key: Key; order: Int32Array } | undefined;
  const orderOf = (epoch: number, key: Key): Int32Array => {
    if (cached?.epoch !== epoch || cached.key !== key) cached = { epoch, key, order: permutation(split(key, epoch), n) };
    return cached.order;
  };
  return (step, batch, key) => {
    const indices = new Int32Array(batch);
    for (let i = 0; i < batch; i++) {
      const position = step * batch + i;
      indices[i] = orderOf(Math.floor(position / n), key)[position % n];
    }
    return indices;
  };
}

async function onHost(value: Samples, name: string): Promise<NdArray<NumericArray>> {
  const array = isNdArray(value) ? ndarray(value.data, value.shape) : await toHost(value, name);
  if (array.shape.length < 2 || array.data.length === 0) {
    throw new AdvectError(
      'invalid-shape',
      `${name} has shape [${array.shape.join(', ')}]`,
      'Give at least one sample, with the samples along the first axis: [count, ...event].',
    );
  }
  assertFinite(array, name);
  return array;
}

function sampled(sampler: Sampler, batch: number, conditionDim: number, key: Key, name: string): RawBatch {
  const drawn: unknown = sampler.sample(batch, key);
  const { x, condition } = (isNdArray(drawn) ? { x: drawn } : (drawn ?? {})) as { x?: unknown; condition?: unknown };
  if (!isNdArray(x) || x.shape[0] !== batch) {
    throw new AdvectError(
      'invalid-shape',
      `${name}: the sampler gave ${isNdArray(x) ? `${x.shape[0]} samples instead of ${batch}` : 'no array'}`,
      'Return { shape: [count, ...event], data } with exactly `count` rows.',
    );
  }
  assertFinite(x, name);
  requireCondition(conditionDim, condition !== undefined, name);
  if (condition === undefined) return { x };
  const rows = isNdArray(condition) ? condition : ndarray(new Float32Array(0), [0, 0]);
  checkCondition(rows, batch, conditionDim, name);
  assertFinite(rows, `${name}.condition`);
  return { x, condition: toFloat32(rows, name) };
}

function checkCondition({ shape }: NdArray<NumericArray>, count: number, conditionDim: number, name: string): void {
  if (shape.length === 2 && shape[0] === count && shape[1] === conditionDim) return;
  throw new AdvectError(
    'invalid-shape',
    `${name}.condition has shape [${shape.join(', ')}] where [${count}, ${conditionDim}] belongs`,
    'Give one row of the field’s condition for each sample.',
  );
}

function requireCondition(conditionDim: number, given: boolean, name: string): void {
  if (given === conditionDim > 0) return;
  throw given
    ? new AdvectError(
        'invalid-value',
        `${name} has conditions, but the field takes none`,
        'Give the samples alone, or make a field with classes.',
      )
    : new AdvectError(
        'invalid-value',
        `${name} has no conditions, but the field takes one of width ${conditionDim}`,
        'Give { x, labels } with classes from 0, or { x, condition }.',
      );
}

type Conditions = (indices: Int32Array) => NdArray;

async function readCondition(
  data: Samples | LabelledSamples | PairedSamples,
  count: number,
  conditionDim: number,
  name: string,
): Promise<Conditions | undefined> {
  if ('labels' in data) {
    const labels = checkLabels(data.labels, count, conditionDim, `${name}.labels`);
    return (indices) =>
      oneHot(
        Array.from(indices, (row) => labels[row]),
        conditionDim,
      );
  }
  if (!('condition' in data)) return undefined;
  const condition = await onHost(data.condition, `${name}.condition`);
  checkCondition(condition, count, conditionDim, name);
  return (indices) => toFloat32(takeRows(condition, indices), name);
}

function checkLabels(labels: ArrayLike<number>, count: number, classes: number, name: string): ArrayLike<number> {
  if (labels?.length !== count) {
    throw new AdvectError(
      'invalid-shape',
      `${name} has ${labels?.length ?? 'no'} entries for ${count} samples`,
      'Give a plain or typed array with one label for each sample.',
    );
  }
  for (let i = 0; i < count; i++) {
    if (!Number.isInteger(labels[i]) || labels[i] < -1 || labels[i] >= classes) {
      throw new AdvectError(
        'invalid-value',
        `${name} holds ${labels[i]} in row ${i}, and the flow has ${classes === 0 ? 'no classes' : `classes 0 to ${classes - 1}`}`,
        'Number the classes from 0 (−1 means unknown), or make the field with as many classes as the data have.',
      );
    }
  }
  return labels;
}
