import { sizeOf } from '@advect/base/array';
import { tf } from '../tf.js';
import { borrowFromCpu, cpuKernel } from './borrowed.js';
import { type Kernel, pointer, replaceKernel, type WasmBackend } from './kernel.js';
import { cureMatMul } from './matmul.js';
import { buildKernels, type WasmKernels } from './module.js';
import { cureSum } from './sum.js';

let cured = false;

/**
 * Replaces the kernels of TensorFlow.js's WebAssembly backend that are wrong or far slower than their neighbours, and adds
 * those that it lacks, for the whole thread. Needs the backend to be initialised; later calls do nothing. `bench/wasm-kernels.mjs`
 * times each beside the stock one.
 */
export function cureWasm(): void {
  if (cured) return;
  cured = true;
  borrowFromCpu();
  shareIdentity();
  cureOneHot();
  const kernels = buildKernels((tf.backend() as unknown as WasmBackend).wasm.asm?.memory);
  cureMatMul(kernels);
  if (!kernels) return;
  cureSum(kernels);
  // The stock kernel takes 18 ns for a number, the one here 2.5.
  cureMap('Tanh', kernels.tanh);
  // The stock kernel makes 0 of a NaN whose sign bit is set, such as ∞ − ∞ is on x86.
  cureMap('Relu', kernels.relu);
}

/**
 * The stock kernels copy the numbers, also where a cast changes no type; every tensor that a tape saves is such a copy.
 * Sharing them costs nothing.
 */
function shareIdentity(): void {
  const share: Kernel = ({ inputs, backend }) => {
    const { dataId, shape, dtype } = inputs['x'];
    backend.incRef(dataId);
    return { dataId, shape: [...shape], dtype };
  };
  replaceKernel('Identity', () => share);
  replaceKernel('Cast', (stock) => (call) => (call.inputs['x'].dtype === call.attrs['dtype'] ? share(call) : stock(call)));
}

/** The stock kernel writes whole numbers whatever type is asked for, so that a float 1 comes out as 1.4e-45. */
function cureOneHot(): void {
  const borrowed = cpuKernel('OneHot');
  replaceKernel('OneHot', (stock) => (call) => (call.attrs['dtype'] === 'int32' ? stock(call) : borrowed(call)));
}

/** Replaces a function of each entry of a float32 tensor. */
function cureMap(kernelName: string, map: WasmKernels['tanh']): void {
  replaceKernel(kernelName, (stock) => (call) => {
    const { x } = call.inputs;
    if (x.dtype !== 'float32') return stock(call);
    const y = call.backend.makeOutput(x.shape, 'float32');
    map(pointer(call.backend, x), pointer(call.backend, y), sizeOf(x.shape));
    return y;
  });
}
