import type { NdArray } from '@advect/base/array';

/** Columns whose smallest value occurs more than `most` times: it is a stop of the instrument, not a density. */
export function repetitiveColumns({ shape: [rows, width], data }: NdArray<Float64Array>, most: number): number[] {
  const lowest = new Float64Array(width).fill(Infinity);
  const times = new Int32Array(width);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < width; column++) {
      const v = data[row * width + column];
      if (v < lowest[column]) {
        lowest[column] = v;
        times[column] = 1;
      } else if (v === lowest[column]) times[column]++;
    }
  }
  return [...times.keys()].filter((column) => times[column] > most);
}

/**
 * The columns that one leaves out, one after another: each time the first of those left that correlates (Pearson) by more
 * than `most` with another one left.
 */
export function correlatedColumns(table: NdArray<Float64Array>, most: number): number[] {
  const correlation = correlations(table);
  const left: number[] = [];
  const width = table.shape[1];
  for (;;) {
    const kept = [...Array(width).keys()].filter((column) => !left.includes(column));
    const first = kept.find((a) => kept.some((b) => a !== b && correlation[a * width + b] > most));
    if (first === undefined) return left;
    left.push(first);
  }
}

/** Pearson's correlations of the columns, [columns, columns]. */
function correlations({ shape: [rows, width], data }: NdArray<Float64Array>): Float64Array {
  const mean = new Float64Array(width);
  for (let i = 0; i < data.length; i++) mean[i % width] += data[i] / rows;
  const products = new Float64Array(width * width);
  const centred = new Float64Array(width);
  for (let row = 0; row < rows; row++) {
    for (let a = 0; a < width; a++) centred[a] = data[row * width + a] - mean[a];
    for (let a = 0; a < width; a++) for (let b = 0; b <= a; b++) products[a * width + b] += centred[a] * centred[b];
  }
  return products.map((_, i) => {
    const [a, b] = [Math.floor(i / width), i % width];
    const product = products[Math.max(a, b) * width + Math.min(a, b)];
    return product / Math.sqrt(products[a * width + a] * products[b * width + b]);
  });
}
