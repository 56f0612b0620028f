import type { Picture } from './picture.js';
import { contactSheet, type SheetRow } from './contact-sheet.js';

/** One generated picture and its place in the series. */
export interface Item {
  readonly index: number;
  /** Number of its class, −1 for none. */
  readonly label: number;
  readonly picture: Picture;
}

/** Items that go through some classes in turn. */
export interface Series {
  readonly items: readonly Item[];
  readonly labels: readonly number[];
  /** What to write before each class's row. */
  readonly titles: readonly string[];
}

/** A single item's picture as it is; of more, a sheet with a row for each class, or of square shape where there is one class. */
export function seriesSheet(series: Series): Picture {
  return series.items.length === 1 ? series.items[0].picture : contactSheet(rowsOf(series));
}

function rowsOf({ items, labels, titles }: Series): SheetRow[] {
  if (labels.length > 1) {
    return labels.map((_, row) => ({
      title: titles[row],
      pictures: items.filter((item) => item.index % labels.length === row).map(({ picture }) => picture),
    }));
  }
  const columns = Math.ceil(Math.sqrt(items.length));
  return Array.from({ length: Math.ceil(items.length / columns) }, (_, row) => ({
    title: '',
    pictures: items.slice(row * columns, (row + 1) * columns).map(({ picture }) => picture),
  }));
}
