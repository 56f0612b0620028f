import type { FunctionBuilder, I32, Local } from '../assembler/index.js';
import { addProducts, addressOf, type Place, type SumAxis } from './block.js';
import { packPanel } from './pack.js';

/** Where a block of results begins, in indices of C. */
export interface BlockPosition {
  readonly row: Local<'i32'>;
  readonly column: Local<'i32'>;
}

export type Lanes = 1 | 2 | 3 | 4;

/** What is done with finished sums. */
export interface Epilogue<P = BlockPosition> {
  /** Before the entries of a register block: a place to work out addresses. */
  begin?(position: P): void;
  /**
   * Four sums of one row: `row` and `column` count from the block's beginning and are known now. Of the four only the first
   * `lanes` belong to C: the others must not be stored.
   */
  entry(sums: Local<'v128'>, row: number, column: number, lanes: Lanes): void;
}

/** C[m, n] = Σ A(m, k)·B(k, n), all but addresses known now. Strides count bytes. */
export interface Gemm {
  readonly m: number;
  readonly n: number;
  readonly a: Place & { readonly row: number };
  /** Columns are contiguous. Where n is no multiple of 4, up to 12 bytes past each row are read. */
  readonly b: Place;
  /** The loops of the sum, outermost first, with A's and B's strides. */
  readonly sum: readonly SumAxis[];
  /** Where the sums begin: at 0 or at what C holds. */
  readonly start?: Place & { readonly row: number };
  readonly epilogue: Epilogue;
  /** Room for a panel of A, 16 bytes for each term of the sum: A is copied there, four rows at a time. */
  readonly panel?: Place;
}

/**
 * A register block of 4 rows by 2 vectors, one turn of the sum at a time. Larger blocks spill, and V8 before version 13
 * moves all loads of unrolled turns before their uses, which spills too: 47 GFLOP/s against 27 for four turns.
 */
const blockRows = 4;
const blockVectors = 2;

export function gemm(f: FunctionBuilder, spec: Gemm): void {
  const { m, n, a, b, sum, start, epilogue, panel } = spec;
  f.scope(() => {
    const [row, column, fromA, readA, readB] = f.locals('i32', 5);

    const block = (height: number, width: number): void =>
      f.scope(() => {
        const across = Math.ceil(width / 4);
        const sums = f.locals('v128', height * across);
        const at = (r: number, v: number): Local<'v128'> => sums[r * across + v];
        const each = (visit: (r: number, v: number) => void): void => {
          for (let r = 0; r < height; r++) for (let v = 0; v < across; v++) visit(r, v);
        };
        if (start) {
          readB.set(entryAddress(f, start, { row, column }));
          each((r, v) => at(r, v).set(f.v128.load(readB.get(), r * start.row + 16 * v)));
        } else each((r, v) => at(r, v).set(f.f32x4.const(0)));
        readA.set(panel ? addressOf(f, panel) : fromA.get());
        readB.set(f.i32.add(addressOf(f, b), f.i32.shl(column.get(), f.i32.const(2))));
        const aRow = panel ? 4 : a.row;
        const loops = panel ? sum.map((axis) => ({ ...axis, a: 16 })) : sum;
        addProducts(f, { rows: height, vectors: across, aRow, sum: loops, unroll: 1 }, readA, readB, sums);
        epilogue.begin?.({ row, column });
        each((r, v) => epilogue.entry(at(r, v), r, 4 * v, Math.min(4, width - 4 * v) as Lanes));
      });

    sweep(f, row, m, blockRows, (height) => {
      fromA.set(f.i32.add(addressOf(f, a), f.i32.mul(row.get(), f.i32.const(a.row))));
      if (panel) packPanel(f, sum[0].length, sum[0].a, fromA, panel);
      sweep(f, column, n, 4 * blockVectors, (width) => block(height, width));
    });
  });
}

/** The address of the entry at a position. */
const entryAddress = (f: FunctionBuilder, c: Place & { readonly row: number }, { row, column }: BlockPosition): I32 =>
  f.i32.add(f.i32.add(addressOf(f, c), f.i32.mul(row.get(), f.i32.const(c.row))), f.i32.shl(column.get(), f.i32.const(2)));

/** An epilogue that stores the sums in C, whose columns are contiguous, and does nothing else. */
export function storeTo(f: FunctionBuilder, c: Place & { readonly row: number }): Epilogue {
  const pointer = f.local('i32');
  return {
    begin: (position) => pointer.set(entryAddress(f, c, position)),
    entry: (sums, row, column, lanes) => storeLanes(f, pointer, sums, row * c.row + 4 * column, lanes),
  };
}

/** Stores the first lanes of a vector. */
export function storeLanes(f: FunctionBuilder, pointer: Local<'i32'>, value: Local<'v128'>, offset: number, lanes: Lanes): void {
  if (lanes === 4) return f.v128.store(pointer.get(), value.get(), offset);
  for (let lane = 0; lane < lanes; lane++) f.v128.store32Lane(pointer.get(), value.get(), lane, offset + 4 * lane);
}

/** A loop over whole pieces, then what is left. */
export function sweep(f: FunctionBuilder, index: Local<'i32'>, length: number, piece: number, body: (size: number) => void): void {
  const whole = length - (length % piece);
  f.range(index, 0, whole, piece, () => body(piece));
  if (whole === length) return;
  index.set(f.i32.const(whole));
  body(length - whole);
}
