import type { FunctionBuilder, Local, ModuleBuilder } from '@advect/compiler/assembler';

/**
 * C = A·B, or C += A·B, for float32 matrices in memory: m×k, k×n and m×n. Rows of B and C are contiguous; A has any
 * strides, so that it may be transposed without being moved. Works on tiles of C held in registers.
 */
export function defineGemm(module: ModuleBuilder, name: string, aIsTransposed: boolean): void {
  const parameters = {
    a: 'i32',
    b: 'i32',
    c: 'i32',
    m: 'i32',
    n: 'i32',
    k: 'i32',
    aRow: 'i32',
    aColumn: 'i32',
    bRow: 'i32',
    cRow: 'i32',
    accumulate: 'i32',
  } as const;
  module.define({ name, parameters }, (f, matrices) => {
    const { m, n, a, b, c, aRow, cRow } = matrices;
    const [bTile, cTile, columnsLeft] = f.locals('i32', 3);
    const add = (local: Local<'i32'>, stride: Local<'i32'>, times: number): void =>
      local.set(f.i32.add(local.get(), f.i32.mul(stride.get(), f.i32.const(times))));

    const tilesOfRow = (rows: number): void => {
      bTile.set(b.get());
      cTile.set(c.get());
      columnsLeft.set(n.get());
      for (const columns of [8, 4, 1]) {
        pieces(f, columnsLeft, columns, () => {
          f.scope(() => tile(f, matrices, { rows, columns, bTile, cTile, aIsTransposed }));
          f.advance(bTile, 4 * columns);
          f.advance(cTile, 4 * columns);
        });
      }
    };
    for (const rows of [tileRows, 1]) {
      pieces(f, m, rows, () => {
        tilesOfRow(rows);
        add(a, aRow, rows);
        add(c, cRow, rows);
      });
    }
  });
}

/** Rows of a register tile: 4 rows of 8 columns fill half of the sixteen vector registers and leave room for the factors. */
const tileRows = 4;

/** The body for as many whole pieces as are left. */
function pieces(f: FunctionBuilder, left: Local<'i32'>, size: number, body: () => void): void {
  f.while(
    () => f.i32.geS(left.get(), f.i32.const(size)),
    () => {
      body();
      f.advance(left, -size);
    },
  );
}

interface Tile {
  readonly rows: number;
  /** 8, 4 (vectors) or 1 (a vector of which one lane counts). */
  readonly columns: number;
  readonly bTile: Local<'i32'>;
  readonly cTile: Local<'i32'>;
  readonly aIsTransposed: boolean;
}

type Matrices = { readonly [P in 'a' | 'k' | 'aRow' | 'aColumn' | 'bRow' | 'cRow' | 'accumulate']: Local<'i32'> };

function tile(f: FunctionBuilder, matrices: Matrices, { rows, columns, bTile, cTile, aIsTransposed }: Tile): void {
  const vectors = Math.max(1, columns / 4);
  const sums = Array.from({ length: rows }, () => f.locals('v128', vectors));
  const [readB, readC, left] = f.locals('i32', 3);
  const readA = f.locals('i32', aIsTransposed ? 1 : rows);
  const load = (pointer: Local<'i32'>, v: number) =>
    columns === 1 ? f.v128.load32Zero(pointer.get()) : f.v128.load(pointer.get(), 16 * v);
  const move = (pointer: Local<'i32'>, stride: Local<'i32'>): void => pointer.set(f.i32.add(pointer.get(), stride.get()));
  const eachRowOfC = (visit: (row: Local<'v128'>[]) => void): void => {
    readC.set(cTile.get());
    for (const row of sums) {
      visit(row);
      move(readC, matrices.cRow);
    }
  };

  f.if(
    matrices.accumulate.get(),
    () => eachRowOfC((row) => row.forEach((sum, v) => sum.set(load(readC, v)))),
    () => sums.flat().forEach((sum) => sum.set(f.f32x4.const(0))),
  );
  readA.forEach((pointer, r) => {
    pointer.set(r === 0 ? matrices.a.get() : f.i32.add(readA[r - 1].get(), matrices.aRow.get()));
  });
  readB.set(bTile.get());
  left.set(matrices.k.get());
  pieces(f, left, 1, () => {
    f.scope(() => {
      const factors = f.locals('v128', vectors);
      const scalar = f.local('v128');
      factors.forEach((factor, v) => factor.set(load(readB, v)));
      sums.forEach((row, r) => {
        scalar.set(aIsTransposed ? f.v128.load32Splat(readA[0].get(), 4 * r) : f.v128.load32Splat(readA[r].get()));
        row.forEach((sum, v) => sum.set(f.f32x4.madd(scalar.get(), factors[v].get(), sum.get)));
      });
    });
    for (const pointer of readA) move(pointer, matrices.aColumn);
    move(readB, matrices.bRow);
  });
  eachRowOfC((row) =>
    row.forEach((sum, v) => {
      if (columns === 1) f.v128.store32Lane(readC.get(), sum.get(), 0);
      else f.v128.store(readC.get(), sum.get(), 16 * v);
    }),
  );
}
