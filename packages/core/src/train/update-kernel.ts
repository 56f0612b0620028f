import type { Parameters } from '../field/field.js';
import type { LiveState } from './state.js';
import { updateCode, type UpdateExports } from './update-code.js';

/** The loops of `adamUpdate` and `emaUpdate` over one array, by WebAssembly SIMD: the same bits as theirs. */
export interface UpdateKernel {
  adam(weights: Float32Array, gradient: Float32Array, m: Float32Array, v: Float32Array, numbers: AdamNumbers): void;
  /** average ← average + share·(weights − average). */
  ema(average: Float32Array, weights: Float32Array, share: number): void;
}

/** Of one update of one array: `rate` and `floor` with the moments' bias taken out, `keep` what weight decay leaves. */
export interface AdamNumbers {
  readonly beta1: number;
  readonly beta2: number;
  readonly rate: number;
  readonly floor: number;
  readonly keep: number;
}

const kernels = new WeakMap<ArrayBufferLike, UpdateKernel>();

/** The kernel of the memory that an array lies in, if it is one of {@link inOneMemory}. */
export const kernelOf = ({ buffer }: Float32Array): UpdateKernel | undefined => kernels.get(buffer);

/**
 * The same state with its arrays in one memory of WebAssembly, where a kernel updates them; as it is, where there is no
 * WebAssembly SIMD or no such memory.
 */
export function inOneMemory(state: LiveState): LiveState {
  const { parameters, ema, optimizer } = state;
  const arrays = Object.values(parameters).map(({ data }) => data);
  const longest = arrays.reduce((most, { length }) => Math.max(most, padded(length)), 0);
  const total = arrays.reduce((sum, { length }) => sum + padded(length), 0) * (ema ? 4 : 3) + longest;
  try {
    const memory = new WebAssembly.Memory({ initial: Math.max(1, Math.ceil((4 * total) / PAGE)) });
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(updateCode()), { env: { memory } });
    kernels.set(memory.buffer, kernelOn(memory.buffer, exports as unknown as UpdateExports, longest));
    let at = 4 * longest;
    const moved = (data: Float32Array): Float32Array => {
      const view = new Float32Array(memory.buffer, at, data.length);
      at += 4 * padded(data.length);
      view.set(data);
      return view;
    };
    const each = <A, B>(record: { readonly [name: string]: A }, f: (value: A) => B): { readonly [name: string]: B } =>
      Object.fromEntries(Object.entries(record).map(([name, value]) => [name, f(value)]));
    const weights = (given: Parameters): Parameters => each(given, ({ shape, data }) => ({ shape, data: moved(data) }));
    return {
      ...state,
      parameters: weights(parameters),
      ...(ema && { ema: weights(ema) }),
      optimizer: { ...optimizer, m: each(optimizer.m, moved), v: each(optimizer.v, moved) },
    };
  } catch {
    return state;
  }
}

const PAGE = 65_536;

const padded = (length: number): number => 4 * Math.ceil(length / 4);

/** Gradients are copied to the front of the memory. */
function kernelOn(buffer: ArrayBuffer, { adam, ema }: UpdateExports, longest: number): UpdateKernel {
  const front = new Float32Array(buffer, 0, longest);
  return {
    adam(weights, gradient, m, v, { beta1, beta2, rate, floor, keep }) {
      front.set(gradient);
      adam(weights.byteOffset, 0, m.byteOffset, v.byteOffset, gradient.length, beta1, beta2, rate, floor, keep);
    },
    ema: (average, weights, share) => ema(average.byteOffset, weights.byteOffset, average.length, share),
  };
}
