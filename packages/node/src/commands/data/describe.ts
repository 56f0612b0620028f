import type { DataSet } from '../../data/data-set.js';

/** "28 × 28 × 1", "6 columns", or what stands for samples of no one shape. */
export function shapeText({ event, kind }: DataSet): string {
  if (event.length === 0) return kind === 'music' ? 'pieces' : '–';
  return event.length === 1 ? `${event[0]} columns` : event.join(' × ');
}

/** "60,000 + 10,000", the parts in the order train, validation, test. */
export const countsText = ({ counts: { train, validation, test } }: DataSet): string =>
  [train, validation, test]
    .filter((count) => count !== undefined)
    .map((count) => count.toLocaleString('en-US'))
    .join(' + ');

/** A set without its reader, for `--json`. */
export function facts(set: DataSet): object {
  const { forms, ...rest } = set;
  return { ...rest, forms: forms.map(({ files }) => files) };
}

/** Bytes in the largest unit that leaves a number of at least 1. */
export function sizeText(bytes: number): string {
  const power = Math.min(3, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  const value = bytes / 1024 ** power;
  return `${value >= 100 || power === 0 ? value.toFixed(0) : value.toPrecision(3)} ${['bytes', 'KiB', 'MiB', 'GiB'][power]}`;
}
