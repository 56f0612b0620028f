/** How a value's entries are meant. Executors keep all three as float32; int32 is exact up to 2²⁴. */
export type DType = 'float32' | 'int32' | 'bool';

/** Functions of one entry. */
export type UnaryName =
  | 'neg'
  | 'abs'
  | 'sign'
  | 'exp'
  | 'expm1'
  | 'log'
  | 'log1p'
  | 'sqrt'
  | 'rsqrt'
  | 'reciprocal'
  | 'sin'
  | 'cos'
  | 'tanh'
  | 'sigmoid'
  /** log(1 + eˣ) without overflow. */
  | 'softplus'
  | 'erf'
  | 'floor'
  | 'ceil'
  /** To the nearest whole number, halves to the even one. */
  | 'round'
  /** Towards zero: what a cast to int32 does. */
  | 'trunc'
  | 'isNaN'
  | 'isFinite'
  /** 1 where the entry is 0, else 0. */
  | 'not';

/** Functions of two entries. Comparisons and logic give 1 or 0; maximum and minimum propagate NaN. */
export type BinaryName =
  | 'add'
  | 'sub'
  | 'mul'
  | 'div'
  | 'pow'
  | 'maximum'
  | 'minimum'
  /** Remainder with the divisor's sign (Python's %). */
  | 'mod'
  | 'atan2'
  | 'equal'
  | 'notEqual'
  | 'less'
  | 'lessEqual'
  | 'greater'
  | 'greaterEqual'
  | 'and'
  | 'or';

export type ReduceName = 'sum' | 'product' | 'max' | 'min';

/** Geometry of a convolution: NHWC input, HWIO filter; entries are [height, width]. */
export interface ConvGeometry {
  readonly strides: readonly [number, number];
  readonly dilations: readonly [number, number];
  /** Zeros before and after: [top, bottom, left, right]. */
  readonly pads: readonly [number, number, number, number];
}

/**
 * What a node computes. Elementwise operands have the rank of the result, with 1 where they are repeated, or rank 0.
 * "Rows-last" operations (`overRows`, `rowsLast`, `rowMatmul`) appear only after `rows/` has put the batch axis last.
 */
export type Operation =
  | { readonly op: 'input'; readonly name: string }
  /** Given numbers, row-major. */
  | { readonly op: 'constant'; readonly data: Float32Array }
  /** One number everywhere. */
  | { readonly op: 'fill'; readonly value: number }
  | { readonly op: 'unary'; readonly f: UnaryName }
  | { readonly op: 'binary'; readonly f: BinaryName }
  /** where(condition, a, b) for inputs [condition, a, b]; NaN in the one not chosen does not leak. */
  | { readonly op: 'select' }
  /** Between dtypes: to int32 drops the fraction, to bool is 1 where the entry is not 0. */
  | { readonly op: 'cast' }
  /** Over `axes` (rising), which vanish from the shape. With `overRows` the last axis, the rows, is among them. */
  | { readonly op: 'reduce'; readonly f: ReduceName; readonly axes: readonly number[]; readonly overRows?: true }
  /**
   * a [...batch, M, K] · b [...batch, K, N], either transposed in its last two axes; batch axes equal or 1. With
   * `sumBatch` the products are summed over all batch axes, which vanish. With `overRows` the contracted axis is the rows.
   */
  | {
      readonly op: 'matmul';
      readonly transposeA: boolean;
      readonly transposeB: boolean;
      readonly sumBatch?: true;
      readonly overRows?: true;
    }
  /** a [...batch, M, K, rows] · b [...batch, K, N, rows], a product for each row; flags transpose the axes before the rows. */
  | { readonly op: 'rowMatmul'; readonly transposeA: boolean; readonly transposeB: boolean }
  /** x [batch, H, W, C] and filter [h, w, C, O] → [batch, H′, W′, O]. With `rowsLast`: x [H, W, C, rows] → [H′, W′, O, rows]. */
  | { readonly op: 'conv2d'; readonly geometry: ConvGeometry; readonly rowsLast?: true }
  /** The gradient of `conv2d` with respect to x, from dy and the filter; also the transposed convolution. */
  | { readonly op: 'conv2dInput'; readonly geometry: ConvGeometry; readonly rowsLast?: true }
  /** The gradient of `conv2d` with respect to the filter, from x and dy. With `rowsLast` it sums over the rows. */
  | { readonly op: 'conv2dFilter'; readonly geometry: ConvGeometry; readonly rowsLast?: true }
  | { readonly op: 'reshape' }
  /** Axis i of the result is axis perm[i] of the input. */
  | { readonly op: 'transpose'; readonly perm: readonly number[] }
  /** From `begin` in steps of `strides` (negative ones run backward), as many as the shape says. */
  | { readonly op: 'slice'; readonly begin: readonly number[]; readonly strides: readonly number[] }
  | { readonly op: 'pad'; readonly before: readonly number[]; readonly after: readonly number[]; readonly value: number }
  | { readonly op: 'concat'; readonly axis: number }
  /** Repeats axes of length 1. */
  | { readonly op: 'broadcast' }
  /** Slices of inputs[0] along `axis` at the whole numbers in inputs[1], whose shape takes that axis's place. */
  | { readonly op: 'gather'; readonly axis: number }
  /** Adds the slices of inputs[0] along its axis 0 (rank-1 indices in inputs[1]) into zeros of the node's shape. */
  | { readonly op: 'scatterAdd' };

export type OperationName = Operation['op'];

/** One value of a program. */
export type Node = Operation & {
  /** Its place in `Graph.nodes`. */
  readonly id: number;
  /** Ids of its operands, all smaller than its own. */
  readonly inputs: readonly number[];
  readonly shape: readonly number[];
  readonly dtype: DType;
};

/** A node of one operation. */
export type NodeOf<O extends OperationName> = Extract<Node, { readonly op: O }>;

/** An argument of a graph. */
export interface GraphInput {
  readonly name: string;
  readonly id: number;
  /** 'parameter': bound once and kept (weights); 'argument': given at every run. */
  readonly kind: 'parameter' | 'argument';
  /** The axis that counts independent samples, if it has one. */
  readonly rowAxis?: number;
}

export interface GraphOutput {
  readonly name: string;
  readonly id: number;
}

/** A program without control flow: nodes in an order in which operands come before their users. Plain data, never changed. */
export interface Graph {
  readonly nodes: readonly Node[];
  readonly inputs: readonly GraphInput[];
  readonly outputs: readonly GraphOutput[];
}
