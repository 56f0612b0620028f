import type { FieldConfig, FieldInput, ParameterTensors, Parameters } from '../field/field.js';
import type { Key } from '../random/index.js';
import type { Tensor } from '../tensor/index.js';

/** A map from (x, t, condition) to an array for each sample: architecture as plain data plus one function in tfjs ops. */
export interface Network {
  /** Name and settings that rebuild this network, as JSON. */
  readonly config: FieldConfig;
  /** Shape of one input sample. */
  readonly inputShape: readonly number[];
  /** Shape of one output sample. */
  readonly outputShape: readonly number[];
  readonly conditionDim: number;
  init(key: Key): Parameters;
  /** [batch, ...outputShape]. Rows are independent. */
  apply(parameters: ParameterTensors, input: FieldInput): Tensor;
}
