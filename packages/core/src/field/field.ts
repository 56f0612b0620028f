import type { NdArray } from '@advect/base/array';
import type { Key } from '../random/index.js';
import type { Tensor, Tensor1D, Tensor2D } from '../tensor/index.js';

/** A model's weights on the host, by name ("hidden0/weight"). Plain data: copy it, save it, send it. */
export type Parameters = { readonly [name: string]: NdArray };

/** The same weights as tensors, for the length of one call. */
export type ParameterTensors = { readonly [name: string]: Tensor };

/** What a field is asked about: where, when, and under which condition. */
export interface FieldInput {
  /** Positions, [batch, ...event]. */
  readonly x: Tensor;
  /** Times in [0, 1]: [1] when the batch shares one, else [batch]. */
  readonly t: Tensor1D;
  /** Condition, [batch, conditionDim]: for class labels one-hot rows, all zero where the label is unknown. */
  readonly condition?: Tensor2D;
}

/**
 * A velocity field u(x, t | condition): an architecture as plain data, and one function in tfjs ops that is twice
 * differentiable. Rows are independent: a field must not mix samples of a batch.
 */
export interface VelocityField {
  /** Name and settings that rebuild this field (`fieldFromConfig`), as JSON. */
  readonly config: FieldConfig;
  /** Shape of one sample. */
  readonly event: readonly number[];
  /** Width of the condition, 0 for none. */
  readonly conditionDim: number;
  /** Fresh weights from a key; the same key gives the same bytes. */
  init(key: Key): Parameters;
  /** u, of x's shape. Runs inside a tidy; returns one new tensor. */
  velocity(parameters: ParameterTensors, input: FieldInput): Tensor;
  /**
   * u and J·v, [probes, batch, ...event], for `tangents` v of that shape, or [probes, 1, ...event] where all rows share
   * them: forward differentiation written in plain ops, so that a first-order tape through it gives gradients of the
   * divergence. Optional: without it the divergence is taken by reverse mode twice, which works for every field and
   * costs more.
   */
  velocityAndJvp?(parameters: ParameterTensors, input: FieldInput, tangents: Tensor): { u: Tensor; jvp: Tensor };
  /**
   * u and its divergence tr ∂u/∂x, [batch], by a formula of the architecture that needs no directional derivatives, in
   * plain ops. Optional.
   */
  velocityAndDivergence?(parameters: ParameterTensors, input: FieldInput): { u: Tensor; divergence: Tensor1D };
  /**
   * Why the flow of this field has no log-density to speak of, as a sentence; absent where it has one. Verbs and objectives
   * that need a density then throw `unsupported` with it.
   */
  readonly withoutDensity?: string;
  /**
   * The fields of which this one is made in time, from t = 0 on, where it jumps from one to the next. Solves take them one
   * after the other, each with the weights that are its own. Optional.
   */
  readonly pieces?: readonly FieldPiece[];
}

/** A field that is another one's for some time. */
export interface FieldPiece {
  /** A field of the same event and condition, at the same times, that uses weights of its own under the same names. */
  readonly field: VelocityField;
  readonly from: number;
  readonly to: number;
  /** Whether a weight is this piece's. */
  owns(name: string): boolean;
}

/** A field's kind and its settings, as JSON. */
export interface FieldConfig {
  readonly kind: string;
  readonly [setting: string]: unknown;
}
