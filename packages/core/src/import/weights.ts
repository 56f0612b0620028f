import { type NdArray, ndarray, type NumericArray, sizeOf } from '@advect/base/array';
import { AdvectError } from '@advect/base/errors';
import { readSafetensors } from '../io/safetensors.js';

/** A linear map and a bias [outputs] in float64, for arithmetic before they become weights. */
export interface Affine {
  readonly inputs: number;
  readonly outputs: number;
  /** Of the weight, as it is here: [inputs, outputs], [window, window, inputs, outputs] or, transposed, [4, 4, outputs, inputs]. */
  readonly shape: readonly number[];
  readonly weight: Float64Array;
  readonly bias: Float64Array;
}

/** The tensors of a file of someone else's weights, each of which is taken once. */
export interface Weights {
  /** Names that have not been taken. */
  names(): string[];
  has(name: string): boolean;
  /** The shape of one that has not been taken, or none. */
  shapeOf(name: string): readonly number[] | undefined;
  /** Throws `invalid-file` where it is missing, or does not have so many numbers. */
  take(name: string, count?: number): NdArray<NumericArray>;
  /** `<name>.weight` [outputs, inputs] and `<name>.bias` of a linear layer; without a bias, zeros. */
  linear(name: string): Affine;
  /** `<name>.weight` and `<name>.bias` of a square convolution: [outputs, inputs, …], or transposed [inputs, outputs, …]. */
  convolution(name: string, transposed?: boolean): Affine;
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
  const biasOf = (name: string, outputs: number): Float64Array => {
    const bias = tensors.has(`${name}.bias`) ? take(`${name}.bias`).data : new Float64Array(outputs);
    if (bias.length !== outputs) return refuse(`${name}.bias has ${bias.length} numbers for ${outputs} outputs`);
    return Float64Array.from(bias);
  };
  return {
    names: () => [...tensors.keys()],
    has: (name) => tensors.has(name),
    shapeOf: (name) => tensors.get(name)?.shape,
    take,
    linear(name) {
      const { shape, data } = take(`${name}.weight`);
      if (shape.length !== 2) return refuse(`${name}.weight has the shape [${shape.join(', ')}], not that of a linear layer`);
      const [outputs, inputs] = shape;
      const weight = Float64Array.from(data, (_, at) => data[(at % outputs) * inputs + Math.floor(at / outputs)]);
      return { inputs, outputs, shape: [inputs, outputs], weight, bias: biasOf(name, outputs) };
    },
    convolution(name, transposed = false) {
      const { shape, data } = take(`${name}.weight`);
      if (shape.length !== 4 || shape[2] !== shape[3])
        return refuse(`${name}.weight has the shape [${shape.join(', ')}], not that of a square convolution`);
      const [outputs, inputs] = transposed ? [shape[1], shape[0]] : shape;
      return { ...convolutionOf(data, shape), inputs, outputs, bias: biasOf(name, outputs) };
    },
    finish() {
      if (tensors.size > 0) refuse(`nothing here has a use for ${[...tensors.keys()].slice(0, 6).join(', ')}`);
    },
  };
}

/** [a, b, height, width] → [height, width, b, a]: so a convolution becomes ours, and so does a transposed one. */
export function convolutionOf(data: ArrayLike<number>, [a, b, height, width]: readonly number[]): Pick<Affine, 'shape' | 'weight'> {
  const weight = Float64Array.from({ length: sizeOf([a, b, height, width]) }, (_, at) => {
    const [place, rest] = [Math.floor(at / (a * b)), at % (a * b)];
    return data[((rest % a) * b + Math.floor(rest / a)) * height * width + place];
  });
  return { shape: [height, width, b, a], weight };
}

/** What inputs `from` to `to` − 1 do, as a weight for these alone. `transposed`: the inputs are the last axis. */
export function inputsOf(map: Affine, from: number, to: number, transposed = false): Float64Array {
  const inputOf = (at: number): number => (transposed ? at : Math.floor(at / map.outputs)) % map.inputs;
  return map.weight.filter((_, at) => inputOf(at) >= from && inputOf(at) < to);
}

/** Float32 with a shape. */
export const float32 = (values: ArrayLike<number>, ...shape: number[]): NdArray => ndarray(Float32Array.from(values), shape);
