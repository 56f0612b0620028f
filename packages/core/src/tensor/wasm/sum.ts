import { sizeOf } from '@advect/base/array';
import { tf } from '../tf.js';
import { pointer, replaceKernel } from './kernel.js';
import type { WasmKernels } from './module.js';

/**
 * The stock sum over leading or middle axes rearranges the whole tensor first. Here a run of neighbouring axes is summed
 * in place, as the product of a row of ones with the matrix of what follows them. The gradient of every bias is such a sum.
 */
export function cureSum(kernels: WasmKernels): void {
  replaceKernel('Sum', (stock) => (call) => {
    const { x } = call.inputs;
    const rank = x.shape.length;
    const axes = tf.util.parseAxisParam(call.attrs['axis'] as number | number[], x.shape).toSorted((a, b) => a - b);
    const [first, last] = [axes[0], axes[axes.length - 1]];
    const contiguous = axes.length > 0 && last - first === axes.length - 1;
    if (x.dtype !== 'float32' || !contiguous || last === rank - 1) return stock(call);
    const { backend } = call;
    const outer = sizeOf(x.shape.slice(0, first));
    const summed = sizeOf(x.shape.slice(first, last + 1));
    const inner = sizeOf(x.shape.slice(last + 1));
    const kept = call.attrs['keepDims'] ? axes.map(() => 1) : [];
    const one = backend.makeOutput([1], 'float32');
    backend.typedArrayFromHeap(one)[0] = 1;
    const result = backend.makeOutput([...x.shape.slice(0, first), ...kept, ...x.shape.slice(last + 1)], 'float32');
    const [ones, from, to] = [one, x, result].map((info) => pointer(backend, info));
    for (let i = 0; i < outer; i++) {
      kernels.gemm(ones, from + 4 * i * summed * inner, to + 4 * i * inner, 1, inner, summed, 0, 0, 4 * inner, 4 * inner, 0);
    }
    backend.disposeData(one.dataId);
    return result;
  });
}
