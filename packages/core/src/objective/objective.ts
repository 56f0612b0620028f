import type { NdArray } from '../array.js';
import type { ParameterTensors } from '../field/field.js';
import type { Flow } from '../flow/flow.js';
import type { Key } from '../random/index.js';
import type { Tensor } from '../tensor/index.js';

/** Training rows in model space. */
export interface Batch {
  /** [batch, ...event] */
  readonly x: NdArray;
  /** [batch, conditionDim] */
  readonly condition?: NdArray;
}

/** What training descends: a loss over one batch and its gradient with respect to the weights. */
export interface Objective {
  readonly name: string;
  /**
   * All randomness comes from `key`. The gradient tensors are the caller's to dispose of; nothing else is left behind, also
   * when it throws.
   */
  evaluate(
    flow: Flow,
    parameters: ParameterTensors,
    batch: Batch,
    key: Key,
  ): Promise<{ loss: number; gradients: { readonly [name: string]: Tensor }; metrics?: { readonly [name: string]: number } }>;
}
