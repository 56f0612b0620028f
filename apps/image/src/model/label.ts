import { type Flow, guide, ndarray, type NdArray } from '@advect/core';

/** A class by its number, −1 for none; or two of them in shares. */
export type Label = number | LabelMix;

export interface LabelMix {
  readonly a: number;
  readonly b: number;
  /** Of b, from 0 to 1; the rest is a's. */
  readonly share: number;
}

/** Any number of classes in shares. */
export interface LabelShares {
  /** Of every class; they add up to 1. */
  readonly shares: readonly number[];
}

/** What a flow's verbs take for some labels: numbers of classes or, where classes are mixed, the rows between their codes. */
export function conditionOf(labels: readonly (Label | LabelShares)[], classes: number): { label?: number[]; condition?: NdArray } {
  if (classes === 0) return {};
  if (labels.every((label) => typeof label === 'number')) return { label: [...labels] };
  return { condition: codesOf(labels, classes) };
}

/** The code of each label, [labels, classes], and after it room for more numbers, 0. */
export function codesOf(labels: readonly (Label | LabelShares)[], classes: number, more = 0): NdArray {
  const width = classes + more;
  const rows = new Float32Array(labels.length * width);
  labels.forEach((label, row) => {
    if (typeof label === 'object' && 'shares' in label) return rows.set(label.shares, row * width);
    const { a, b, share } = typeof label === 'number' ? { a: label, b: label, share: 0 } : label;
    if (a >= 0) rows[row * width + a] += 1 - share;
    if (b >= 0) rows[row * width + b] += share;
  });
  return ndarray(rows, [labels.length, width]);
}

/** The flow under classifier-free guidance; itself where the scale is 1 or there are no classes. */
export const guided = (flow: Flow, scale: number): Flow => (scale === 1 || flow.field.conditionDim === 0 ? flow : guide(flow, { scale }));
