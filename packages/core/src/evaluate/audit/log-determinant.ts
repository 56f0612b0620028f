/** log |det A| of a row-major n × n matrix, by elimination with row exchanges; −Infinity where it is singular. */
export function logAbsDeterminant(matrix: Float64Array, n: number): number {
  const a = matrix.slice();
  let total = 0;
  for (let column = 0; column < n; column++) {
    let pivot = column;
    for (let row = column + 1; row < n; row++) {
      if (Math.abs(a[row * n + column]) > Math.abs(a[pivot * n + column])) pivot = row;
    }
    for (let j = 0; j < n; j++) [a[column * n + j], a[pivot * n + j]] = [a[pivot * n + j], a[column * n + j]];
    const diagonal = a[column * n + column];
    total += Math.log(Math.abs(diagonal));
    if (diagonal === 0) return -Infinity;
    for (let row = column + 1; row < n; row++) {
      const factor = a[row * n + column] / diagonal;
      for (let j = column; j < n; j++) a[row * n + j] -= factor * a[column * n + j];
    }
  }
  return total;
}
