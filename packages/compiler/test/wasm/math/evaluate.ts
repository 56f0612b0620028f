import { acceptsRelaxedSimd, type FunctionBuilder, moduleBuilder, type V128 } from '#src/wasm/assembler/index.js';

/** Whether to fuse products and sums: false, and true where the engine can. */
export const variants: readonly boolean[] = acceptsRelaxedSimd() ? [false, true] : [false];

/** Applies code for vectors of four to arrays of any equal lengths. */
export function evaluate(code: (f: FunctionBuilder, ...xs: V128[]) => V128, relaxed: boolean, ...inputs: Float32Array[]): Float32Array {
  const length = 4 * Math.ceil(inputs[0].length / 4);
  const module = moduleBuilder({ memory: { module: 'env', name: 'memory', initial: 0 }, relaxed });
  module.define({ name: 'run', parameters: { end: 'i32' } }, (f, { end }) => {
    const at = f.local('i32');
    at.set(f.i32.const(0));
    f.while(
      () => f.i32.ltU(at.get(), end.get()),
      () => {
        at.get();
        const operands = inputs.map((_, i) => f.v128.load(at.get(), 4 * length * i));
        f.v128.store(undefined as never, code(f, ...operands), 4 * length * inputs.length);
        f.advance(at, 16);
      },
    );
  });
  const memory = new WebAssembly.Memory({ initial: Math.ceil((4 * length * (inputs.length + 1)) / 65536) });
  inputs.forEach((input, i) => new Float32Array(memory.buffer, 4 * length * i, length).set(input));
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(module.bytes()), { env: { memory } });
  (exports['run'] as (end: number) => void)(4 * length);
  return new Float32Array(memory.buffer, 4 * length * inputs.length, inputs[0].length).slice();
}

/** Floats of every exponent, of both signs: 24 for each, the ends among them; ±0 and the denormals too. */
export function everyExponent(): Float32Array {
  const bits: number[] = [];
  for (let exponent = 0; exponent < 255; exponent++) {
    for (let k = 0; k < 24; k++) {
      const mantissa = k === 23 ? 0x7fffff : Math.floor((k * 0x7fffff) / 23.37) * (k > 0 ? 1 : 0);
      bits.push((exponent << 23) | mantissa, ((exponent << 23) | mantissa) + 0x80000000);
    }
  }
  return new Float32Array(Uint32Array.from(bits).buffer);
}

/** Evenly spaced floats, ends included. */
export const evenly = (from: number, to: number, count: number): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => from + ((to - from) * i) / (count - 1));
