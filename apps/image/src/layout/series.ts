import { contactSheet, type SheetRow } from './contact-sheet.js';
import type { Picture } from './picture.js';

/** A single picture as it is; of more, a sheet: a row for each class where the series goes through several whole times, else nearly square. */
export function seriesSheet(pictures: readonly Picture[], classes: readonly string[]): Picture {
  return pictures.length === 1 ? pictures[0] : contactSheet(seriesRows(pictures, classes));
}

function seriesRows(pictures: readonly Picture[], classes: readonly string[]): SheetRow[] {
  const rounds = pictures.length / classes.length;
  if (classes.length > 1 && rounds > 1 && Number.isInteger(rounds)) {
    return classes.map((title, row) => ({ title, pictures: pictures.filter((_, i) => i % classes.length === row) }));
  }
  const columns = Math.ceil(Math.sqrt(pictures.length));
  return Array.from({ length: Math.ceil(pictures.length / columns) }, (_, row) => ({
    title: '',
    pictures: pictures.slice(row * columns, (row + 1) * columns),
  }));
}
