import { tf } from './tf.js';

/** The parts of TensorFlow.js's WebAssembly backend that our kernels use. */
export interface WasmBackend {
  incRef(dataId: object): void;
  disposeData(dataId: object): boolean;
  makeOutput(shape: number[], dtype: tf.DataType): tf.TensorInfo;
}

/** One run of a kernel. */
export interface KernelCall {
  readonly inputs: { readonly [name: string]: tf.TensorInfo };
  readonly attrs: { readonly [name: string]: unknown };
  readonly backend: WasmBackend;
}

export type Kernel = (call: KernelCall) => tf.TensorInfo;

/** The function registered under a kernel's name at this moment. */
export const wasmKernel = (kernelName: string): Kernel => tf.getKernel(kernelName, 'wasm').kernelFunc as unknown as Kernel;

/** Registers another function under a kernel's name; its set-up and disposal stay. `stock` is the one replaced. */
export function replaceKernel(kernelName: string, build: (stock: Kernel) => Kernel): void {
  const registered = tf.getKernel(kernelName, 'wasm');
  const kernelFunc = build(registered.kernelFunc as unknown as Kernel) as unknown as tf.KernelFunc;
  tf.unregisterKernel(kernelName, 'wasm');
  tf.registerKernel({ ...registered, kernelFunc });
}
