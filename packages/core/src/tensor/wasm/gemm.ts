import { advance, type Code, f32, f32x4, get, i32, ifElse, set, type, type WasmFunction, whileLoop } from './assembler.js';

/**
 * C = A·B, or C += A·B, for float32 matrices in memory: m×k, k×n and m×n. Rows of B and C are contiguous; A has any
 * strides, so that it may be transposed without being moved. Works on tiles of C held in registers.
 */
export function gemm(name: string, aIsTransposed: boolean): WasmFunction {
  const parameter = { a: 0, b: 1, c: 2, m: 3, n: 4, k: 5, aRow: 6, aColumn: 7, bRow: 8, cRow: 9, accumulate: 10 };
  const local = { i: 11, j: 12, l: 13, bTile: 14, cTile: 15, bRead: 16, aRead: 17, cWrite: 21, scalarB: 22, vectorB: 23, sums: 25 };
  const { sums } = local;
  const scalars = sums + 2 * tileRows;

  /** One tile of C, `rows` by `columns`; columns are 8, 4 (vectors) or 1 (a scalar). */
  const tile = (rows: number, columns: number): Code => {
    const vectors = Math.max(1, columns / 4);
    const lane = columns === 1 ? f32 : f32x4;
    const store = columns === 1 ? () => f32.store : f32x4.store;
    const splat = columns === 1 ? f32.load : f32x4.loadSplat;
    const sum = (r: number, v: number): number => (columns === 1 ? scalars + r : sums + r * 2 + v);
    const b = (v: number): number => (columns === 1 ? local.scalarB : local.vectorB + v);
    const each = (visit: (r: number, v: number) => Code): Code => range(rows).flatMap((r) => range(vectors).flatMap((v) => visit(r, v)));
    const eachRowOfC = (visit: (r: number) => Code): Code => [
      ...set(local.cWrite, get(local.cTile)),
      ...range(rows).flatMap((r) => [...visit(r), ...advance(local.cWrite, get(parameter.cRow))]),
    ];
    const a = (r: number): Code => (aIsTransposed ? [...get(local.aRead), ...splat(4 * r)] : [...get(local.aRead + r), ...splat(0)]);
    const pointers = aIsTransposed ? 1 : rows;
    return [
      ...ifElse(
        get(parameter.accumulate),
        eachRowOfC((r) => range(vectors).flatMap((v) => set(sum(r, v), get(local.cWrite), lane.load(16 * v)))),
        each((r, v) => set(sum(r, v), lane.const(0))),
      ),
      ...set(local.aRead, get(parameter.a)),
      ...range(pointers - 1).flatMap((r) => set(local.aRead + r + 1, get(local.aRead + r), get(parameter.aRow), i32.add)),
      ...set(local.bRead, get(local.bTile)),
      ...set(local.l, get(parameter.k)),
      ...whileLoop(
        [...get(local.l)],
        [
          ...range(vectors).flatMap((v) => set(b(v), get(local.bRead), lane.load(16 * v))),
          ...each((r, v) => set(sum(r, v), get(sum(r, v)), a(r), get(b(v)), lane.mul, lane.add)),
          ...range(pointers).flatMap((r) => advance(local.aRead + r, get(parameter.aColumn))),
          ...advance(local.bRead, get(parameter.bRow)),
          ...advance(local.l, i32.const(-1)),
        ],
      ),
      ...eachRowOfC((r) => range(vectors).flatMap((v) => [...get(local.cWrite), ...get(sum(r, v)), ...store(16 * v)])),
    ];
  };

  const tilesOfRow = (rows: number): Code => [
    ...set(local.bTile, get(parameter.b)),
    ...set(local.cTile, get(parameter.c)),
    ...set(local.j, get(parameter.n)),
    ...[8, 4, 1].flatMap((columns) =>
      whileLoop(
        [...get(local.j), ...i32.const(columns), ...i32.ge],
        [
          ...tile(rows, columns),
          ...advance(local.bTile, i32.const(4 * columns)),
          ...advance(local.cTile, i32.const(4 * columns)),
          ...advance(local.j, i32.const(-columns)),
        ],
      ),
    ),
  ];

  return {
    name,
    parameters: 11,
    locals: [
      ...Array(11).fill(type.i32),
      type.f32,
      type.v128,
      type.v128,
      ...Array(2 * tileRows).fill(type.v128),
      ...Array(tileRows).fill(type.f32),
    ],
    body: [
      ...set(local.i, get(parameter.m)),
      ...[tileRows, 1].flatMap((rows) =>
        whileLoop(
          [...get(local.i), ...i32.const(rows), ...i32.ge],
          [
            ...tilesOfRow(rows),
            ...advance(parameter.a, [...get(parameter.aRow), ...i32.const(rows), ...i32.mul]),
            ...advance(parameter.c, [...get(parameter.cRow), ...i32.const(rows), ...i32.mul]),
            ...advance(local.i, i32.const(-rows)),
          ],
        ),
      ),
    ],
  };
}

/** Rows of a register tile: 4 rows of 8 columns fill half of the sixteen vector registers and leave room for the factors. */
const tileRows = 4;

const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
