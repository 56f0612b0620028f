import { AdvectError } from '@advect/base/errors';
import type { Ops } from './ops.js';

/** A kernel's operands: by name, or numbered where it takes a list; undefined where one is left out. */
export interface Operands {
  readonly [name: string]: number;
}

/** A kernel's settings, as TensorFlow.js hands them over. */
export interface Attributes {
  // The attributes of some 130 kernels have no common type.
  readonly [name: string]: any;
}

/** Writes one kernel of TensorFlow.js as operations of the graph. */
export type Lowering = (ops: Ops, operands: Operands, attributes: Attributes) => number | number[];

/** Lowerings by kernel name. */
export type Lowerings = { readonly [kernelName: string]: Lowering };

/** The operands of a kernel that takes a list. */
export const listOf = (operands: Operands): number[] => Object.values(operands);

/** The error for what a lowering cannot express. */
export const unsupported = (message: string): AdvectError =>
  new AdvectError('unsupported', message, "Write it with the supported operations, or force the executor 'eager'.");
