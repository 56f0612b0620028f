import type { FunctionBuilder, Local } from '../assembler/index.js';
import { addressOf, type Place, repeat } from './block.js';
import { transpose4 } from './pack.js';

/** The caller's numbers, row-major [outer, batch, inner], and a tile of them, [outer, inner, tile]. */
export interface RowTransfer {
  /** Address of the caller's first number. Any multiple of 4. */
  readonly caller: Local<'i32'>;
  /** The tile's first row, how many rows it has, and how many the caller has. */
  readonly rowStart: Local<'i32'>;
  readonly live: Local<'i32'>;
  readonly batch: Local<'i32'>;
  readonly outer: number;
  readonly inner: number;
  /** Rows that the tile has room for, 1 or a multiple of 4; floats between entries of `inner`. */
  readonly tile: number;
  /** Floats between entries of `outer` in the tile, if they are not `tile` times `inner`. */
  readonly outerStride?: number;
  readonly place: Place;
}

/** Copies live rows of the caller's into a tile. Nothing beyond them is read; what the tile held for the others stays. */
export const loadRows = (f: FunctionBuilder, transfer: RowTransfer): void => transferRows(f, transfer, 'load');

/** Copies a tile's live rows to the caller. Nothing beyond them is written. */
export const storeRows = (f: FunctionBuilder, transfer: RowTransfer): void => transferRows(f, transfer, 'store');

function transferRows(f: FunctionBuilder, transfer: RowTransfer, direction: 'load' | 'store'): void {
  const { caller, rowStart, live, batch, outer, inner, tile, place, outerStride = tile * inner } = transfer;
  f.scope(() => {
    const [theirs, ours, theirEntry, ourEntry, row] = f.locals('i32', 5);
    theirs.set(f.i32.add(caller.get(), f.i32.mul(rowStart.get(), f.i32.const(4 * inner))));
    ours.set(addressOf(f, place));

    const rowsAt = (count: 1 | 4): void => {
      theirEntry.set(f.i32.add(theirs.get(), f.i32.mul(row.get(), f.i32.const(4 * inner))));
      ourEntry.set(f.i32.add(ours.get(), f.i32.shl(row.get(), f.i32.const(2))));
      if (count === 1) copyRow(f, theirEntry, ourEntry, inner, tile, direction);
      else copyFour(f, theirEntry, ourEntry, inner, tile, direction);
      f.advance(row, count);
    };
    repeat(f, outer, () => {
      row.set(f.i32.const(0));
      f.while(
        () => f.i32.leS(f.i32.add(row.get(), f.i32.const(4)), live.get()),
        () => rowsAt(4),
      );
      f.while(
        () => f.i32.ltS(row.get(), live.get()),
        () => rowsAt(1),
      );
      theirs.set(f.i32.add(theirs.get(), f.i32.mul(batch.get(), f.i32.const(4 * inner))));
      f.advance(ours, 4 * outerStride);
    });
  });
}

type Copy = (
  f: FunctionBuilder,
  theirs: Local<'i32'>,
  ours: Local<'i32'>,
  inner: number,
  tile: number,
  direction: 'load' | 'store',
) => void;

/** One row: entries that are neighbours there and a tile's width apart here. */
const copyRow: Copy = (f, theirs, ours, inner, tile, direction) =>
  repeat(f, inner, () => {
    if (direction === 'load') f.f32.store(ours.get(), f.f32.load(theirs.get()));
    else f.f32.store(theirs.get(), f.f32.load(ours.get()));
    f.advance(theirs, 4);
    f.advance(ours, 4 * tile);
  });

/** Four neighbouring rows, four entries at a time. */
const copyFour: Copy = (f, theirs, ours, inner, tile, direction) =>
  f.scope(() => {
    const group = f.locals('v128', 4);
    const rest = inner % 4;
    if (inner === 1) {
      group[0].set(f.v128.load((direction === 'load' ? theirs : ours).get()));
      return f.v128.store((direction === 'load' ? ours : theirs).get(), group[0].get());
    }
    repeat(f, Math.floor(inner / 4), () => {
      const [from, fromStep] = direction === 'load' ? [theirs, 4 * inner] : [ours, 4 * tile];
      const [to, toStep] = direction === 'load' ? [ours, 4 * tile] : [theirs, 4 * inner];
      group.forEach((vector, i) => vector.set(f.v128.load(from.get(), i * fromStep)));
      transpose4(f, group);
      group.forEach((vector, i) => f.v128.store(to.get(), vector.get(), i * toStep));
      f.advance(theirs, 16);
      f.advance(ours, 16 * tile);
    });
    for (let entry = 0; entry < rest; entry++) {
      for (let r = 0; r < 4; r++) {
        const [there, here] = [4 * entry + 4 * inner * r, 4 * tile * entry + 4 * r];
        if (direction === 'load') f.f32.store(ours.get(), f.f32.load(theirs.get(), there), here);
        else f.f32.store(theirs.get(), f.f32.load(ours.get(), here), there);
      }
    }
  });
