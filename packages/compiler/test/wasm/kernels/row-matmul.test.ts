import test from 'ava';
import { rowMatmul } from '#src/wasm/kernels/index.js';
import { numbers, roundingErrors, runOn, variants } from './harness.js';

test('a product for each row, in all transpositions, over batches with a repeated factor', (t) => {
  for (const relaxed of variants) {
    for (const [m, n, k, rows, batch] of [
      [1, 1, 1, 8, 1],
      [3, 5, 2, 8, 2],
      [4, 4, 7, 16, 3],
      [2, 9, 4, 8, 1],
    ]) {
      for (const [transposeA, transposeB, repeatB] of [
        [false, false, false],
        [true, false, true],
        [false, true, true],
        [true, true, false],
      ]) {
        const [a, b] = [numbers(batch * m * k * rows, 1), numbers((repeatB ? 1 : batch) * k * n * rows, 2)];
        const [aRow, aColumn] = transposeA ? [1, m] : [k, 1];
        const [bRow, bColumn] = transposeB ? [1, k] : [n, 1];
        const unit = 4 * rows;
        const [, , c] = runOn([a, b, new Float32Array(batch * m * n * rows)], relaxed, (f, base, offsets) =>
          rowMatmul(f, {
            m,
            n,
            k,
            rows,
            a: { base, offset: offsets[0], row: unit * aRow, column: unit * aColumn },
            b: { base, offset: offsets[1], row: unit * bRow, column: unit * bColumn },
            c: { base, offset: offsets[2], row: unit * n, column: unit },
            batch: [{ length: batch, a: unit * m * k, b: repeatB ? 0 : unit * k * n, c: unit * m * n }],
          }),
        );
        const truth = Array.from(c, (_, index) => {
          const [r, rest] = [index % rows, Math.floor(index / rows)];
          const [j, i, p] = [rest % n, Math.floor(rest / n) % m, Math.floor(rest / (m * n))];
          let sum = 0;
          for (let l = 0; l < k; l++) {
            sum += a[(p * m * k + i * aRow + l * aColumn) * rows + r] * b[((repeatB ? 0 : p) * k * n + l * bRow + j * bColumn) * rows + r];
          }
          return sum;
        });
        t.true(roundingErrors(c, truth, k) <= 1, `${m} ${n} ${k} ${transposeA} ${transposeB}`);
      }
    }
  }
});
