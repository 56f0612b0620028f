import { sizeOf } from '@advect/base/array';
import { tf } from '../tf.js';
import { type Kernel, type KernelCall, pointer, replaceKernel, wasmKernel, type WasmBackend } from './kernel.js';
import type { WasmKernels } from './module.js';

/**
 * The stock matrix product is fast for one product of upright matrices. With a transposed factor, which every gradient
 * has, or with a batch of products, as in attention, it falls to a scalar loop, 10 to 20 times slower. Here a transposed
 * factor is rearranged first (or the smaller factor and the product, where that moves less), and batches go to our own
 * kernel, which reads the first factor in either order.
 */
export function cureMatMul(kernels: WasmKernels | undefined): void {
  replaceKernel('BatchMatMul', (stock) => (call) => {
    const { a, b } = call.inputs;
    const { transposeA, transposeB } = call.attrs;
    if (sizeOf(a.shape) * sizeOf(b.shape) === 0) return nothing(call);
    if (kernels && isBatch(a, b)) return batched(kernels, call);
    return transposeA && !transposeB && flipIsCheaper(a, b) ? flipped(stock, call) : upright(stock, call);
  });
  replaceKernel('_FusedMatMul', (stock) => (call) => upright(stock, call));
}

/** Whether this is more than one float32 product, of as many matrices on either side or of one on one side. */
function isBatch(a: tf.TensorInfo, b: tf.TensorInfo): boolean {
  const [left, right] = [a, b].map(({ shape }) => shape.slice(0, -2));
  const sizes = [sizeOf(left), sizeOf(right)];
  const matches = left.join() === right.join() || sizes.includes(1);
  return matches && Math.max(...sizes) > 1 && a.dtype === 'float32' && b.dtype === 'float32';
}

/** The product where a factor is empty: no numbers, or sums of nothing. The stock kernel leaves those as they were in memory. */
function nothing({ inputs, attrs, backend }: KernelCall): tf.TensorInfo {
  const [a, b] = [inputs['a'].shape, inputs['b'].shape];
  const rows = a[a.length - (attrs['transposeA'] ? 1 : 2)];
  const columns = b[b.length - (attrs['transposeB'] ? 2 : 1)];
  const result = backend.makeOutput([...outerShape(a, b), rows, columns], inputs['a'].dtype);
  backend.typedArrayFromHeap(result).fill(0);
  return result;
}

const outerShape = (a: number[], b: number[]): number[] => tf.broadcast_util.assertAndGetBroadcastShape(a.slice(0, -2), b.slice(0, -2));

function batched(kernels: WasmKernels, { inputs, attrs, backend }: KernelCall): tf.TensorInfo {
  const { a } = inputs;
  const b = attrs['transposeB'] ? swapLastAxes(inputs['b'], backend) : inputs['b'];
  const [k, n] = b.shape.slice(-2);
  const m = a.shape[a.shape.length - (attrs['transposeA'] ? 1 : 2)];
  const [ofA, ofB] = [a, b].map(({ shape }) => sizeOf(shape.slice(0, -2)));
  const result = backend.makeOutput([...outerShape(a.shape, b.shape), m, n], 'float32');
  const [fromA, fromB, to] = [a, b, result].map((info) => pointer(backend, info));
  for (let i = 0; i < Math.max(ofA, ofB); i++) {
    const ai = fromA + (ofA === 1 ? 0 : 4 * i * m * k);
    const bi = fromB + (ofB === 1 ? 0 : 4 * i * k * n);
    const ci = to + 4 * i * m * n;
    if (attrs['transposeA']) kernels.gemmTransposed(ai, bi, ci, m, n, k, 4, 4 * m, 4 * n, 4 * n, 0);
    else kernels.gemm(ai, bi, ci, m, n, k, 4 * k, 4, 4 * n, 4 * n, 0);
  }
  if (b !== inputs['b']) backend.disposeData(b.dataId);
  return result;
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
