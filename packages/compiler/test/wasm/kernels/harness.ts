import { acceptsRelaxedSimd, type FunctionBuilder, type Local, moduleBuilder } from '#src/wasm/assembler/index.js';

export const variants: readonly boolean[] = acceptsRelaxedSimd() ? [false, true] : [false];

/** Uncorrelated numbers in [-1, 1): a hash of their place (the finaliser of MurmurHash3, Appleby 2011). */
export const numbers = (length: number, seed = 1): Float32Array =>
  Float32Array.from({ length }, (_, i) => {
    let bits = Math.imul(i + 1, 0x9e3779b1) ^ Math.imul(seed, 0x85ebca77);
    bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
    bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
    return ((bits ^ (bits >>> 16)) >>> 8) / 2 ** 23 - 1;
  });

/** What surrounds every array; a kernel must leave it alone. */
const guard = 12345.5;
const gap = 16;

/**
 * Runs code on copies of the arrays, whose byte offsets from `base` it is given. Returns the arrays afterwards. Throws if
 * the code wrote beyond them.
 */
export function runOn(
  arrays: readonly Float32Array[],
  relaxed: boolean,
  code: (f: FunctionBuilder, base: Local<'i32'>, offsets: readonly number[], count: Local<'i32'>) => void,
  count = 0,
): Float32Array[] {
  const start = 64;
  let floats = gap;
  const places = arrays.map((array) => {
    const place = floats;
    floats += 4 * Math.ceil(array.length / 4) + gap;
    return place;
  });
  const module = moduleBuilder({ memory: { module: 'env', name: 'memory', initial: 0 }, relaxed });
  module.define({ name: 'run', parameters: { base: 'i32', count: 'i32' } }, (f, parameters) => {
    code(
      f,
      parameters.base,
      places.map((place) => 4 * place),
      parameters.count,
    );
  });
  const memory = new WebAssembly.Memory({ initial: Math.ceil((4 * floats + start) / 65536) });
  const all = new Float32Array(memory.buffer, start, floats).fill(guard);
  arrays.forEach((array, i) => all.set(array, places[i]));
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(module.bytes()), { env: { memory } });
  (exports['run'] as (base: number, count: number) => void)(start, count);
  const results = arrays.map((array, i) => all.slice(places[i], places[i] + array.length));
  arrays.forEach((array, i) => all.fill(guard, places[i], places[i] + array.length));
  const stray = all.findIndex((value) => value !== guard);
  if (stray >= 0) throw new Error(`float ${stray} was written; the arrays begin at ${places.join()}`);
  return results;
}

/**
 * Largest difference from the truth, as a fraction of what to expect at worst: the roundings of a sum of k products of
 * independent numbers in [-1, 1] walk randomly to 0.14·k·2⁻²⁴ on average; 2·k·2⁻²⁴ is fourteen standard deviations. A wrong
 * term shows as thousands.
 */
export function roundingErrors(result: Float32Array, truth: ArrayLike<number>, k: number): number {
  const unit = 2 ** -23 * Math.max(4, k);
  return result.reduce((worst, value, i) => {
    const error = Math.abs(value - truth[i]) / unit;
    return error <= worst ? worst : Number.isNaN(error) ? Infinity : error;
  }, 0);
}
