import { sizeOf } from '@advect/base/array';
import type { ReduceName } from '../../graph/index.js';
import type { Lowering, Lowerings } from '../kernel.js';
import type { Ops } from '../ops.js';
import { tf } from '../tf.js';

const axesOf = (ops: Ops, x: number, axis: number | number[] | null | undefined): number[] =>
  tf.util.parseAxisParam(axis as number, [...ops.shape(x)]);

const reduction =
  (f: ReduceName): Lowering =>
  (ops, { x }, { axis, reductionIndices, keepDims }) =>
    ops.reduce(f, x, axesOf(ops, x, axis ?? reductionIndices), keepDims);

const logic =
  (f: ReduceName): Lowering =>
  (...given) => {
    const [ops] = given;
    return ops.cast(reduction(f)(...given) as number, 'bool');
  };

/** The first place where an axis has its extreme value. */
const argument =
  (f: 'max' | 'min'): Lowering =>
  (ops, { x }, { axis }) => {
    const [along] = axesOf(ops, x, axis);
    const length = ops.shape(x)[along];
    const places = ops.constant(
      Float32Array.from({ length }, (_, i) => i),
      ops.shape(x).map((_, i) => (i === along ? length : 1)),
      'int32',
    );
    const found = ops.binary('equal', x, ops.reduce(f, x, [along], true));
    return ops.reduce('min', ops.select(found, places, ops.num(0 + length, 'int32')), [along]);
  };

/**
 * Running totals by doubling: after step k each entry holds the total of the 2ᵏ entries up to it. log₂ n steps, and no
 * product with zeros that a NaN could spoil.
 */
function running(f: 'add' | 'mul', neutral: number): Lowering {
  return (ops, { x }, { axis, exclusive, reverse }) => {
    const shape = ops.shape(x);
    const [along] = axesOf(ops, x, axis);
    const at = (value: number): number[] => shape.map((_, i) => (i === along ? value : 0));
    const shift = (y: number, by: number): number => {
      const kept = ops.slice(
        y,
        at(reverse ? by : 0),
        shape.map((length, i) => (i === along ? length - by : length)),
      );
      return reverse ? ops.pad(kept, at(0), at(by), neutral) : ops.pad(kept, at(by), at(0), neutral);
    };
    let total = exclusive && shape[along] > 0 ? shift(x, 1) : x;
    for (let by = 1; by < shape[along]; by *= 2) total = ops.binary(f, total, shift(total, by));
    return total;
  };
}

const softmax = (ops: Ops, logits: number, dim: number): { shifted: number; exps: number; sum: number } => {
  const [axis] = axesOf(ops, logits, dim);
  const shifted = ops.binary('sub', logits, ops.reduce('max', logits, [axis], true));
  const exps = ops.unary('exp', shifted);
  return { shifted, exps, sum: ops.reduce('sum', exps, [axis], true) };
};

/** Reductions, running totals, and what is made of them. */
export const reductions: Lowerings = {
  All: logic('min'),
  Any: logic('max'),
  ArgMax: argument('max'),
  ArgMin: argument('min'),
  Cumprod: running('mul', 1),
  Cumsum: running('add', 0),
  FusedBatchNorm: (ops, { x, scale, offset, mean, variance }, { varianceEpsilon }) => {
    const deviation = ops.binary('sub', x, mean);
    const normal = ops.binary('mul', deviation, ops.unary('rsqrt', ops.binary('add', variance, ops.num(varianceEpsilon ?? 0.001))));
    const scaled = scale === undefined ? normal : ops.binary('mul', normal, scale);
    return offset === undefined ? scaled : ops.binary('add', scaled, offset);
  },
  LogSoftmax: (ops, { logits }, { axis }) => {
    const { shifted, sum } = softmax(ops, logits, axis);
    return ops.binary('sub', shifted, ops.unary('log', sum));
  },
  Max: reduction('max'),
  Mean: (ops, { x }, { axis, keepDims }) => {
    const axes = axesOf(ops, x, axis);
    const count = sizeOf(axes.map((i) => ops.shape(x)[i]));
    return ops.binary('div', ops.reduce('sum', ops.cast(x, 'float32'), axes, keepDims), ops.num(count));
  },
  Min: reduction('min'),
  Prod: reduction('product'),
  Softmax: (ops, { logits }, { dim }) => {
    const { exps, sum } = softmax(ops, logits, dim);
    return ops.binary('div', exps, sum);
  },
  Sum: reduction('sum'),
};
