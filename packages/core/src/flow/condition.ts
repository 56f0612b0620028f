import { assertFinite, type NdArray, ndarray } from '@advect/base/array';
import { AdvectError } from '@advect/base/errors';
import { toHost } from '../tensor/index.js';
import type { ConditionOptions } from './flow.js';

/**
 * Condition rows from class labels: one-hot, [labels, classes]; a label of −1 is "unknown" and gives a row of zeros.
 * Throws `invalid-value` for a label outside the classes.
 */
export function oneHot(labels: ArrayLike<number>, classes: number): NdArray {
  const data = new Float32Array(labels.length * classes);
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i];
    if (!Number.isInteger(label) || label < -1 || label >= classes) {
      throw new AdvectError(
        'invalid-value',
        `label ${label} of row ${i} is not a class of this model`,
        `Labels are whole numbers from 0 to ${classes - 1}; −1 means unknown.`,
      );
    }
    if (label >= 0) data[i * classes + label] = 1;
  }
  return ndarray(data, [labels.length, classes]);
}

/** The condition rows that a verb's options ask for, [rows, conditionDim], or none if the field takes no condition. */
export async function conditionRows(options: ConditionOptions, rows: number, conditionDim: number): Promise<NdArray | undefined> {
  const { label, condition } = options;
  if (conditionDim === 0) {
    if (label === undefined && condition === undefined) return undefined;
    throw new AdvectError('invalid-option', 'this flow takes no condition', 'Leave out label and condition, or make a field with classes.');
  }
  if (label !== undefined && condition !== undefined) {
    throw new AdvectError('invalid-option', 'both label and condition are given', 'Give one of them.');
  }
  if (condition !== undefined) {
    const given = await toHost(condition, 'condition');
    const forAll = String(given.shape) === String([conditionDim]);
    if (!forAll && String(given.shape) !== String([rows, conditionDim])) {
      throw new AdvectError(
        'invalid-shape',
        `condition has shape [${given.shape.join(', ')}]`,
        `Its shape must be [${rows}, ${conditionDim}], or [${conditionDim}] for one that all rows share.`,
      );
    }
    assertFinite(given, 'condition');
    if (!forAll) return given;
    return ndarray(
      Float32Array.from({ length: rows * conditionDim }, (_, i) => given.data[i % conditionDim]),
      [rows, conditionDim],
    );
  }
  const labels = typeof label === 'number' || label === undefined ? Array<number>(rows).fill(label ?? -1) : label;
  if (labels.length !== rows) {
    throw new AdvectError('invalid-shape', `${labels.length} labels for ${rows} rows`, 'Give one label for all rows, or one for each.');
  }
  return oneHot(labels, conditionDim);
}
