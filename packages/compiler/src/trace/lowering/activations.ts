import { type Lowerings, type Operands, type Attributes, unsupported } from '../kernel.js';
import type { Ops } from '../ops.js';

const SELU_SCALE = 1.0507009873554805;
const SELU_SCALE_ALPHA = 1.7580993408473768;

const ifPositive = (ops: Ops, x: number, a: number, b: number): number =>
  ops.select(ops.binary('greater', x, ops.num(0, ops.dtype(x))), a, b);

const relu = (ops: Ops, x: number): number => ops.binary('maximum', x, ops.num(0, ops.dtype(x)));
const relu6 = (ops: Ops, x: number): number => ops.binary('minimum', relu(ops, x), ops.num(6, ops.dtype(x)));
const leaky = (ops: Ops, x: number, slope: number): number => ifPositive(ops, x, x, ops.binary('mul', x, slope));
const elu = (ops: Ops, x: number): number => ifPositive(ops, x, x, ops.unary('expm1', x));

/** Activation functions and their own gradient kernels. */
export const activations: Lowerings = {
  Elu: (ops, { x }) => elu(ops, x),
  EluGrad: (ops, { dy, y }) =>
    ops.select(ops.binary('greaterEqual', y, ops.num(0)), dy, ops.binary('mul', dy, ops.binary('add', y, ops.num(1)))),
  LeakyRelu: (ops, { x }, { alpha }) => leaky(ops, ops.cast(x, 'float32'), ops.num(alpha)),
  Prelu: (ops, { x, alpha }) => leaky(ops, x, alpha),
  Relu: (ops, { x }) => relu(ops, x),
  Relu6: (ops, { x }) => relu6(ops, x),
  Selu: (ops, { x }) =>
    ifPositive(ops, x, ops.binary('mul', x, ops.num(SELU_SCALE)), ops.binary('mul', ops.unary('expm1', x), ops.num(SELU_SCALE_ALPHA))),
  Sigmoid: (ops, { x }) => ops.unary('sigmoid', ops.cast(x, 'float32')),
  Softplus: (ops, { x }) => ops.unary('softplus', ops.cast(x, 'float32')),
  Step: (ops, { x }, { alpha = 0 }) => {
    const stepped = ifPositive(ops, x, ops.num(1, ops.dtype(x)), ops.num(alpha, ops.dtype(x)));
    return ops.select(ops.unary('isNaN', x), x, stepped);
  },
  Tanh: (ops, { x }) => ops.unary('tanh', ops.cast(x, 'float32')),
};

/** What a fused kernel does after its product: adds the bias, then applies the activation that it names. */
export function finishFused(ops: Ops, product: number, operands: Operands, { activation, leakyreluAlpha }: Attributes): number {
  const { bias, preluActivationWeights } = operands as Partial<Operands>;
  const x = bias === undefined ? product : ops.binary('add', product, bias);
  switch (activation ?? 'linear') {
    case 'linear':
      return x;
    case 'relu':
      return relu(ops, x);
    case 'relu6':
      return relu6(ops, x);
    case 'elu':
      return elu(ops, x);
    case 'prelu':
      return leaky(ops, x, preluActivationWeights!);
    case 'leakyrelu':
      return leaky(ops, x, ops.num(leakyreluAlpha));
    case 'sigmoid':
      return ops.unary('sigmoid', x);
    default:
      throw unsupported(`The activation '${activation}' of a fused kernel cannot be traced`);
  }
}
