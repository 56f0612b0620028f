import { moduleBuilder } from '@advect/compiler/assembler';
import { defineGemm } from './gemm.js';
import { defineTanh } from './tanh.js';

/** Our kernels, on the memory of TensorFlow.js's WebAssembly backend. Pointers and strides count bytes. */
export interface WasmKernels {
  readonly gemm: Gemm;
  /** As `gemm` where A's columns are contiguous (`aRow` is 4). */
  readonly gemmTransposed: Gemm;
  readonly tanh: (x: number, y: number, count: number) => void;
}

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
  defineTanh(builder, 'tanh');
  const bytes = builder.bytes();
  if (!WebAssembly.validate(bytes)) return undefined;
  const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } });
  return instance.exports as unknown as WasmKernels;
}
