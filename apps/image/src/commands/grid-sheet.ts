import { contactSheet } from '../layout/contact-sheet.js';
import type { Picture } from '../layout/picture.js';
import type { Axis } from './axis.js';

export interface GridPictures {
  readonly x: Axis | undefined;
  readonly y: Axis | undefined;
  /** Row by row. */
  readonly pictures: readonly Picture[];
  /** Bits/dim of each; none where there is none. */
  readonly bits: readonly (number | undefined)[];
  readonly seed: number;
}

/** A contact sheet with the axes' names and values, and the bits/dim under each picture. */
export function gridSheet({ x, y, pictures, bits, seed }: GridPictures): Picture {
  const columns = x?.values.length ?? 1;
  const measured = bits.some((figure) => figure !== undefined);
  const captions = pictures.map((_, i) => bits[i]?.toFixed(2) ?? '-');
  const rows = (y?.values ?? [{ text: '' }]).map(({ text }, row) => {
    const [from, to] = [row * columns, (row + 1) * columns];
    return { title: text, pictures: pictures.slice(from, to), captions: measured ? captions.slice(from, to) : [] };
  });
  const seeds = [x, y].some((axis) => axis?.name === 'seed') ? [] : [`seed ${seed}`];
  return contactSheet(rows, {
    columns: x?.values.map(({ text }) => text),
    across: x?.name,
    down: y?.name,
    foot: [...seeds, ...(measured ? ['bits/dim'] : [])].join(', '),
  });
}

/** A sentence for each two neighbours of an axis between which no picture changes. */
export function seenAlike(pictures: readonly Picture[], x: Axis | undefined, y: Axis | undefined): string[] {
  const [columns, rows] = [x?.values.length ?? 1, y?.values.length ?? 1];
  const line = (count: number, at: (i: number) => number): Uint8Array[] => Array.from({ length: count }, (_, i) => pictures[at(i)].data);
  const alike = (a: readonly Uint8Array[], b: readonly Uint8Array[]): boolean =>
    a.every((data, i) => data.every((v, at) => v === b[i][at]));
  const sentences = (axis: Axis | undefined, linesOf: (value: number) => Uint8Array[]): string[] =>
    (axis?.values ?? []).flatMap(({ text }, i, values) =>
      i > 0 && alike(linesOf(i), linesOf(i - 1)) ? [`${axis!.name} ${values[i - 1].text} and ${text} give the same pictures`] : [],
    );
  return [
    ...sentences(x, (column) => line(rows, (row) => row * columns + column)),
    ...sentences(y, (row) => line(columns, (column) => row * columns + column)),
  ];
}
