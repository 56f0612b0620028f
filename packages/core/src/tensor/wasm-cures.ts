import { borrowFromCpu } from './wasm-borrowed.js';
import { replaceKernel } from './wasm-kernel.js';
import { cureMatMul } from './wasm-matmul.js';

let cured = false;

/**
 * Replaces the kernels of TensorFlow.js's WebAssembly backend that are far slower than their neighbours, and adds those
 * that it lacks, for the whole thread. Needs the backend to be initialised; later calls do nothing.
 */
export function cureWasm(): void {
  if (cured) return;
  cured = true;
  borrowFromCpu();
  shareIdentity();
  cureMatMul();
}

/** The stock kernel copies the numbers; every saved tensor of a tape is such a copy. Sharing them costs nothing. */
function shareIdentity(): void {
  replaceKernel('Identity', () => ({ inputs, backend }) => {
    const { dataId, shape, dtype } = inputs['x'];
    backend.incRef(dataId);
    return { dataId, shape, dtype };
  });
}
