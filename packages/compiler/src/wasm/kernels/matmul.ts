import type { FunctionBuilder, Local } from '../assembler/index.js';
import { addressOf, type Place, repeat, type SumAxis } from './block.js';
import { type BlockPosition, type Epilogue, gemm, storeTo } from './gemm.js';
import { packColumns } from './pack.js';

/** A matrix in memory; strides in bytes, not negative. */
export interface Matrix extends Place {
  readonly row: number;
  readonly column: number;
}

/** A batch axis; strides in bytes (0 where a factor is repeated). */
export interface BatchAxis {
  readonly length: number;
  readonly a: number;
  readonly b: number;
  readonly c: number;
}

/** Where a block of results begins; `batch` has an index for each batch axis, but none if the batch is summed. */
export interface MatmulPosition extends BlockPosition {
  readonly batch: readonly Local<'i32'>[];
}

/** C = A·B for A [m, k] and B [k, n] of any strides: transpositions are in the strides. */
export interface Matmul {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly a: Matrix;
  readonly b: Matrix;
  /** C's columns are contiguous. May be left out if there is an epilogue and nothing accumulates. */
  readonly c?: Place & { readonly row: number };
  readonly batch?: readonly BatchAxis[];
  /** The products are summed over the batch; C lacks its axes. */
  readonly sumBatch?: boolean;
  /** Only so many of the k terms count: the live rows of a tile. */
  readonly live?: Local<'i32'>;
  /** Add to C. */
  readonly accumulate?: boolean;
  /** Takes the sums instead of C. */
  readonly epilogue?: Epilogue<MatmulPosition>;
  /** `matmulScratch` bytes, on a boundary of 16. */
  readonly scratch?: Place;
}

type Layout = Pick<Matmul, 'm' | 'n' | 'k' | 'sumBatch'> & {
  readonly a: Pick<Matrix, 'row' | 'column'>;
  readonly b: Pick<Matrix, 'row' | 'column'>;
  readonly batch?: readonly BatchAxis[];
};

/**
 * Bytes beyond which a matrix that is read across its rows is first copied, four rows at a time, if each number is then used
 * for this many columns or more: 860 wide with 64 columns, 43 GFLOP/s for 30, and 50 for 35 with relaxed SIMD. A matrix with
 * contiguous rows needs no copy (45 and 54): where it is used often, transposing it once is better still.
 */
const wide = 1 << 19;
const panelColumns = 32;
/** Bytes of B that are transposed at once: they should stay in the first-level cache, and C's rows in the second. */
const packedBytes = 1 << 14;

const terms = ({ k, batch = [], sumBatch }: Layout): number => (sumBatch ? batch.reduce((all, { length }) => all * length, k) : k);

/** Columns of B that are packed at a time; 0 if B can stay where it is. */
function packedWidth(spec: Layout): number {
  if (spec.b.column === 4 || spec.n === 1) return 0;
  const fitting = 8 * Math.floor(packedBytes / 4 / terms(spec) / 8);
  return Math.min(8 * Math.ceil(spec.n / 8), Math.max(8, fitting));
}

/** Whether A is copied into panels: pays where it is wide, read across, and each number is used often enough. */
const usesPanel = ({ a, k, n, batch = [], sumBatch }: Layout): boolean =>
  a.row === 4 && a.column > 4 && k * a.column >= wide && n >= panelColumns && !(sumBatch && batch.length > 0);

/** Bytes of scratch memory that `matmul` wants for these shapes and strides. */
export function matmulScratch(spec: Layout): number {
  const packed = packedWidth(spec);
  const batches = terms(spec) / spec.k;
  return 4 * packed * batches * (4 * Math.ceil(spec.k / 4)) + (usesPanel(spec) ? 16 * spec.k : 0);
}

/**
 * Writes a matrix product. The vectors run along C's columns: B is read in vectors, A by splats. Where B's columns are not
 * contiguous, some of them at a time are rearranged in the scratch memory.
 */
export function matmul(f: FunctionBuilder, spec: Matmul): void {
  f.scope(() => {
    const { batch = [], sumBatch = false } = spec;
    if (sumBatch) return oneMatmul(f, spec, [], batch);
    const [a, b, c] = [spec.a, spec.b, spec.c ?? spec.a].map((place) => {
      const base = f.local('i32');
      base.set(addressOf(f, place));
      return { ...place, base, offset: 0 };
    });
    const moved: Matmul = { ...spec, a: { ...spec.a, ...a }, b: { ...spec.b, ...b }, ...(spec.c && { c: { ...spec.c, ...c } }) };
    const indices = batch.map(() => f.local('i32'));
    const nest = (depth: number): void => {
      if (depth === batch.length) return oneMatmul(f, moved, indices, []);
      const { length, ...strides } = batch[depth];
      indices[depth].set(f.i32.const(0));
      repeat(f, length, () => {
        nest(depth + 1);
        f.advance(a.base, strides.a);
        f.advance(b.base, strides.b);
        f.advance(c.base, strides.c);
        f.advance(indices[depth], 1);
      });
      f.advance(a.base, -length * strides.a);
      f.advance(b.base, -length * strides.b);
      f.advance(c.base, -length * strides.c);
    };
    nest(0);
  });
}

/** One product, or a sum of products over `summed`. */
function oneMatmul(f: FunctionBuilder, spec: Matmul, batch: readonly Local<'i32'>[], summed: readonly BatchAxis[]): void {
  const { m, n, k, a, b, c, live, accumulate, scratch } = spec;
  const epilogue: Epilogue<MatmulPosition> = spec.epilogue ?? storeTo(f, required(c, 'c'));
  const start = accumulate ? required(c, 'c') : undefined;
  const packed = packedWidth(spec);
  const tail = packed > 0 || usesPanel(spec) ? required(scratch, 'scratch') : a;
  const panelOffset = matmulScratch(spec) - 16 * k;
  const panel = usesPanel(spec) ? { panel: { ...tail, offset: tail.offset + panelOffset } } : {};

  const columns = (width: number, from: Place, bRow: number, bBatch: (axis: number) => number, shift?: Local<'i32'>): void =>
    f.scope(() => {
      const column = f.local('i32');
      const sum: SumAxis[] = [
        ...summed.map(({ length, a: step }, axis) => ({ length, a: step, b: bBatch(axis) })),
        { length: live ?? k, a: a.column, b: bRow },
      ];
      gemm(f, {
        m,
        n: width,
        a,
        b: from,
        sum,
        ...(start && { start: shift ? { ...start, base: shifted(f, start, shift), offset: 0 } : start }),
        epilogue: {
          begin(position) {
            if (shift) column.set(f.i32.add(position.column.get(), shift.get()));
            epilogue.begin?.({ row: position.row, column: shift ? column : position.column, batch });
          },
          entry: (...entry) => epilogue.entry(...entry),
        },
        ...panel,
      });
    });

  if (packed === 0) return columns(n, b, b.row, (axis) => summed[axis].b);
  const roomy = 4 * Math.ceil(k / 4);
  const perBatch = (axis: number): number => 4 * packed * roomy * summed.slice(axis + 1).reduce((all, { length }) => all * length, 1);
  f.scope(() => {
    const [first, from, to] = f.locals('i32', 3);
    const chunk = (width: number): void => {
      from.set(f.i32.add(addressOf(f, b), f.i32.mul(first.get(), f.i32.const(b.column))));
      to.set(addressOf(f, tail));
      const pack = (depth: number): void => {
        if (depth === summed.length) {
          packColumns(f, { k, n: width, row: b.row, column: b.column }, from, { base: to, offset: 0 }, packed);
          return f.advance(to, 4 * packed * roomy);
        }
        repeat(f, summed[depth].length, () => {
          pack(depth + 1);
          f.advance(from, summed[depth].b);
        });
        f.advance(from, -summed[depth].length * summed[depth].b);
      };
      pack(0);
      columns(width, tail, 4 * packed, perBatch, first);
    };
    const whole = n - (n % packed);
    f.range(first, 0, whole, packed, () => chunk(packed));
    if (whole === n) return;
    first.set(f.i32.const(whole));
    chunk(n - whole);
  });
}

function shifted(f: FunctionBuilder, place: Place, columns: Local<'i32'>): Local<'i32'> {
  const base = f.local('i32');
  base.set(f.i32.add(addressOf(f, place), f.i32.shl(columns.get(), f.i32.const(2))));
  return base;
}

function required<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new TypeError(`matmul needs '${name}' here`);
  return value;
}
