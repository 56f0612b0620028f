import { contactSheet, type SheetRow } from './contact-sheet.js';
import type { Picture } from './picture.js';

/** A single picture as it is; of more, a sheet: a row for each class where the series goes through several whole times, else nearly square; captions stand under the pictures. */
export function seriesSheet(pictures: readonly Picture[], classes: readonly string[], captions: readonly string[] = []): Picture {
  return pictures.length === 1 ? pictures[0] : contactSheet(seriesRows(pictures, classes, captions));
}

function seriesRows(pictures: readonly Picture[], classes: readonly string[], captions: readonly string[]): SheetRow[] {
  const row = (title: string, belongs: (i: number) => boolean): SheetRow => ({
    title,
    pictures: pictures.filter((_, i) => belongs(i)),
    captions: captions.filter((_, i) => belongs(i)),
  });
  const rounds = pictures.length / classes.length;
  if (classes.length > 1 && rounds > 1 && Number.isInteger(rounds)) {
    return classes.map((title, r) => row(title, (i) => i % classes.length === r));
  }
  const columns = Math.ceil(Math.sqrt(pictures.length));
  return Array.from({ length: Math.ceil(pictures.length / columns) }, (_, r) => row('', (i) => Math.floor(i / columns) === r));
}
