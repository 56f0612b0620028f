import { moduleBuilder } from '@advect/compiler/assembler';
import { unary } from '@advect/compiler/math';
import { defineGemm } from './gemm.js';
import { defineMap } from './map.js';

/** Our kernels, on the memory of TensorFlow.js's WebAssembly backend. Pointers and strides count bytes. */
export interface WasmKernels {
  readonly gemm: Gemm;
  /** As `gemm` where A's columns are contiguous (`aRow` is 4). */
  readonly gemmTransposed: Gemm;
  /** To a relative error of 4e-7. */
  readonly tanh: Map;
  readonly relu: Map;
}

type Map = (x: number, y: number, count: number) => void;

type Gemm = (
  a: number,
  b: number,
  c: number,
  m: number,
  n: number,
  k: number,
  aRow: number,
  aColumn: number,
  bRow: number,
  cRow: number,
  accumulate: number,
) => void;

/** Builds the kernels, 2 kB of code; nothing where SIMD or the backend's memory is out of reach. */
export function buildKernels(memory: WebAssembly.Memory | undefined): WasmKernels | undefined {
  if (!memory) return undefined;
  const builder = moduleBuilder({ memory: { module: 'env', name: 'memory', initial: 0 } });
  defineGemm(builder, 'gemm', false);
  defineGemm(builder, 'gemmTransposed', true);
  defineMap(builder, 'tanh', (f, x) => unary(f, 'tanh', x));
  defineMap(builder, 'relu', (f, x) => f.f32x4.max(x, f.f32x4.const(0)));
  const bytes = builder.bytes();
  if (!WebAssembly.validate(bytes)) return undefined;
  const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } });
  return instance.exports as unknown as WasmKernels;
}
