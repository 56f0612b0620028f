import type { Tensor } from '@tensorflow/tfjs';
import { tf } from '@advect/compiler/tensorflow';
import { bools, type Case, type Cases, extremes, ints, kernel, pairs } from './case.js';

const whole = ints([2, 3], -5, 4, 0, 7, -3, 2);
const divisors = ints([1, 3], 2, -3, 5);

/** On extreme numbers and on a matrix. */
const unary = (f: (x: Tensor) => Tensor): Case[] => [extremes, [3, 4]].map((x) => ({ inputs: { x }, f: ({ x: given }) => f(given) }));

/** On pairs of extreme numbers, and broadcast: a matrix with a row, columns with a row of lower rank, a scalar. */
const binary = (f: (a: Tensor, b: Tensor) => Tensor): Case[] =>
  [pairs, { a: [3, 4], b: [4] }, { a: [2, 3, 1], b: [1, 4] }, { a: [], b: [2, 2] }].map((inputs) => ({ inputs, f: ({ a, b }) => f(a, b) }));

const onInts = (f: (a: Tensor, b: Tensor) => Tensor): Case => ({ inputs: { a: whole, b: divisors }, f: ({ a, b }) => f(a, b) });

const logic = { a: bools([2, 2], 0, 0, 1, 1), b: bools([2, 2], 0, 1, 0, 1) };

export const elementwise: Cases = {
  Abs: unary(tf.abs),
  Acos: unary(tf.acos),
  Acosh: unary(tf.acosh),
  Add: [...binary(tf.add), onInts(tf.add)],
  AddN: [{ inputs: { a: [2, 3], b: [2, 3], c: [2, 3] }, f: ({ a, b, c }) => tf.addN([a, b, c]) }],
  Asin: unary(tf.asin),
  Asinh: unary(tf.asinh),
  Atan: unary(tf.atan),
  Atan2: binary(tf.atan2),
  Atanh: unary(tf.atanh),
  Cast: [
    { inputs: { x: { shape: [6], values: [-1.5, -0.5, 0, 0.5, 1.9, 7] } }, f: ({ x }) => [tf.cast(x, 'int32'), tf.cast(x, 'bool')] },
    { inputs: { x: whole }, f: ({ x }) => [tf.cast(x, 'float32'), tf.cast(x, 'bool')] },
  ],
  Ceil: unary(tf.ceil),
  ClipByValue: [...unary((x) => tf.clipByValue(x, -1, 2)), { inputs: { x: whole }, f: ({ x }) => tf.clipByValue(x, -2, 3) }],
  Cos: unary(tf.cos),
  Cosh: unary(tf.cosh),
  Elu: unary(tf.elu),
  EluGrad: [{ inputs: { dy: [3, 4], y: [3, 4] }, f: ({ dy, y }) => kernel('EluGrad', { dy, y }) }],
  Equal: [...binary(tf.equal), onInts(tf.equal)],
  Erf: unary(tf.erf),
  Exp: [...unary(tf.exp), { inputs: { x: whole }, f: ({ x }) => tf.exp(x) }],
  Expm1: unary(tf.expm1),
  Floor: unary(tf.floor),
  FloorDiv: [onInts(tf.div), onInts(tf.floorDiv)],
  Greater: binary(tf.greater),
  GreaterEqual: binary(tf.greaterEqual),
  Identity: [{ inputs: { x: [2, 3] }, f: ({ x }) => tf.clone(x) }],
  IsFinite: unary(tf.isFinite),
  IsInf: unary(tf.isInf),
  IsNan: unary(tf.isNaN),
  LeakyRelu: unary((x) => tf.leakyRelu(x, 0.3)),
  Less: binary(tf.less),
  LessEqual: binary(tf.lessEqual),
  Log: unary(tf.log),
  Log1p: unary(tf.log1p),
  LogicalAnd: [{ inputs: logic, f: ({ a, b }) => tf.logicalAnd(a, b) }],
  LogicalNot: [{ inputs: logic, f: ({ a }) => tf.logicalNot(a) }],
  LogicalOr: [{ inputs: logic, f: ({ a, b }) => [tf.logicalOr(a, b), tf.logicalXor(a, b)] }],
  Maximum: binary(tf.maximum),
  Minimum: [...binary(tf.minimum), onInts(tf.minimum)],
  Mod: [{ inputs: { a: [5, 4], b: { shape: [4], values: [1, -1, 0.3, -2] } }, f: ({ a, b }) => tf.mod(a, b) }, onInts(tf.mod)],
  Multiply: [...binary(tf.mul), onInts(tf.mul)],
  Neg: unary(tf.neg),
  NotEqual: binary(tf.notEqual),
  Pow: [...binary(tf.pow), { inputs: { a: ints([3], -2, 3, 5) }, f: ({ a }) => tf.pow(a, tf.scalar(2, 'int32')) }],
  Prelu: [
    { inputs: { x: [2, 3, 4], alpha: [4] }, f: ({ x, alpha }) => tf.prelu(x, alpha) },
    { inputs: { x: extremes, alpha: [1] }, f: ({ x, alpha }) => tf.prelu(x, alpha) },
  ],
  RealDiv: binary(tf.div),
  Reciprocal: unary(tf.reciprocal),
  Relu: unary(tf.relu),
  Relu6: unary(tf.relu6),
  Round: unary(tf.round),
  Rsqrt: unary(tf.rsqrt),
  Select: [
    { inputs: { c: bools([2, 3], 1, 0, 0, 1, 1, 0), a: [2, 3], b: [3] }, f: ({ c, a, b }) => tf.where(c, a, b) },
    { inputs: { x: extremes }, f: ({ x }) => tf.where(tf.greater(x, 0), x, tf.zerosLike(x)) },
  ],
  Selu: unary(tf.selu),
  Sigmoid: unary(tf.sigmoid),
  Sign: unary(tf.sign),
  Sin: unary(tf.sin),
  Sinh: unary(tf.sinh),
  Softplus: unary(tf.softplus),
  Sqrt: unary(tf.sqrt),
  Square: [...unary(tf.square), { inputs: { x: whole }, f: ({ x }) => tf.square(x) }],
  SquaredDifference: [...binary(tf.squaredDifference), onInts(tf.squaredDifference)],
  Step: [...unary(tf.step), ...unary((x) => tf.step(x, 0.25))],
  Sub: binary(tf.sub),
  Tan: unary(tf.tan),
  Tanh: unary(tf.tanh),
};
