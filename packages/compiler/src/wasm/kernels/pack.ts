import type { FunctionBuilder, Local } from '../assembler/index.js';
import { addressOf, type Place, repeat } from './block.js';

/** Transposes 4×4: entry i of the results holds entry i of each operand. */
export function transpose4(f: FunctionBuilder, rows: readonly Local<'v128'>[]): void {
  f.scope(() => {
    const [a, b, c, d] = rows;
    const [low, high, low2, high2] = f.locals('v128', 4);
    low.set(f.v128.shuffle32(a.get(), b.get(), [0, 4, 1, 5]));
    high.set(f.v128.shuffle32(a.get(), b.get(), [2, 6, 3, 7]));
    low2.set(f.v128.shuffle32(c.get(), d.get(), [0, 4, 1, 5]));
    high2.set(f.v128.shuffle32(c.get(), d.get(), [2, 6, 3, 7]));
    a.set(f.v128.shuffle32(low.get(), low2.get(), [0, 1, 4, 5]));
    b.set(f.v128.shuffle32(low.get(), low2.get(), [2, 3, 6, 7]));
    c.set(f.v128.shuffle32(high.get(), high2.get(), [0, 1, 4, 5]));
    d.set(f.v128.shuffle32(high.get(), high2.get(), [2, 3, 6, 7]));
  });
}

/** A strided matrix to be copied: `k` by `n` entries, strides in bytes, not negative. */
export interface Packed {
  readonly k: number;
  readonly n: number;
  readonly row: number;
  readonly column: number;
}

/**
 * Copies B(k, v) to rows of `width` floats, a multiple of 4 that is at least n; the room must be for a multiple of 4 rows.
 * Entries past n, and rows past k, are filled with whatever is at hand. `from` points at B(0, 0) and stays; where B is
 * contiguous along k, up to 12 bytes past its end are read.
 */
export function packColumns(f: FunctionBuilder, { k, n, row, column }: Packed, from: Local<'i32'>, to: Place, width: number): void {
  f.scope(() => {
    const [columnSource, columnTarget, source, target] = f.locals('i32', 4);
    columnSource.set(from.get());
    columnTarget.set(addressOf(f, to));
    const columns = (count: number): void => {
      source.set(columnSource.get());
      target.set(columnTarget.get());
      if (row === 4)
        packTransposed(
          f,
          k,
          [0, 1, 2, 3].map((lane) => Math.min(lane, count - 1) * column),
          source,
          target,
          width,
        );
      else packEntries(f, k, count, row, column, source, target, width);
      f.advance(columnSource, 4 * column);
      f.advance(columnTarget, 16);
    };
    repeat(f, Math.floor(n / 4), () => columns(4));
    if (n % 4) columns(n % 4);
  });
}

/** Four columns, each contiguous along k. */
function packTransposed(
  f: FunctionBuilder,
  k: number,
  columns: readonly number[],
  source: Local<'i32'>,
  target: Local<'i32'>,
  width: number,
): void {
  const group = f.locals('v128', 4);
  repeat(f, Math.ceil(k / 4), () => {
    group.forEach((vector, i) => vector.set(f.v128.load(source.get(), columns[i])));
    transpose4(f, group);
    group.forEach((vector, i) => f.v128.store(target.get(), vector.get(), 4 * width * i));
    f.advance(source, 16);
    f.advance(target, 16 * width);
  });
}

/** Columns at any strides. */
function packEntries(
  f: FunctionBuilder,
  k: number,
  count: number,
  row: number,
  column: number,
  source: Local<'i32'>,
  target: Local<'i32'>,
  width: number,
): void {
  repeat(f, k, () => {
    for (let lane = 0; lane < count; lane++) f.f32.store(target.get(), f.f32.load(source.get(), lane * column), 4 * lane);
    f.advance(source, row);
    f.advance(target, 4 * width);
  });
}

/**
 * Copies `rows` (at most 4) neighbouring entries of each of A's k columns, 16 bytes apart, so that a column of a wide matrix
 * stays in cache while it is used. Rows of A are contiguous in each column.
 */
export function packPanel(f: FunctionBuilder, k: number | Local<'i32'>, column: number, from: Local<'i32'>, to: Place): void {
  f.scope(() => {
    const [source, target] = f.locals('i32', 2);
    source.set(from.get());
    target.set(addressOf(f, to));
    repeat(f, k, () => {
      f.v128.store(target.get(), f.v128.load(source.get()));
      f.advance(source, column);
      f.advance(target, 16);
    });
  });
}
