import { printable } from './printable.js';

/** Rows of words in columns, as a terminal may show them; columns of numbers, named by their place, stand flush right. The first row is the heads. */
export function textTable(words: readonly (readonly string[])[], right: readonly number[] = []): string[] {
  const rows = words.map((row) => row.map(printable));
  const widths = rows[0].map((_, c) => Math.max(...rows.map((row) => row[c].length)));
  return rows.map((row) =>
    row
      .map((cell, c) => (right.includes(c) ? cell.padStart(widths[c]) : cell.padEnd(widths[c])))
      .join('  ')
      .trimEnd(),
  );
}
