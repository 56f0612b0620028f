import test from 'ava';
import { type Matmul, matmul, matmulScratch } from '#src/wasm/kernels/index.js';
import { numbers, roundingErrors, runOn, variants } from './harness.js';

interface Case {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
  readonly accumulate?: boolean;
  readonly batch?: readonly { length: number; repeatA?: boolean; repeatB?: boolean }[];
  readonly sumBatch?: boolean;
  readonly live?: number;
}

/** Batch strides of row-major stacks, in matrices. */
function strides(batch: NonNullable<Case['batch']>, repeated: 'repeatA' | 'repeatB' | undefined): number[] {
  let step = 1;
  return batch
    .toReversed()
    .map((axis) => {
      if (repeated && axis[repeated]) return 0;
      const stride = step;
      step *= axis.length;
      return stride;
    })
    .toReversed();
}

const stacked = (batch: NonNullable<Case['batch']>, repeated?: 'repeatA' | 'repeatB'): number =>
  batch.reduce((all, axis) => all * (repeated && axis[repeated] ? 1 : axis.length), 1);

function check(relaxed: boolean, given: Case): number {
  const { m, n, k, transposeA = false, transposeB = false, accumulate = false, batch = [], sumBatch = false, live } = given;
  const a = numbers(m * k * stacked(batch, 'repeatA'), 1);
  const b = numbers(k * n * stacked(batch, 'repeatB'), 2);
  const c = numbers(m * n * (sumBatch ? 1 : stacked(batch)), 3);
  const [ofA, ofB, ofC] = [strides(batch, 'repeatA'), strides(batch, 'repeatB'), strides(batch, undefined)];
  const [aRow, aColumn] = transposeA ? [1, m] : [k, 1];
  const [bRow, bColumn] = transposeB ? [1, k] : [n, 1];

  const truth = Float64Array.from(c, (v) => (accumulate ? v : 0));
  const visit = (depth: number, at: readonly [number, number, number]): void => {
    if (depth < batch.length) {
      for (let i = 0; i < batch[depth].length; i++) {
        visit(depth + 1, [at[0] + i * ofA[depth], at[1] + i * ofB[depth], at[2] + i * (sumBatch ? 0 : ofC[depth])]);
      }
      return;
    }
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < n; j++) {
        let sum = 0;
        for (let l = 0; l < (live ?? k); l++) sum += a[at[0] * m * k + i * aRow + l * aColumn] * b[at[1] * k * n + l * bRow + j * bColumn];
        truth[at[2] * m * n + i * n + j] += sum;
      }
    }
  };
  visit(0, [0, 0, 0]);

  const axes = batch.map(({ length }, i) => ({ length, a: 4 * m * k * ofA[i], b: 4 * k * n * ofB[i], c: 4 * m * n * ofC[i] }));
  const layout = {
    m,
    n,
    k,
    sumBatch,
    accumulate,
    batch: axes,
    a: { row: 4 * aRow, column: 4 * aColumn },
    b: { row: 4 * bRow, column: 4 * bColumn },
  };
  const scratch = new Float32Array(matmulScratch(layout) / 4);
  const [, , result] = runOn(
    [a, b, c, scratch],
    relaxed,
    (f, base, offsets, count) => {
      const spec: Matmul = {
        ...layout,
        a: { ...layout.a, base, offset: offsets[0] },
        b: { ...layout.b, base, offset: offsets[1] },
        c: { base, offset: offsets[2], row: 4 * n },
        scratch: { base, offset: offsets[3] },
        ...(live !== undefined && { live: count }),
      };
      matmul(f, spec);
    },
    live,
  );
  return roundingErrors(result, truth, k * (sumBatch ? stacked(batch) : 1));
}

const sizes = [
  [1, 1, 1],
  [4, 8, 4],
  [64, 32, 64],
  [3, 64, 2],
  [2, 16, 43],
  [5, 7, 3],
  [7, 9, 1],
  [43, 24, 65],
  [1, 5, 30],
  [17, 3, 6],
];

test('products of many sizes in all transpositions, set and added', (t) => {
  for (const relaxed of variants) {
    for (const [m, n, k] of sizes) {
      for (const transposeA of [false, true]) {
        for (const transposeB of [false, true]) {
          for (const accumulate of [false, true]) {
            const errors = check(relaxed, { m, n, k, transposeA, transposeB, accumulate });
            t.true(errors <= 1, `${m} ${n} ${k} ${transposeA} ${transposeB} ${accumulate}: ${errors}`);
          }
        }
      }
    }
  }
});

test('wide matrices, also those that are read across their rows', (t) => {
  for (const relaxed of variants) {
    for (const transposeA of [false, true]) {
      const errors = [
        check(relaxed, { m: 861, n: 32, k: 860, transposeA }),
        check(relaxed, { m: 70, n: 860, k: 32, transposeA, transposeB: true, accumulate: true }),
        check(relaxed, { m: 3, n: 12, k: 5000, transposeA, transposeB: true }),
      ];
      t.true(
        errors.every((error) => error <= 1),
        errors.join(),
      );
    }
  }
});

test('only the live terms of a tile count', (t) => {
  for (const relaxed of variants) {
    for (const live of [0, 1, 5, 8, 15, 16]) {
      for (const n of [1, 2, 43, 64]) {
        const errors = check(relaxed, { m: 6, n, k: 16, transposeB: true, accumulate: true, live });
        t.true(errors <= 1, `${n}, ${live} live: ${errors}`);
      }
    }
  }
});

test('batches, repeated factors, sums over the batch', (t) => {
  const batches: NonNullable<Case['batch']>[] = [
    [{ length: 3 }],
    [{ length: 2 }, { length: 3 }],
    [{ length: 2, repeatB: true }, { length: 3 }],
    [{ length: 2 }, { length: 3, repeatA: true }],
    [{ length: 4, repeatA: true }],
  ];
  for (const relaxed of variants) {
    for (const batch of batches) {
      for (const sumBatch of [false, true]) {
        for (const transposeA of [false, true]) {
          for (const transposeB of [false, true]) {
            const errors = check(relaxed, { m: 5, n: 11, k: 7, batch, sumBatch, transposeA, transposeB, accumulate: transposeA });
            t.true(errors <= 1, `${JSON.stringify(batch)} ${sumBatch} ${transposeA} ${transposeB}: ${errors}`);
          }
        }
      }
    }
  }
});

test('an epilogue sees every entry once, with its place', (t) => {
  const [m, n, k, batches] = [6, 11, 3, 2];
  const [a, b] = [numbers(batches * m * k, 1), numbers(batches * k * n, 2)];
  const bias = numbers(m, 3);
  for (const relaxed of variants) {
    const [, , , c] = runOn([a, b, bias, new Float32Array(batches * m * n)], relaxed, (f, base, offsets) => {
      const [row, target] = f.locals('i32', 2);
      matmul(f, {
        m,
        n,
        k,

        a: { base, offset: offsets[0], row: 4 * k, column: 4 },
        b: { base, offset: offsets[1], row: 4 * n, column: 4 },
        batch: [{ length: batches, a: 4 * m * k, b: 4 * k * n, c: 0 }],
        epilogue: {
          begin(at) {
            row.set(f.i32.add(base.get(), f.i32.shl(at.row.get(), f.i32.const(2))));
            target.set(f.i32.add(f.i32.mul(at.batch[0].get(), f.i32.const(m)), at.row.get()));
            target.set(f.i32.add(f.i32.mul(target.get(), f.i32.const(n)), at.column.get()));
            target.set(f.i32.add(base.get(), f.i32.shl(target.get(), f.i32.const(2))));
          },
          entry(sums, r, column, lanes) {
            sums.set(f.f32x4.add(sums.get(), f.v128.load32Splat(row.get(), offsets[2] + 4 * r)));
            for (let lane = 0; lane < lanes; lane++) {
              f.v128.store32Lane(target.get(), sums.get(), lane, offsets[3] + 4 * (r * n + column + lane));
            }
          },
        },
      });
    });
    const truth = Array.from(c, (_, i) => {
      const [batch, r, v] = [Math.floor(i / (m * n)), Math.floor(i / n) % m, i % n];
      let sum = bias[r];
      for (let l = 0; l < k; l++) sum += a[(batch * m + r) * k + l] * b[(batch * k + l) * n + v];
      return sum;
    });
    t.true(roundingErrors(c, truth, k) <= 1);
  }
});
