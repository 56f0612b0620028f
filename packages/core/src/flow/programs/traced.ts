import type { NdArray } from '@advect/base/array';
import type { TensorFunction, TraceInput, TraceInputs } from '@advect/compiler';
import type { ParameterTensors, Parameters } from '../../field/field.js';

/** A function of named tensors, written in tfjs ops, with the shapes that it is traced with. */
export interface TracedFunction {
  readonly f: TensorFunction;
  readonly inputs: TraceInputs;
}

/** Rows of a trace. Any number may be given later; this one, a prime, is hardly the length of anything else. */
export const TRACED_ROWS = 101;

/** An argument with rows along axis 0, each of the given shape. */
export const rowsOf = (...shape: readonly number[]): TraceInput => ({ shape: [TRACED_ROWS, ...shape], rowAxis: 0 });

const MARK = 'weight:';

/** Weights as inputs, under names that no argument has. */
export const weightInputs = (parameters: Parameters): TraceInputs =>
  Object.fromEntries(Object.entries(parameters).map(([name, { shape }]) => [MARK + name, { shape, kind: 'parameter' }]));

/** The numbers of the weights under those names. */
export const weightArrays = (parameters: Parameters): { readonly [name: string]: Float32Array } =>
  Object.fromEntries(Object.entries(parameters).map(([name, { data }]) => [MARK + name, data]));

/** What is named after a weight, under the weight's own name: tensors of a traced function, or arrays of its results. */
export const byWeight = <T>(values: { readonly [name: string]: T }): { readonly [name: string]: T } =>
  Object.fromEntries(
    Object.keys(values)
      .filter((name) => name.startsWith(MARK))
      .map((name) => [name.slice(MARK.length), values[name]]),
  );

/** Values by weight, under the names of inputs. */
export const marked = (gradients: ParameterTensors): ParameterTensors =>
  Object.fromEntries(Object.entries(gradients).map(([name, gradient]) => [MARK + name, gradient]));

/** The rows of a condition as an argument, if there is one. */
export const conditionInput = (conditionDim: number | undefined): TraceInputs =>
  conditionDim === undefined ? {} : { condition: rowsOf(conditionDim) };

/** Numbers by name, those that are there. */
export const argumentsOf = (arrays: { readonly [name: string]: NdArray | Float32Array | undefined }): { [name: string]: Float32Array } =>
  Object.fromEntries(
    Object.entries(arrays).flatMap(([name, array]) =>
      array === undefined ? [] : [[name, array instanceof Float32Array ? array : array.data] as const],
    ),
  );
