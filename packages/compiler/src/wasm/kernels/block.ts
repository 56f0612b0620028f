import type { FunctionBuilder, I32, Local } from '../assembler/index.js';

/** A place in memory: what a local holds, and a constant number of bytes more. */
export interface Place {
  readonly base: Local<'i32'>;
  readonly offset: number;
}

/** Pushes the address. */
export function addressOf(f: FunctionBuilder, { base, offset }: Place): I32 {
  return offset === 0 ? base.get() : f.i32.add(base.get(), f.i32.const(offset));
}

/** One loop of a sum of products: how often, and by how many bytes each factor moves at each turn. */
export interface SumAxis {
  /** Known now, or in a local; then it may be 0. */
  readonly length: number | Local<'i32'>;
  readonly a: number;
  readonly b: number;
}

/** A block of sums held in registers: `rows` of A times `vectors` of four columns of B. */
export interface Block {
  readonly rows: number;
  readonly vectors: number;
  /** Bytes between rows of A, not negative. */
  readonly aRow: number;
  /** Loops of the sum, outermost first. Strides of the last one are not negative. */
  readonly sum: readonly SumAxis[];
  /** Turns of the innermost loop that are written out. */
  readonly unroll: number;
}

/**
 * Adds Σ A(r, k)·B(k, v) to the accumulators, row by row. `a` and `b` are pointers to the block's first factors; they are
 * moved, and end somewhere. A is read by splat loads; B's columns are contiguous.
 */
export function addProducts(
  f: FunctionBuilder,
  block: Block,
  a: Local<'i32'>,
  b: Local<'i32'>,
  accumulators: readonly Local<'v128'>[],
): void {
  const { rows, vectors, aRow, sum, unroll } = block;
  const loops = sum.filter(({ length }) => length !== 1);
  const inner = loops.at(-1) ?? { length: 1, a: 0, b: 0 };

  const step = (turn: number): void =>
    f.scope(() => {
      const columns = f.locals('v128', vectors);
      const factor = f.local('v128');
      columns.forEach((column, v) => column.set(f.v128.load(b.get(), turn * inner.b + 16 * v)));
      for (let r = 0; r < rows; r++) {
        factor.set(f.v128.load32Splat(a.get(), turn * inner.a + r * aRow));
        columns.forEach((column, v) => {
          const accumulator = accumulators[r * vectors + v];
          accumulator.set(f.f32x4.madd(factor.get(), column.get(), accumulator.get));
        });
      }
    });
  const steps = (turns: number): void => {
    for (let turn = 0; turn < turns; turn++) step(turn);
  };
  const move = (turns: number): void => {
    f.advance(a, turns * inner.a);
    f.advance(b, turns * inner.b);
  };

  const run = (depth: number): void => {
    if (depth >= loops.length - 1) return innermost(f, inner.length, unroll, steps, move);
    const axis = loops[depth];
    f.scope(() => {
      const [startA, startB] = f.locals('i32', 2);
      repeat(f, axis.length, () => {
        startA.set(a.get());
        startB.set(b.get());
        run(depth + 1);
        a.set(f.i32.add(startA.get(), f.i32.const(axis.a)));
        b.set(f.i32.add(startB.get(), f.i32.const(axis.b)));
      });
    });
  };
  run(0);
}

/** A loop with some turns written out, and the rest of the turns after it. */
function innermost(
  f: FunctionBuilder,
  length: SumAxis['length'],
  unroll: number,
  steps: (turns: number) => void,
  move: (turns: number) => void,
): void {
  if (typeof length === 'number') {
    const turns = length <= 2 * unroll ? 0 : Math.floor(length / unroll);
    if (turns > 0) {
      repeat(f, turns, () => {
        steps(unroll);
        move(unroll);
      });
    }
    return steps(length - turns * unroll);
  }
  f.scope(() => {
    const left = f.local('i32');
    left.set(length.get());
    for (const turns of unroll > 1 ? [unroll, 1] : [1]) {
      f.while(
        () => f.i32.geS(left.get(), f.i32.const(turns)),
        () => {
          steps(turns);
          move(turns);
          f.advance(left, -turns);
        },
      );
    }
  });
}

/** The body so many times. */
export function repeat(f: FunctionBuilder, length: number | Local<'i32'>, body: () => void): void {
  f.scope(() => {
    const left = f.local('i32');
    if (typeof length === 'number') {
      if (length === 0) return;
      if (length === 1) return body();
      left.set(f.i32.const(length));
      f.loop((again) => {
        body();
        f.brIf(again, left.tee(f.i32.sub(left.get(), f.i32.const(1))));
      });
      return;
    }
    left.set(length.get());
    f.while(
      () => left.get(),
      () => {
        body();
        f.advance(left, -1);
      },
    );
  });
}
