import type { DType } from '../../graph/index.js';
import { type Lowerings, unsupported } from '../kernel.js';

/** Tensors made of nothing. */
export const creation: Lowerings = {
  Fill: (ops, _operands, { shape, value, dtype }) => {
    const type: DType | 'string' = dtype ?? (typeof value === 'string' ? 'string' : 'float32');
    if (type === 'string') throw unsupported('Strings cannot be traced');
    return ops.fill(Number(value), shape, type);
  },
  LinSpace: (ops, _operands, { start, stop, num }) => {
    const step = num > 1 ? (stop - start) / (num - 1) : 0;
    return ops.constant(
      Float32Array.from({ length: num }, (_, i) => start + i * step),
      [num],
    );
  },
  OnesLike: (ops, { x }) => ops.fill(1, ops.shape(x), ops.dtype(x)),
  Range: (ops, _operands, { start, stop, step, dtype = 'float32' }) => {
    const length = Math.max(0, Math.ceil((stop - start) / step));
    const values = Float32Array.from({ length }, (_, i) => start + i * step);
    return ops.constant(values, [length], dtype);
  },
  ZerosLike: (ops, { x }) => ops.fill(0, ops.shape(x), ops.dtype(x)),
};
