import { sizeOf } from '@advect/base/array';
import type { GraphBuilder, Node, NodeOf } from '../graph/index.js';
import type { Rule, Rules } from './rewrite.js';
import { argumentOf, neg, scale, scaled } from './factors.js';
import { fillOf, sameShape } from './shapes.js';

type Binary = NodeOf<'binary'>;

/** Whether moving the factor past another product cannot overflow where the original would not. */
const moderate = (factor: number): boolean => Math.abs(factor) >= 1e-6 && Math.abs(factor) <= 1e6;

const isPowerOfTwo = (x: number): boolean => Number.isInteger(Math.log2(Math.abs(x))) && moderate(x);

/** An operand that stands for the result: it must have the result's shape. */
const unchanged = (node: Binary, x: number, g: GraphBuilder): number | undefined =>
  sameShape(g.nodes[x].shape, node.shape) ? x : undefined;

const add: Rule<'binary'> = (node, g) => {
  if (node.f !== 'add') return undefined;
  const [a, b] = node.inputs;
  if (fillOf(g, b) === 0) return unchanged(node, a, g);
  if (node.dtype !== 'float32') return undefined;
  const [negatedA, negatedB] = [argumentOf('neg', g, a), argumentOf('neg', g, b)];
  if (negatedA !== undefined && negatedB !== undefined) return neg(g, g.binary('add', negatedA, negatedB));
  if (negatedB !== undefined) return g.binary('sub', a, negatedB);
  if (negatedA !== undefined) return g.binary('sub', b, negatedA);
  if (a === b) return scale(g, a, 2);
  return joined(node, g);
};

const sub: Rule<'binary'> = (node, g) => {
  if (node.f !== 'sub') return undefined;
  const [a, b] = node.inputs;
  const subtracted = fillOf(g, b);
  if (subtracted === 0) return unchanged(node, a, g);
  if (node.dtype !== 'float32') return undefined;
  if (fillOf(g, a) === 0 && sameShape(g.nodes[b].shape, node.shape)) return neg(g, b);
  if (subtracted !== undefined) return g.binary('add', a, g.fill(-subtracted));
  const [negatedA, negatedB] = [argumentOf('neg', g, a), argumentOf('neg', g, b)];
  if (negatedB !== undefined) return g.binary('add', a, negatedB);
  if (negatedA !== undefined) return neg(g, g.binary('add', negatedA, b));
  return joined(node, g);
};

/** x·c ± y·c as (x ± y)·c. */
function joined(node: Binary, g: GraphBuilder): number | undefined {
  const [a, b] = node.inputs.map((id) => scaled(g, id));
  if (!a || !b || a[1] !== b[1] || !moderate(a[1])) return undefined;
  return scale(g, g.binary(node.f, a[0], b[0]), a[1]);
}

const mul: Rule<'binary'> = (node, g) => {
  if (node.f !== 'mul') return undefined;
  const [a, b] = node.inputs;
  const factor = fillOf(g, b);
  if (factor === 1) return unchanged(node, a, g);
  if (node.dtype !== 'float32') return undefined;
  if (factor === -1 && sameShape(g.nodes[a].shape, node.shape)) return neg(g, a);
  if (factor !== undefined) return mulByNumber(node, factor, g);
  return quotient(a, b, node, g) ?? quotient(b, a, node, g) ?? factorsOut(node, g);
};

/** (x·c₁)·c₂, (x/c₁)·c₂. */
function mulByNumber({ inputs: [a] }: Binary, factor: number, g: GraphBuilder): number | undefined {
  const before = scaled(g, a);
  if (before && moderate(before[1]) && moderate(factor)) return scale(g, before[0], before[1] * factor);
  const node = g.nodes[a];
  const divisor = node.op === 'binary' && node.f === 'div' ? fillOf(g, node.inputs[1]) : undefined;
  if (divisor !== undefined && moderate(divisor) && moderate(factor)) return scale(g, node.inputs[0], factor / divisor);
  return intoSmaller(node, factor, g);
}

/** x · 1/y as x/y, unless 1/y is smaller than the result: then one division serves many products. */
function quotient(x: number, inverse: number, { shape }: Binary, g: GraphBuilder): number | undefined {
  const divisor = argumentOf('reciprocal', g, inverse);
  return divisor !== undefined && sameShape(g.nodes[divisor].shape, shape) ? g.binary('div', x, divisor) : undefined;
}

/**
 * (x·c)·y as (x·y)·c: numbers gather on the outside, signs are absorbed by sums. Numbers stay with a factor that is
 * smaller than the product.
 */
function factorsOut({ inputs: [a, b], shape }: Binary, g: GraphBuilder): number | undefined {
  for (const [x, y] of [
    [a, b],
    [b, a],
  ]) {
    const factor = scaled(g, x);
    if (!factor || !moderate(factor[1]) || (factor[1] !== -1 && !sameShape(g.nodes[x].shape, shape))) continue;
    return scale(g, g.binary('mul', factor[0], y), factor[1]);
  }
}

/** (x·y)·c as x·(y·c) for a y that is smaller than the product: fewer multiplications. */
function intoSmaller(product: Node, factor: number, g: GraphBuilder): number | undefined {
  if (product.op !== 'binary' || product.f !== 'mul' || !moderate(factor)) return undefined;
  const [x, y] = product.inputs;
  const [ofX, ofY] = [x, y].map((id) => sizeOf(g.nodes[id].shape));
  if (ofY < sizeOf(product.shape)) return g.binary('mul', x, scale(g, y, factor));
  return ofX < sizeOf(product.shape) ? g.binary('mul', y, scale(g, x, factor)) : undefined;
}

const div: Rule<'binary'> = (node, g) => {
  if (node.f !== 'div' || node.dtype !== 'float32') return undefined;
  const [a, b] = node.inputs;
  const divisor = fillOf(g, b);
  if (divisor === 1) return unchanged(node, a, g);
  if (divisor !== undefined && isPowerOfTwo(divisor)) return scale(g, a, 1 / divisor);
  if (fillOf(g, a) === 1 && sameShape(g.nodes[b].shape, node.shape)) return g.unary('reciprocal', b);
  const [numerator, denominator] = [scaled(g, a), scaled(g, b)];
  if (divisor !== undefined && numerator && moderate(divisor) && moderate(numerator[1])) {
    return scale(g, numerator[0], numerator[1] / divisor);
  }
  if (divisor === undefined && numerator && moderate(numerator[1])) return scale(g, g.binary('div', numerator[0], b), numerator[1]);
  if (denominator && moderate(denominator[1])) return scale(g, g.binary('div', a, denominator[0]), 1 / denominator[1]);
  const inverse = argumentOf('reciprocal', g, b);
  return inverse === undefined ? undefined : g.binary('mul', a, inverse);
};

/** (x + c₁) + c₂. */
const addNumbers: Rule<'binary'> = (node, g) => {
  const second = fillOf(g, node.inputs[1]);
  const inner = g.nodes[node.inputs[0]];
  if (node.f !== 'add' || node.dtype !== 'float32' || second === undefined || inner.op !== 'binary' || inner.f !== 'add') return undefined;
  const first = fillOf(g, inner.inputs[1]);
  return first === undefined ? undefined : g.binary('add', inner.inputs[0], g.fill(Math.fround(first + second)));
};

/** Whole powers that are a product or two; 0.5 is not sqrt, which differs at −0 and −∞. */
const pow: Rule<'binary'> = (node, g) => {
  if (node.f !== 'pow' || !sameShape(g.nodes[node.inputs[0]].shape, node.shape)) return undefined;
  const [x, exponent] = node.inputs;
  switch (fillOf(g, exponent)) {
    case 0:
      return g.fill(1, node.shape, node.dtype);
    case 1:
      return x;
    case 2:
      return g.binary('mul', x, x);
    case 3:
      return g.binary('mul', g.binary('mul', x, x), x);
    case -1:
      return node.dtype === 'float32' ? g.unary('reciprocal', x) : undefined;
  }
};

/**
 * Sums, products, quotients and powers with numbers: neutral ones vanish, signs are absorbed, factors gather on the outside.
 * NaN stays NaN (x·0 is not folded, nor x − x); the sign of a zero may change, and results by float32's rounding.
 */
export const arithmetic: Rules = { binary: [add, addNumbers, sub, mul, div, pow] };
