import { tf } from '../tf.js';

/** The parts of TensorFlow.js's WebAssembly backend that our kernels use. */
export interface WasmBackend {
  readonly wasm: { readonly asm?: { readonly memory?: WebAssembly.Memory } };
  readonly dataIdMap: { get(dataId: object): { readonly memoryOffset: number } };
  /** The tensor's numbers, a view that lasts until the memory grows. */
  typedArrayFromHeap(info: tf.TensorInfo): Float32Array;
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

/** Where a tensor's numbers begin, in bytes from the start of the backend's memory. */
export const pointer = (backend: WasmBackend, { dataId }: tf.TensorInfo): number => backend.dataIdMap.get(dataId).memoryOffset;
