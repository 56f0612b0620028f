import type { BinaryName, ConvGeometry, DType, Graph, GraphInput, ReduceName, UnaryName } from '../graph/index.js';

/** A stretch of float32 memory. `shared` memory is one for all threads; each thread has an `arena` of its own. */
export interface Buffer {
  readonly id: number;
  readonly region: 'shared' | 'arena';
  /** Bytes from the region's start, a multiple of 16. */
  readonly offset: number;
  /** Floats. */
  readonly length: number;
}

/** A strided window on a buffer; offset and strides in floats, stride 0 where an axis is repeated. */
export interface View {
  readonly buffer: number;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
}

/** One step of an expression; `args` number earlier values. */
export type Step =
  { readonly f: UnaryName | BinaryName | 'select'; readonly args: readonly number[] } | { readonly f: 'number'; readonly value: number };

/**
 * A formula of single entries. Values are numbered: first the operands (views of the kernel's iteration shape), then the
 * steps in order. The epilogue of a product has one more value before all others: value 0 is the product's own entry.
 */
export interface Expression {
  readonly operands: readonly View[];
  readonly steps: readonly Step[];
}

/** Where a value of an expression is stored; the view has the kernel's iteration shape. */
export interface Target {
  readonly value: number;
  readonly view: View;
}

/**
 * What is done with each entry of a product before it is stored. Without one it is stored as it is. With one, the kernel's
 * `c` is the first target's view, which may hold unfinished sums until then; no operand overlaps it.
 */
export interface Epilogue {
  readonly expression: Expression;
  readonly targets: readonly Target[];
}

/** One loop nest of generated code. The last axis of a rows-last shape is the tile of rows. */
export type Kernel = { readonly node: number } & (
  | /**
     * Elementwise over `shape`. A target may be the very entries of an operand (so may an epilogue's targets but the first):
     * all operands are read at a place before anything is stored there. Also every copy,
     * transposition, padding (as fill and copy) and concatenation.
     */ {
      readonly kind: 'map';
      readonly shape: readonly number[];
      readonly expression: Expression;
      readonly targets: readonly Target[];
    }
  | /** An expression's last value reduced over `axes` of `shape`; the target has the remaining axes. */ {
      readonly kind: 'reduce';
      readonly f: ReduceName;
      readonly shape: readonly number[];
      readonly axes: readonly number[];
      readonly expression: Expression;
      readonly target: View;
      /** The last axis is among the reduced: only live rows count, and the result is added to the target. */
      readonly overRows: boolean;
      /** Each result takes its entries one by one, row-major, as it does where rows lie side by side. */
      readonly inOrder: boolean;
    }
  | /**
     * c [...batch, M, N] = a [...batch, M, K] · b [...batch, K, N]; transpositions are in the strides, and an operand may
     * have stride 0 along batch axes. Either b's last stride is 1 (or N is 1), or K has stride 1 in a and b (or is 1);
     * with `overRows` the latter. No stride is negative; c is row-major.
     */ {
      readonly kind: 'matmul';
      readonly a: View;
      readonly b: View;
      readonly c: View;
      /** Sum over the batch axes, which c lacks. */
      readonly sumBatch: boolean;
      /** K is the rows: only live rows count, and the result is added to c. No epilogue then. */
      readonly overRows: boolean;
      readonly epilogue?: Epilogue;
    }
  | /** c [...batch, M, N, rows] from a [...batch, M, K, rows] and b [...batch, K, N, rows]; their last strides are 1. */ {
      readonly kind: 'rowMatmul';
      readonly a: View;
      readonly b: View;
      readonly c: View;
    }
  | /** Operands as in the graph's operation of that name, row-major; `rowsLast` or NHWC; conv2dFilter adds to c if `overRows`. */ {
      readonly kind: 'conv2d' | 'conv2dInput' | 'conv2dFilter';
      readonly geometry: ConvGeometry;
      readonly rowsLast: boolean;
      readonly overRows: boolean;
      readonly a: View;
      readonly b: View;
      readonly c: View;
      readonly epilogue?: Epilogue;
    }
  | /** All three row-major. Rows beyond the live ones hold any numbers, so an index may be outside of the table. */ {
      readonly kind: 'gather';
      readonly axis: number;
      readonly x: View;
      readonly indices: View;
      readonly target: View;
    }
  | /** Sets the target to 0, then adds. */ {
      readonly kind: 'scatterAdd';
      readonly updates: View;
      readonly indices: View;
      readonly target: View;
    }
  | /** The caller's rows, row-major [outer, batch, inner], into the view [outer, inner, rows], and back. Its last stride is 1, none is negative. */ {
      readonly kind: 'loadRows' | 'storeRows';
      /** Number of the row argument (`Plan.rowArguments`) or row result (`Plan.rowResults`). */
      readonly slot: number;
      readonly outer: number;
      readonly inner: number;
      readonly view: View;
    }
);

export type PhaseName = 'once' | 'tile' | 'after';

/**
 * A graph laid out for generated code. A run is: write the arguments; phase `once` on one thread; zero the accumulators of
 * every thread, then phase `tile` for each tile of rows on any thread; add up the threads' accumulators; phase `after` on
 * one thread; read the results. A graph without rows has phase `once` alone.
 */
export interface Plan {
  /** The graph whose nodes the kernels name: rows-last if `tile` is set. */
  readonly graph: Graph;
  /** Rows in a tile, 1 or a multiple of 8; undefined for a graph without rows. */
  readonly tile?: number;
  /** Why there are no tiles. */
  readonly reason?: string;
  readonly buffers: readonly Buffer[];
  readonly sharedBytes: number;
  readonly arenaBytes: number;
  readonly constants: readonly { readonly buffer: number; readonly data: Float32Array }[];
  /** Arguments and parameters without rows. */
  readonly inputs: readonly {
    readonly name: string;
    readonly kind: GraphInput['kind'];
    readonly buffer: number;
    readonly shape: readonly number[];
  }[];
  /** Results without rows. */
  readonly outputs: readonly { readonly name: string; readonly buffer: number; readonly shape: readonly number[] }[];
  /** Arguments with rows: `shape` is the caller's, with the row axis's length as it was traced. */
  readonly rowArguments: readonly RowSlot[];
  readonly rowResults: readonly RowSlot[];
  /** Sums over rows: gathered in each thread's `arena` buffer, added up into the `shared` one. */
  readonly accumulators: readonly { readonly arena: number; readonly shared: number }[];
  readonly phases: { readonly [P in PhaseName]: readonly Kernel[] };
}

export interface RowSlot {
  readonly name: string;
  readonly shape: readonly number[];
  readonly rowAxis: number;
  readonly dtype: DType;
}
