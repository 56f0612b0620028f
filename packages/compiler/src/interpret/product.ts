import { sizeOf } from '@advect/base/array';
import { places, repeatedStrides, stridesOf } from './places.js';
import type { Evaluate, Value } from './value.js';

export const matmul: Evaluate<'matmul'> = ({ transposeA, transposeB, sumBatch, shape }, [a, b]) => {
  const batch = a.shape.slice(0, -2).map((length, axis) => (length === 1 ? b.shape[axis] : length));
  const [m, n] = shape.slice(-2);
  const starts = [a, b].map((operand) => batchStarts(operand, batch, 2));
  const result = new Float64Array(sizeOf(shape));
  for (let i = 0; i < sizeOf(batch); i++) {
    const matrices = { a: matrix(a, 2, transposeA, starts[0][i]), b: matrix(b, 2, transposeB, starts[1][i]) };
    addProduct(matrices, result, { start: sumBatch ? 0 : i * m * n, row: n, column: 1, m, n });
  }
  return result;
};

export const rowMatmul: Evaluate<'rowMatmul'> = ({ transposeA, transposeB, shape }, [a, b]) => {
  const batch = shape.slice(0, -3);
  const [m, n, rows] = shape.slice(-3);
  const starts = [a, b].map((operand) => batchStarts(operand, batch, 3));
  const result = new Float64Array(sizeOf(shape));
  for (let i = 0; i < sizeOf(batch); i++) {
    for (let row = 0; row < rows; row++) {
      const matrices = { a: matrix(a, 3, transposeA, starts[0][i] + row), b: matrix(b, 3, transposeB, starts[1][i] + row) };
      addProduct(matrices, result, { start: i * m * n * rows + row, row: n * rows, column: rows, m, n });
    }
  }
  return result;
};

/** Where each of the batch's matrices begins in an operand, whose last `tail` axes are no batch axes. */
function batchStarts({ shape }: Value, batch: readonly number[], tail: number): Int32Array {
  const repeats = repeatedStrides(shape.slice(0, -tail), batch);
  return places(
    batch,
    repeats.map((stride) => stride * sizeOf(shape.slice(-tail))),
  );
}

interface Matrix {
  readonly data: Float64Array;
  readonly start: number;
  readonly row: number;
  readonly column: number;
  readonly columns: number;
}

/** The matrix in the first two of the last `tail` axes. */
function matrix({ shape, data }: Value, tail: number, transposed: boolean, start: number): Matrix {
  const [row, column] = stridesOf(shape).slice(-tail);
  const [rows, columns] = shape.slice(-tail);
  return transposed ? { data, start, row: column, column: row, columns: rows } : { data, start, row, column, columns };
}

/** Adds a·b to an [m, n] matrix within `result`. */
function addProduct(
  { a, b }: { a: Matrix; b: Matrix },
  result: Float64Array,
  c: { start: number; row: number; column: number; m: number; n: number },
): void {
  for (let i = 0; i < c.m; i++) {
    for (let j = 0; j < c.n; j++) {
      let sum = 0;
      for (let k = 0; k < a.columns; k++) {
        sum += a.data[a.start + i * a.row + k * a.column] * b.data[b.start + k * b.row + j * b.column];
      }
      result[c.start + i * c.row + j * c.column] += sum;
    }
  }
}
