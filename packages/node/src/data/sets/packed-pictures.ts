import type { NdArray } from '@advect/base/array';
import { AdvectError } from '@advect/base/errors';
import { key, permutation, split } from '@advect/core/random';
import type { Parts, Samples } from '../data-set.js';

/** Bytes of pictures that lie behind one another, [count, height, width, channels]. */
export function rawPictures(bytes: Uint8Array, event: readonly [number, number, number]): NdArray<Uint8Array> {
  const size = event[0] * event[1] * event[2];
  if (bytes.length === 0 || bytes.length % size !== 0) {
    throw new AdvectError('invalid-file', `${bytes.length} bytes are no pictures of ${size} each`, 'Fetch the file again.');
  }
  return { shape: [bytes.length / size, ...event], data: bytes };
}

/** The member `labels` of a JSON text: one whole number below `classes` for each picture. */
export function labelsOf(json: Uint8Array, count: number, classes: number): Int32Array {
  const { labels } = JSON.parse(new TextDecoder().decode(json)) as { labels: unknown };
  const isLabel = (label: unknown): boolean => Number.isInteger(label) && (label as number) >= 0 && (label as number) < classes;
  if (Array.isArray(labels) && labels.length === count && labels.every(isLabel)) return Int32Array.from(labels as number[]);
  throw new AdvectError('invalid-file', `the labels are not ${count} whole numbers below ${classes}`, 'Fetch the file again.');
}

/** A tenth for measuring, chosen by the pictures' number alone, where the makers of a set made no split. */
export function holdOutTenth({ x, labels }: Required<Samples>): Parts<Samples> {
  const [count] = x.shape;
  const order = permutation(split(key(0), 'held out'), count);
  const size = x.data.length / count;
  const take = (rows: Int32Array): Samples => {
    const data = new Uint8Array(rows.length * size);
    rows.forEach((row, i) => data.set(x.data.subarray(row * size, (row + 1) * size), i * size));
    return { x: { shape: [rows.length, ...x.shape.slice(1)], data }, labels: rows.map((row) => labels[row]) };
  };
  const held = Math.round(count / 10);
  return { train: take(order.subarray(held)), test: take(order.subarray(0, held)) };
}
