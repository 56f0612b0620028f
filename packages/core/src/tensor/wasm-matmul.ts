import type { tf } from './tf.js';
import { type Kernel, type KernelCall, replaceKernel, wasmKernel, type WasmBackend } from './wasm-kernel.js';

/**
 * The stock matrix product multiplies vectors of four only when neither factor is transposed; with a transposed one it
 * falls to a scalar loop, 10 to 20 times slower, and every gradient of a matrix product has one. Here the transposed
 * factor is rearranged first, or the smaller factor and the product, where that moves less.
 */
export function cureMatMul(): void {
  replaceKernel('BatchMatMul', (stock) => (call) => {
    const { a, b } = call.inputs;
    const { transposeA, transposeB } = call.attrs;
    return transposeA && !transposeB && flipIsCheaper(a, b) ? flipped(stock, call) : upright(stock, call);
  });
  replaceKernel('_FusedMatMul', (stock) => (call) => upright(stock, call));
}

/** aᵀb as (bᵀa)ᵀ. */
function flipped(stock: Kernel, call: KernelCall): tf.TensorInfo {
  const { a, b } = call.inputs;
  const product = upright(stock, { ...call, inputs: { a: b, b: a } });
  const result = swapLastAxes(product, call.backend);
  call.backend.disposeData(product.dataId);
  return result;
}

/** Whether rearranging b and the product moves fewer numbers than rearranging a. */
function flipIsCheaper(a: tf.TensorInfo, b: tf.TensorInfo): boolean {
  if (a.shape.length !== 2 || b.shape.length !== 2) return false;
  const [[rows, m], [, n]] = [a.shape, b.shape];
  return n * (rows + m) < m * rows;
}

function upright(stock: Kernel, call: KernelCall): tf.TensorInfo {
  const { transposeA, transposeB } = call.attrs;
  if (!transposeA && !transposeB) return stock(call);
  const { a, b } = call.inputs;
  const [left, right] = [transposeA ? swapLastAxes(a, call.backend) : a, transposeB ? swapLastAxes(b, call.backend) : b];
  const result = stock({
    ...call,
    inputs: { ...call.inputs, a: left, b: right },
    attrs: { ...call.attrs, transposeA: false, transposeB: false },
  });
  for (const copy of [left, right]) if (copy !== a && copy !== b) call.backend.disposeData(copy.dataId);
  return result;
}

function swapLastAxes(x: tf.TensorInfo, backend: WasmBackend): tf.TensorInfo {
  const rank = x.shape.length;
  const perm = [...Array(rank - 2).keys(), rank - 1, rank - 2];
  return wasmKernel('Transpose')({ inputs: { x }, attrs: { perm }, backend });
}
