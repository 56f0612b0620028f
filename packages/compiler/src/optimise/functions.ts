import type { GraphBuilder } from '../graph/index.js';
import { argumentOf, neg, scale, scaled } from './factors.js';
import type { Rule, Rules } from './rewrite.js';
import { fillOf, sameShape } from './shapes.js';

const unary: Rule<'unary'> = (node, g) => {
  const [x] = node.inputs;
  switch (node.f) {
    case 'neg':
      return negated(x, g);
    case 'abs':
      return whereDefined(argumentOf('neg', g, x) ?? argumentOf('abs', g, x), (inner) => g.unary('abs', inner));
    case 'reciprocal':
      return (
        whereDefined(argumentOf('sqrt', g, x), (inner) => g.unary('rsqrt', inner)) ??
        whereDefined(argumentOf('rsqrt', g, x), (inner) => g.unary('sqrt', inner)) ??
        whereDefined(argumentOf('reciprocal', g, x), (inner) => inner) ??
        logistic(x, g)
      );
    case 'not':
      return whereDefined(argumentOf('not', g, x), (inner) => (g.nodes[inner].dtype === 'bool' ? inner : undefined));
    default:
      return undefined;
  }
};

const whereDefined = (id: number | undefined, then: (id: number) => number | undefined): number | undefined =>
  id === undefined ? undefined : then(id);

/** −(a − b) is b − a; −(x·c) is x·(−c). */
function negated(x: number, g: GraphBuilder): number | undefined {
  const inner = g.nodes[x];
  if (inner.dtype !== 'float32') return undefined;
  if (inner.op === 'binary' && inner.f === 'sub') return g.binary('sub', inner.inputs[1], inner.inputs[0]);
  const factor = scaled(g, x);
  return factor && scale(g, factor[0], -factor[1]);
}

/** 1 / (1 + eˣ) is sigmoid(−x): both are 0 where eˣ overflows and 1 where it vanishes. */
function logistic(x: number, g: GraphBuilder): number | undefined {
  const sum = g.nodes[x];
  if (sum.op !== 'binary' || sum.f !== 'add' || fillOf(g, sum.inputs[1]) !== 1) return undefined;
  return whereDefined(argumentOf('exp', g, sum.inputs[0]), (exponent) => g.unary('sigmoid', neg(g, exponent)));
}

/** max(x, 0) + log1p(e^(−|x|)) is softplus(x) everywhere; log(1 + eˣ), which overflows, is left alone. */
const softplus: Rule<'binary'> = (node, g) => {
  if (node.f !== 'add') return undefined;
  for (const [big, small] of [node.inputs, [...node.inputs].reverse()]) {
    const maximum = g.nodes[big];
    if (maximum.op !== 'binary' || maximum.f !== 'maximum' || fillOf(g, maximum.inputs[1]) !== 0) continue;
    const exponent = whereDefined(argumentOf('log1p', g, small), (inner) => argumentOf('exp', g, inner));
    const size = whereDefined(exponent, (inner) => argumentOf('neg', g, inner));
    if (size !== undefined && argumentOf('abs', g, size) === maximum.inputs[0]) return g.unary('softplus', maximum.inputs[0]);
  }
};

/** Casts that change nothing, and of casts. Whatever the dtypes, bool → int32 → float32 keeps the number. */
const cast: Rule<'cast'> = (node, g) => {
  const x = g.nodes[node.inputs[0]];
  if (x.dtype === node.dtype) return node.inputs[0];
  const widened = x.op === 'cast' && rank[x.dtype] >= rank[g.nodes[x.inputs[0]].dtype];
  return widened ? g.cast(x.inputs[0], node.dtype) : undefined;
};

const rank = { bool: 0, int32: 1, float32: 2 };

const select: Rule<'select'> = (node, g) => {
  const [condition, a, b] = node.inputs;
  const known = fillOf(g, condition);
  const chosen = a === b ? a : known === undefined ? undefined : known === 0 ? b : a;
  if (chosen !== undefined) return sameShape(g.nodes[chosen].shape, node.shape) ? chosen : undefined;
  const test = g.nodes[condition];
  if (test.op === 'cast' && g.nodes[test.inputs[0]].dtype === 'bool') return g.select(test.inputs[0], a, b);
  const opposite = argumentOf('not', g, condition);
  return opposite === undefined ? undefined : g.select(opposite, b, a);
};

/** Functions of functions, casts and choices. */
export const functions: Rules = { unary: [unary], binary: [softplus], cast: [cast], select: [select] };
