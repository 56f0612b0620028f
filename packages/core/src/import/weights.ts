import { type NdArray, ndarray, type NumericArray } from '@advect/base/array';
import { AdvectError } from '@advect/base/errors';
import { readSafetensors } from '../io/safetensors.js';

/** A matrix [inputs, outputs] and a bias [outputs] in float64, for arithmetic before they become weights. */
export interface Affine {
  readonly inputs: number;
  readonly outputs: number;
  /** Row-major [inputs, outputs]. */
  readonly weight: Float64Array;
  readonly bias: Float64Array;
}

/** The tensors of a file of someone else's weights, each of which is taken once. */
export interface Weights {
  /** Names that have not been taken. */
  names(): string[];
  has(name: string): boolean;
  /** Throws `invalid-file` where it is missing, or does not have so many numbers. */
  take(name: string, count?: number): NdArray<NumericArray>;
  /** `<name>.weight` [outputs, inputs] and `<name>.bias` of a linear layer; without a bias, zeros. */
  linear(name: string): Affine;
  /** Throws `invalid-file` where something has been left over. */
  finish(): void;
}

/** Reads a safetensors file as strictly as models are read; NaN and infinities are refused. */
export function openWeights(bytes: Uint8Array, what: string): Weights {
  const { tensors } = readSafetensors(bytes, { finite: true });
  const refuse = (problem: string): never => {
    throw new AdvectError(
      'invalid-file',
      `not ${what}: ${problem}`,
      "Save the original's state_dict() with safetensors, as float32, with the names that it has there.",
    );
  };
  const take = (name: string, count?: number): NdArray<NumericArray> => {
    const found = tensors.get(name);
    if (!found)
      return refuse(`there is no ${JSON.stringify(name)} in it (${[...tensors.keys()].slice(0, 6).join(', ') || 'nothing left'})`);
    if (count !== undefined && found.data.length !== count) return refuse(`${name} has ${found.data.length} numbers, not ${count}`);
    tensors.delete(name);
    return found;
  };
  return {
    names: () => [...tensors.keys()],
    has: (name) => tensors.has(name),
    take,
    linear(name) {
      const { shape, data } = take(`${name}.weight`);
      if (shape.length !== 2) return refuse(`${name}.weight has the shape [${shape.join(', ')}], not that of a linear layer`);
      const [outputs, inputs] = shape;
      const bias = tensors.has(`${name}.bias`) ? take(`${name}.bias`).data : new Float64Array(outputs);
      if (bias.length !== outputs) return refuse(`${name}.bias has ${bias.length} numbers for ${outputs} outputs`);
      const weight = Float64Array.from(data, (_, at) => data[(at % outputs) * inputs + Math.floor(at / outputs)]);
      return { inputs, outputs, weight, bias: Float64Array.from(bias) };
    },
    finish() {
      if (tensors.size > 0) refuse(`nothing here has a use for ${[...tensors.keys()].slice(0, 6).join(', ')}`);
    },
  };
}

/** Rows `from` to `to` − 1 of the matrix: what some of the inputs do. */
export const inputsOf = ({ outputs, weight }: Affine, from: number, to: number): Float64Array => weight.slice(from * outputs, to * outputs);

/** Float32 with a shape. */
export const float32 = (values: ArrayLike<number>, ...shape: number[]): NdArray => ndarray(Float32Array.from(values), shape);
