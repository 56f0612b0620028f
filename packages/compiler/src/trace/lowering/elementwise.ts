import type { BinaryName, UnaryName } from '../../graph/index.js';
import { type Lowering, type Lowerings, listOf } from '../kernel.js';
import type { Ops } from '../ops.js';

/** A function of real numbers: whole numbers become float32 first, as in TensorFlow.js. */
const real =
  (f: (ops: Ops, x: number) => number): Lowering =>
  (ops, { x }) =>
    f(ops, ops.cast(x, 'float32'));

const realUnary = (f: UnaryName): Lowering => real((ops, x) => ops.unary(f, x));
const unary =
  (f: UnaryName): Lowering =>
  (ops, { x }) =>
    ops.unary(f, x);
const binary =
  (f: BinaryName): Lowering =>
  (ops, { a, b }) =>
    ops.binary(f, a, b);

const sum = (ops: Ops, a: number, b: number): number => ops.binary('add', a, b);
const difference = (ops: Ops, a: number, b: number): number => ops.binary('sub', a, b);
const times = (ops: Ops, a: number, b: number): number => ops.binary('mul', a, b);
const square = (ops: Ops, x: number): number => times(ops, x, x);

/** √((1 − x)(1 + x)), without cancellation near ±1. */
const cathetus = (ops: Ops, x: number): number => ops.unary('sqrt', times(ops, difference(ops, ops.num(1), x), sum(ops, ops.num(1), x)));

/** e^(x − log 2), half of eˣ also where eˣ overflows. */
const halfExp = (ops: Ops, x: number): number => ops.unary('exp', difference(ops, x, ops.num(Math.LN2)));

function sinh(ops: Ops, x: number): number {
  const negative = ops.unary('neg', x);
  const small = times(ops, ops.num(0.5), difference(ops, ops.unary('expm1', x), ops.unary('expm1', negative)));
  const large = difference(ops, halfExp(ops, x), halfExp(ops, negative));
  return ops.select(ops.binary('less', ops.unary('abs', x), ops.num(1)), small, large);
}

/** sign(x)·log1p(|x| + x²/(1 + √(1 + x²))), and log|x| + log 2 where x² would overflow. */
function asinh(ops: Ops, x: number): number {
  const size = ops.unary('abs', x);
  const one = ops.num(1);
  const bent = ops.binary('div', square(ops, x), sum(ops, one, ops.unary('sqrt', sum(ops, one, square(ops, x)))));
  const large = sum(ops, ops.unary('log', size), ops.num(Math.LN2));
  const value = ops.select(ops.binary('greater', size, ops.num(1e9)), large, ops.unary('log1p', sum(ops, size, bent)));
  return ops.select(ops.binary('less', x, ops.num(0)), ops.unary('neg', value), value);
}

/** log1p(x − 1 + √(x − 1)·√(x + 1)). */
function acosh(ops: Ops, x: number): number {
  const above = difference(ops, x, ops.num(1));
  const root = times(ops, ops.unary('sqrt', above), ops.unary('sqrt', sum(ops, x, ops.num(1))));
  return ops.unary('log1p', sum(ops, above, root));
}

/** Functions of single entries: arithmetic, comparisons, logic. */
export const elementwise: Lowerings = {
  Abs: unary('abs'),
  Acos: real((ops, x) => ops.binary('atan2', cathetus(ops, x), x)),
  Acosh: real(acosh),
  Add: binary('add'),
  AddN: (ops, operands) => listOf(operands).reduce((a, b) => ops.binary('add', a, b)),
  Asin: real((ops, x) => ops.binary('atan2', x, cathetus(ops, x))),
  Asinh: real(asinh),
  Atan: real((ops, x) => ops.binary('atan2', x, ops.num(1))),
  Atan2: binary('atan2'),
  Atanh: real((ops, x) => times(ops, ops.num(0.5), difference(ops, ops.unary('log1p', x), ops.unary('log1p', ops.unary('neg', x))))),
  Cast: (ops, { x }, { dtype }) => ops.cast(x, dtype),
  Ceil: unary('ceil'),
  ClipByValue: (ops, { x }, { clipValueMin, clipValueMax }) => {
    const dtype = ops.dtype(x);
    return ops.binary('minimum', ops.binary('maximum', x, ops.num(clipValueMin, dtype)), ops.num(clipValueMax, dtype));
  },
  Cos: realUnary('cos'),
  Cosh: real((ops, x) => {
    const size = ops.unary('abs', x);
    return sum(ops, halfExp(ops, size), halfExp(ops, ops.unary('neg', size)));
  }),
  Equal: binary('equal'),
  Erf: realUnary('erf'),
  Exp: realUnary('exp'),
  Expm1: realUnary('expm1'),
  Floor: unary('floor'),
  FloorDiv: (ops, { a, b }) => ops.unary('floor', ops.binary('div', a, b)),
  Greater: binary('greater'),
  GreaterEqual: binary('greaterEqual'),
  Identity: (_ops, { x }) => x,
  IsFinite: unary('isFinite'),
  IsInf: (ops, { x }) => ops.binary('and', ops.unary('not', ops.unary('isFinite', x)), ops.unary('not', ops.unary('isNaN', x))),
  IsNan: unary('isNaN'),
  Less: binary('less'),
  LessEqual: binary('lessEqual'),
  Log: realUnary('log'),
  Log1p: realUnary('log1p'),
  LogicalAnd: binary('and'),
  LogicalNot: unary('not'),
  LogicalOr: binary('or'),
  Maximum: binary('maximum'),
  Minimum: binary('minimum'),
  Mod: binary('mod'),
  Multiply: binary('mul'),
  Neg: unary('neg'),
  NotEqual: binary('notEqual'),
  Pow: binary('pow'),
  RealDiv: (ops, { a, b }) => ops.binary('div', ops.cast(a, 'float32'), ops.cast(b, 'float32')),
  Reciprocal: realUnary('reciprocal'),
  Round: unary('round'),
  Rsqrt: realUnary('rsqrt'),
  Select: (ops, { condition, t, e }) => ops.select(condition, t, e),
  Sign: unary('sign'),
  Sin: realUnary('sin'),
  Sinh: real(sinh),
  Sqrt: realUnary('sqrt'),
  Square: (ops, { x }) => square(ops, x),
  SquaredDifference: (ops, { a, b }) => square(ops, difference(ops, a, b)),
  Sub: binary('sub'),
  Tan: real((ops, x) => ops.binary('div', ops.unary('sin', x), ops.unary('cos', x))),
};
