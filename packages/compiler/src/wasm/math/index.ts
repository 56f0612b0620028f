import type { BinaryName, UnaryName } from '../../graph/index.js';
import type { FunctionBuilder, V128 } from '../assembler/index.js';
import { isNaN, mod, oneWhere, reciprocal, sign } from './arithmetic.js';
import { exp, expm1, sigmoid, softplus } from './exponential.js';
import { log, log1p } from './logarithm.js';
import { pow } from './power.js';
import { erf, tanh } from './rational.js';
import { atan2, cos, sin } from './trigonometric.js';

type Unary = (f: FunctionBuilder, x: V128) => V128;
type Binary = (f: FunctionBuilder, a: V128, b: V128) => V128;

const unaries: { readonly [N in UnaryName]: Unary } = {
  neg: (f, x) => f.f32x4.neg(x),
  abs: (f, x) => f.f32x4.abs(x),
  sign,
  exp,
  expm1,
  log,
  log1p,
  sqrt: (f, x) => f.f32x4.sqrt(x),
  rsqrt: (f, x) => reciprocal(f, f.f32x4.sqrt(x)),
  reciprocal,
  sin,
  cos,
  tanh,
  sigmoid,
  softplus,
  erf,
  floor: (f, x) => f.f32x4.floor(x),
  ceil: (f, x) => f.f32x4.ceil(x),
  round: (f, x) => f.f32x4.nearest(x),
  trunc: (f, x) => f.f32x4.trunc(x),
  isNaN,
  isFinite: (f, x) => oneWhere(f, f.f32x4.lt(f.f32x4.abs(x), f.f32x4.const(Infinity))),
  not: (f, x) => oneWhere(f, f.f32x4.eq(x, f.f32x4.const(0))),
};

const comparisons = {
  equal: 'eq',
  notEqual: 'ne',
  less: 'lt',
  lessEqual: 'le',
  greater: 'gt',
  greaterEqual: 'ge',
} as const;

/** Names of the functions that `mask` knows. */
export type ComparisonName = keyof typeof comparisons;

const compare =
  (name: ComparisonName): Binary =>
  (f, a, b) =>
    oneWhere(f, mask(f, name, a, b));

const binaries: { readonly [N in BinaryName]: Binary } = {
  add: (f, a, b) => f.f32x4.add(a, b),
  sub: (f, a, b) => f.f32x4.sub(a, b),
  mul: (f, a, b) => f.f32x4.mul(a, b),
  div: (f, a, b) => f.f32x4.div(a, b),
  pow,
  maximum: (f, a, b) => f.f32x4.max(a, b),
  minimum: (f, a, b) => f.f32x4.min(a, b),
  mod,
  atan2,
  equal: compare('equal'),
  notEqual: compare('notEqual'),
  less: compare('less'),
  lessEqual: compare('lessEqual'),
  greater: compare('greater'),
  greaterEqual: compare('greaterEqual'),
  and: (f, a, b) => f.v128.and(a, b),
  or: (f, a, b) => f.v128.or(a, b),
};

/**
 * Code for a function of each of four floats on the stack; their images take their place. NaN gives NaN but in `sign` (0)
 * and the tests. Correct to the last bit where nothing else is said; error bounds stand beside each function. Under relaxed
 * SIMD products and sums are fused, within the same bounds.
 */
export const unary = (f: FunctionBuilder, name: UnaryName, x: V128): V128 => unaries[name](f, x);

/** Code for a function of two vectors on the stack. Operands of `and` and `or` must be 0 or 1. */
export const binary = (f: FunctionBuilder, name: BinaryName, a: V128, b: V128): V128 => binaries[name](f, a, b);

/** A comparison that leaves ones in all bits of a lane, or zeros: what `bitselect` takes. */
export const mask = (f: FunctionBuilder, name: ComparisonName, a: V128, b: V128): V128 => f.f32x4[comparisons[name]](a, b);

/** a where the condition, 0 or 1, is 1, else b. All three are pushed by functions. */
export const select = (f: FunctionBuilder, condition: () => V128, a: () => V128, b: () => V128): V128 =>
  f.v128.bitselect(a(), b(), f.f32x4.ne(condition(), f.f32x4.const(0)));
