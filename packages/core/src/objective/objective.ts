import type { NdArray } from '@advect/base/array';
import type { ParameterTensors } from '../field/field.js';
import type { Flow } from '../flow/flow.js';
import type { Key } from '../random/index.js';
import type { Tensor } from '../tensor/index.js';

/** Samples to learn from, in model space (the flow's transforms have been applied). */
export interface Batch {
  /** [batch, ...event] */
  readonly x: NdArray;
  /** [batch, conditionDim]; a row of zeros where the condition is unknown. */
  readonly condition?: NdArray;
}

/** What an objective says about a batch. */
export interface Evaluation {
  /** Mean over the batch. */
  readonly loss: number;
  /** ∂loss/∂parameter, by name, of the parameters' shapes. The caller owns and disposes them. */
  readonly gradients: { readonly [name: string]: Tensor };
  /** Further numbers worth showing. */
  readonly metrics?: Readonly<Record<string, number>>;
}

/** A training objective: a loss of a flow on a batch, and its gradient. All its randomness comes from the key. */
export interface Objective {
  readonly name: string;
  /** Loss and gradient. Leaves no tensors behind but the gradients; none at all when it throws. */
  evaluate(flow: Flow, parameters: ParameterTensors, batch: Batch, key: Key): Promise<Evaluation>;
  /** The loss alone, for validation; without it `evaluate` is used and its gradients are dropped. */
  measure?(flow: Flow, parameters: ParameterTensors, batch: Batch, key: Key): Promise<number>;
}
