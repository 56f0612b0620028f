import type { Node } from '../graph/index.js';
import type { Expression, Step, View } from './plan.js';
import { isEntrywise, type Values } from './values.js';
import { broadcastView, reshapeView, viewKey } from './views.js';

/** A value of an expression that is still growing. */
type Ref = { readonly of: 'product' } | { readonly of: 'operand' | 'step'; readonly index: number };

interface OpenStep {
  readonly f: Step['f'];
  readonly args: readonly Ref[];
  readonly value?: number;
}

/** Grows the expression of one kernel. */
export interface ExpressionBuilder {
  /** A node's value at the iterated entries; computed here unless it is in memory. */
  valueOf(id: number): Ref;
  /** Entries of a window of the iterated shape. */
  read(view: View): Ref;
  number(value: number): Ref;
  /** The expression and the final numbers of values. */
  finish(): { expression: Expression; numberOf: (ref: Ref) => number };
}

/**
 * An expression over `shape`. Values that are `stored` are read from memory, except those that the kernel itself computes
 * (`inside`: its elementwise nodes), and `product`, which it has at hand.
 */
export function expressionBuilder(
  values: Values,
  shape: readonly number[],
  { stored, inside, product }: { stored: ReadonlySet<number>; inside: ReadonlySet<number>; product?: number },
): ExpressionBuilder {
  const operands: View[] = [];
  const operandAt = new Map<string, number>();
  const steps: OpenStep[] = [];
  const stepAt = new Map<string, Ref>();
  const known = new Map<number, Ref>();

  const step = (f: Step['f'], args: readonly Ref[], value?: number): Ref => {
    const key = JSON.stringify([f, args, value === undefined ? '' : Object.is(value, -0) ? '-0' : String(value)]);
    const earlier = stepAt.get(key);
    if (earlier) return earlier;
    const ref: Ref = { of: 'step', index: steps.push({ f, args, ...(value !== undefined && { value }) }) - 1 };
    stepAt.set(key, ref);
    return ref;
  };
  const number = (value: number): Ref => step('number', [], value);
  const read = (view: View): Ref => {
    const key = viewKey(view);
    const index = operandAt.get(key) ?? operands.push(view) - 1;
    operandAt.set(key, index);
    return { of: 'operand', index };
  };
  const operandOf = (id: number, user: Node): Ref => {
    const root = values.root(id);
    const source = values.nodes[root];
    if (source.op === 'fill') return number(source.value);
    if (root === product) return { of: 'product' };
    if (inside.has(root) || (isEntrywise(source) && !stored.has(root))) return valueOf(root);
    return read(reshapeView(broadcastView(values.view(id), user.shape), shape)!);
  };
  const valueOf = (id: number): Ref => {
    const earlier = known.get(id);
    if (earlier) return earlier;
    const node = values.nodes[id];
    const args = node.inputs.map((input) => operandOf(input, node));
    const ref = stepOf(node, args, values, step, number);
    known.set(id, ref);
    return ref;
  };

  return {
    valueOf,
    read,
    number,
    finish() {
      const first = product === undefined ? 0 : 1;
      const numberOf = (ref: Ref): number => (ref.of === 'product' ? 0 : first + ref.index + (ref.of === 'step' ? operands.length : 0));
      const closed = steps.map(({ f, args, value }): Step => (f === 'number' ? { f, value: value! } : { f, args: args.map(numberOf) }));
      return { expression: { operands, steps: closed }, numberOf };
    },
  };
}

function stepOf(
  node: Node,
  args: readonly Ref[],
  values: Values,
  step: (f: Step['f'], args: readonly Ref[]) => Ref,
  number: (value: number) => Ref,
): Ref {
  if (node.op === 'unary' || node.op === 'binary') return step(node.f, args);
  if (node.op === 'select') return step('select', args);
  const from = values.nodes[node.inputs[0]].dtype;
  if (node.dtype === 'bool') return from === 'bool' ? args[0] : step('notEqual', [args[0], number(0)]);
  return node.dtype === 'int32' && from === 'float32' ? step('trunc', args) : args[0];
}
