import { tf } from '../tf.js';
import type { Kernel } from './kernel.js';

/**
 * Complex numbers are kept as pairs of tensors inside a backend, and `Draw` needs a canvas: these cannot be carried over
 * by value.
 */
const notByValue = new Set(['Complex', 'ComplexAbs', 'Draw', 'FFT', 'IFFT', 'Imag', 'Real']);

/** Names of the kernels that `borrowFromCpu` adds: all that `cpu` has and `wasm` lacks, but for the complex ones. */
export function missingKernels(): string[] {
  const has = new Set(tf.getKernelsForBackend('wasm').map((kernel) => kernel.kernelName));
  const all = tf.getKernelsForBackend('cpu').map((kernel) => kernel.kernelName);
  return all.filter((name) => !has.has(name) && !notByValue.has(name));
}

/** Gives `wasm` the kernels that it lacks by running those of `cpu` on copies of the inputs: right, and slow. */
export function borrowFromCpu(): void {
  for (const kernelName of missingKernels()) {
    tf.registerKernel({ kernelName, backendName: 'wasm', kernelFunc: cpuKernel(kernelName) as unknown as tf.KernelFunc });
  }
}

/** A kernel of `cpu` as one that `wasm` can call. */
export const cpuKernel = (kernelName: string): Kernel => onCpu(tf.getKernel(kernelName, 'cpu').kernelFunc) as unknown as Kernel;

interface Storage extends tf.KernelBackend {
  write(values: tf.backend_util.BackendValues, shape: number[], dtype: tf.DataType): tf.DataId;
  readSync(dataId: object): tf.backend_util.BackendValues;
  disposeData(dataId: object): boolean;
}

const onCpu =
  (kernelFunc: tf.KernelFunc): tf.KernelFunc =>
  ({ inputs, attrs, backend }) => {
    const [from, cpu] = [backend as Storage, tf.findBackend('cpu')];
    const move = (info: tf.TensorInfo, source: Storage, target: Storage): tf.TensorInfo => ({
      ...info,
      shape: [...info.shape],
      dataId: target.write(source.readSync(info.dataId), info.shape, info.dtype),
    });
    const copies = Object.entries(inputs).map(([name, info]) => [name, move(info as tf.TensorInfo, from, cpu)] as const);
    const given = Array.isArray(inputs) ? copies.map(([, info]) => info) : Object.fromEntries(copies);
    const result = kernelFunc({ inputs: given as unknown as tf.NamedTensorInfoMap, attrs, backend: cpu });
    const outputs = Array.isArray(result) ? result : [result];
    const moved = outputs.map((info) => move(info, cpu, from));
    for (const { dataId } of [...outputs, ...copies.map(([, info]) => info)]) cpu.disposeData(dataId);
    return Array.isArray(result) ? moved : moved[0];
  };
