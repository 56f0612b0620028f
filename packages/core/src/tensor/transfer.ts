import { type ArrayLike, type NdArray, type NumericArray, toFloat32 } from '@advect/base/array';
import { AdvectError } from '@advect/base/errors';
import type { ParameterTensors, Parameters } from '../field/field.js';
import type { Scope } from './scope.js';
import { tf, type Tensor } from './tf.js';

/** Whether a value is a tensor of the TensorFlow.js that this library uses. */
export const isTensor = (value: unknown): value is Tensor => value instanceof tf.Tensor;

/** A float32 tensor with the array's numbers, copied. The caller owns it. */
export function upload(array: NdArray<NumericArray>): Tensor {
  const { data } = array;
  const values = data instanceof Float32Array && copiesOnWrite() ? data : Float32Array.from(data);
  return tf.tensor(values, [...array.shape], 'float32');
}

/** All weights as tensors that the scope owns. */
export function uploadParameters(parameters: Parameters, scope: Scope): ParameterTensors {
  return Object.fromEntries(Object.entries(parameters).map(([name, array]) => [name, scope.keep(upload(array))]));
}

/** The tensor's numbers on the host, copied; the tensor stays alive. Never blocks on a GPU. */
export async function download(tensor: Tensor): Promise<NdArray> {
  return toArray(await tensor.data(), tensor.shape);
}

/** As `download`, at once; stalls a GPU pipeline, free on `wasm` and `cpu`. */
export const downloadSync = (tensor: Tensor): NdArray => toArray(tensor.dataSync(), tensor.shape);

/** Anything that a public verb takes, as a float32 array on the host, copied. `name` is for messages. */
export async function toHost(value: ArrayLike | Tensor, name: string): Promise<NdArray> {
  if (!isTensor(value)) return toFloat32(value, name);
  if (value.isDisposed) throw new AdvectError('invalid-value', `${name} is a tensor that is disposed`, 'Keep it until the call settles.');
  return download(value);
}

/** Copies, because what a backend hands out may be its own memory, and the tensor may live on another one than the current. */
const toArray = (values: ArrayLike1D, shape: readonly number[]): NdArray => ({ shape: [...shape], data: Float32Array.from(values) });

type ArrayLike1D = Float32Array | Int32Array | Uint8Array;

const copiesOnWrite = (): boolean => tf.getBackend() === 'wasm';
