import type { NdArray } from '@advect/base/array';
import type { ExecutorReport } from '@advect/compiler';
import type { Parameters } from '../field/field.js';
import type { Flow } from '../flow/flow.js';
import type { ProgramOptions } from '../flow/programs/index.js';
import type { Key } from '../random/index.js';

/** Samples to learn from, in model space (the flow's transforms have been applied). */
export interface Batch {
  /** [batch, ...event] */
  readonly x: NdArray;
  /** The noise that belongs to each sample, of x's shape, where the data are pairs. */
  readonly x0?: NdArray;
  /** [batch, conditionDim]; a row of zeros where the condition is unknown. */
  readonly condition?: NdArray;
}

/** What an objective says about a batch. */
export interface Evaluation {
  /** Mean over the batch. */
  readonly loss: number;
  /** ∂loss/∂parameter, by name, as long as the parameters. The caller's from now on. */
  readonly gradients: { readonly [name: string]: Float32Array };
  /** Further numbers worth showing. */
  readonly metrics?: Readonly<Record<string, number>>;
  /** Who computed it. */
  readonly executor?: ExecutorReport;
}

/**
 * A training objective: a loss of a flow on a batch, and its gradient, both for weights that need not be the flow's own.
 * All its randomness comes from the key. It must not keep or change the weights, and leaves no tensors behind.
 */
export interface Objective {
  readonly name: string;
  /** Loss and gradient, computed by whom `computing` asks for. */
  evaluate(flow: Flow, parameters: Parameters, batch: Batch, key: Key, computing?: ProgramOptions): Promise<Evaluation>;
  /** The loss alone, for validation; without it `evaluate` is used and its gradients are dropped. */
  measure?(flow: Flow, parameters: Parameters, batch: Batch, key: Key, computing?: ProgramOptions): Promise<number>;
}
