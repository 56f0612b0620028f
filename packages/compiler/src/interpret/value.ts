import type { NodeOf, OperationName } from '../graph/index.js';

/** An operand: its entries, row-major, and its shape. */
export interface Value {
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

/** Computes one operation's entries, row-major. */
export type Evaluate<O extends OperationName> = (node: NodeOf<O>, operands: readonly Value[]) => Float64Array;
