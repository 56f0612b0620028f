import type { FunctionBuilder, Local } from '../assembler/index.js';
import { addressOf, repeat } from './block.js';
import { sweep } from './gemm.js';
import type { BatchAxis, Matrix } from './matmul.js';

/** c [...batch, M, N, rows] = a [...batch, M, K, rows] · b [...batch, K, N, rows], a product for each row; rows are contiguous. */
export interface RowMatmul {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  /** Rows in memory, a multiple of 4. */
  readonly rows: number;
  readonly a: Matrix;
  readonly b: Matrix;
  readonly c: Matrix;
  readonly batch?: readonly BatchAxis[];
}

/** Sums held in registers: with the factors of one turn, as many as the fifteen that V8 has to give. */
const blockRows = 2;
const blockColumns = 4;

/** Writes the products. Every factor is read from memory N/4 or M/2 times: the speed is that of the loads, not of the sums. */
export function rowMatmul(f: FunctionBuilder, spec: RowMatmul): void {
  const { m, n, k, rows, batch = [] } = spec;
  f.scope(() => {
    const [a, b, c, i, j, r] = f.locals('i32', 6);
    [a, b, c].forEach((pointer, index) => pointer.set(addressOf(f, [spec.a, spec.b, spec.c][index])));

    const block = (height: number, width: number): void =>
      f.scope(() => {
        const [fromA, fromB, to] = f.locals('i32', 3);
        const sums = f.locals('v128', height * width);
        const start = (pointer: Local<'i32'>, base: Local<'i32'>, steps: readonly (readonly [Local<'i32'>, number])[]): void => {
          pointer.set(f.i32.add(base.get(), f.i32.shl(r.get(), f.i32.const(2))));
          for (const [index, stride] of steps) pointer.set(f.i32.add(pointer.get(), f.i32.mul(index.get(), f.i32.const(stride))));
        };
        start(fromA, a, [[i, spec.a.row]]);
        start(fromB, b, [[j, spec.b.column]]);
        for (const sum of sums) sum.set(f.f32x4.const(0));
        repeat(f, k, () => {
          f.scope(() => {
            const columns = f.locals('v128', width);
            const factor = f.local('v128');
            columns.forEach((column, x) => column.set(f.v128.load(fromB.get(), x * spec.b.column)));
            for (let y = 0; y < height; y++) {
              factor.set(f.v128.load(fromA.get(), y * spec.a.row));
              columns.forEach((column, x) => {
                const sum = sums[y * width + x];
                sum.set(f.f32x4.madd(factor.get(), column.get(), sum.get));
              });
            }
          });
          f.advance(fromA, spec.a.column);
          f.advance(fromB, spec.b.row);
        });
        start(to, c, [
          [i, spec.c.row],
          [j, spec.c.column],
        ]);
        sums.forEach((sum, index) => {
          f.v128.store(to.get(), sum.get(), Math.floor(index / width) * spec.c.row + (index % width) * spec.c.column);
        });
      });

    const nest = (depth: number): void => {
      if (depth === batch.length) {
        return sweep(f, i, m, blockRows, (height) =>
          sweep(f, j, n, blockColumns, (width) => f.range(r, 0, rows, 4, () => block(height, width))),
        );
      }
      const { length, ...strides } = batch[depth];
      repeat(f, length, () => {
        nest(depth + 1);
        f.advance(a, strides.a);
        f.advance(b, strides.b);
        f.advance(c, strides.c);
      });
      f.advance(a, -length * strides.a);
      f.advance(b, -length * strides.b);
      f.advance(c, -length * strides.c);
    };
    nest(0);
  });
}
