import { sizeOf } from '@advect/base/array';
import type { BinaryName, NodeOf, UnaryName } from '../graph/index.js';
import { type AxisOrder, rowMajor } from './layout.js';
import type { Emitted, Form, Lowering } from './lowering.js';

type Elementwise = NodeOf<'unary' | 'binary' | 'select' | 'cast'>;

/** What an elementwise node becomes; operands and result share one axis order, the one that needs the least moving. */
export function lowerElementwise(lowering: Lowering, node: Elementwise): Emitted {
  const order = cheapestOrder(lowering, node);
  const use = (operand: number, form: Form = 'float'): string => {
    const rank = lowering.graph.nodes[node.inputs[operand]].shape.length;
    return lowering.use(node, operand, { form, order: rank === order.length ? order : rowMajor(rank) });
  };
  const boolean = (name: string): Emitted => ({ name, form: 'bool', order });
  const float = (name: string): Emitted => ({ name, form: 'float', order });
  switch (node.op) {
    case 'select':
      return float(lowering.emit('Where', [use(0, 'bool'), use(1), use(2)]));
    case 'cast':
      return lowerCast(lowering, node, use, order);
    case 'unary':
      if (node.f === 'not') return boolean(lowering.emit('Not', [use(0, 'bool')]));
      if (node.f === 'isNaN') return boolean(lowering.emit('IsNaN', [use(0)]));
      if (node.f === 'isFinite') {
        const beyond = lowering.emit('Or', [lowering.emit('IsNaN', [use(0)]), lowering.emit('IsInf', [use(0)])]);
        return boolean(lowering.emit('Not', [beyond]));
      }
      return float(lowerUnary(lowering, node.f, use(0)));
    case 'binary': {
      const comparison = comparisons[node.f];
      if (comparison !== undefined) return boolean(lowering.emit(comparison, [use(0), use(1)]));
      if (node.f === 'and') return boolean(lowering.emit('And', [use(0, 'bool'), use(1, 'bool')]));
      if (node.f === 'or') return boolean(lowering.emit('Or', [use(0, 'bool'), use(1, 'bool')]));
      if (node.f === 'notEqual') return boolean(lowering.emit('Not', [lowering.emit('Equal', [use(0), use(1)])]));
      return float(lowerBinary(lowering, node.f, use(0), use(1)));
    }
  }
}

function cheapestOrder(lowering: Lowering, node: Elementwise): AxisOrder {
  const rank = node.shape.length;
  const operands = node.inputs.flatMap((id, i) => {
    const source = lowering.graph.nodes[id];
    if (source.shape.length !== rank || source.op === 'constant') return [];
    const size = sizeOf(lowering.dimensions.results[id].map((dim) => (dim.repeated ? 1 : dim.length)));
    return [{ order: lowering.operand(node, i).order, size }];
  });
  const moved = (order: AxisOrder): number =>
    operands.reduce((sum, other) => sum + (other.order.every((axis, i) => axis === order[i]) ? 0 : other.size), 0);
  return operands.map(({ order }) => order).toSorted((a, b) => moved(a) - moved(b))[0] ?? rowMajor(rank);
}

function lowerCast(lowering: Lowering, node: NodeOf<'cast'>, use: (operand: number, form?: Form) => string, order: AxisOrder): Emitted {
  const from = lowering.graph.nodes[node.inputs[0]].dtype;
  const { form } = lowering.operand(node, 0);
  if (node.dtype === 'bool') return { name: use(0, 'bool'), form: 'bool', order };
  if (node.dtype === 'int32' && from === 'float32') return { name: truncated(lowering, use(0)), form: 'float', order };
  return { name: use(0, form), form, order };
}

const comparisons: { readonly [F in BinaryName]?: string } = {
  equal: 'Equal',
  less: 'Less',
  lessEqual: 'LessOrEqual',
  greater: 'Greater',
  greaterEqual: 'GreaterOrEqual',
};

const unaryOperators: { readonly [F in UnaryName]?: string } = {
  neg: 'Neg',
  abs: 'Abs',
  exp: 'Exp',
  log: 'Log',
  sqrt: 'Sqrt',
  reciprocal: 'Reciprocal',
  sin: 'Sin',
  cos: 'Cos',
  tanh: 'Tanh',
  softplus: 'Softplus',
  erf: 'Erf',
  floor: 'Floor',
  ceil: 'Ceil',
  round: 'Round',
};

function lowerUnary({ emit, number, ...lowering }: Lowering, f: UnaryName, x: string): string {
  const operator = unaryOperators[f];
  if (operator !== undefined) return emit(operator, [x]);
  if (f === 'sign') return emit('Where', [emit('IsNaN', [x]), number(0), emit('Sign', [x])]);
  if (f === 'rsqrt') return emit('Reciprocal', [emit('Sqrt', [x])]);
  // ONNX Runtime's own is a rational function cut off at ±18: at −8 it is off by a thousandth of itself, at −17 by five times.
  if (f === 'sigmoid') return emit('Reciprocal', [emit('Add', [emit('Exp', [emit('Neg', [x])]), number(1)])]);
  // eˣ − 1 = tanh(x/2)·(eˣ + 1): no cancellation near 0.
  if (f === 'expm1') return emit('Mul', [emit('Tanh', [emit('Mul', [x, number(0.5)])]), emit('Add', [emit('Exp', [x]), number(1)])]);
  if (f === 'log1p') return log1p({ emit, number, ...lowering }, x);
  return truncated({ emit, number, ...lowering }, x);
}

/** With u = 1 + x rounded: log(u)·x/(u − 1), whose errors cancel; x itself where u is 1 (Kahan). Infinity: the factor is 1. */
function log1p({ emit, number }: Lowering, x: string): string {
  const u = emit('Add', [x, number(1)]);
  const back = emit('Sub', [u, number(1)]);
  const factor = emit('Where', [emit('Equal', [back, x]), number(1), emit('Div', [x, back])]);
  return emit('Where', [emit('Equal', [u, number(1)]), x, emit('Mul', [emit('Log', [u]), factor])]);
}

const truncated = ({ emit, number }: Lowering, x: string): string =>
  emit('Where', [emit('Less', [x, number(0)]), emit('Ceil', [x]), emit('Floor', [x])]);

const binaryOperators: { readonly [F in BinaryName]?: string } = {
  add: 'Add',
  sub: 'Sub',
  mul: 'Mul',
  div: 'Div',
  pow: 'Pow',
  maximum: 'Max',
  minimum: 'Min',
};

function lowerBinary(lowering: Lowering, f: BinaryName, a: string, b: string): string {
  const operator = binaryOperators[f];
  if (operator !== undefined) return lowering.emit(operator, [a, b]);
  return f === 'mod' ? mod(lowering, a, b) : atan2(lowering, a, b);
}

/** C's remainder has the dividend's sign: the divisor is added where the signs differ. */
function mod({ emit, number }: Lowering, a: string, b: string): string {
  const rest = emit('Mod', [a, b], { fmod: { int: 1 } });
  const opposite = emit('Xor', [emit('Less', [rest, number(0)]), emit('Less', [b, number(0)])]);
  const whole = emit('Equal', [rest, number(0)]);
  return emit('Where', [emit('And', [opposite, emit('Not', [whole])]), emit('Add', [rest, b]), rest]);
}

/** From the arc tangent of the quotient, with half a turn added on the left; zeros and infinities by their signs. */
function atan2({ emit, number }: Lowering, y: string, x: string): string {
  const negative = (value: string): string =>
    emit('Or', [emit('Less', [value, number(0)]), emit('Less', [emit('Reciprocal', [value]), number(0)])]);
  const both = emit('And', [emit('IsInf', [y]), emit('IsInf', [x])]);
  const quotient = emit('Div', [emit('Where', [both, emit('Sign', [y]), y]), emit('Where', [both, emit('Sign', [x]), x])]);
  const zeros = emit('And', [emit('Equal', [y, number(0)]), emit('Equal', [x, number(0)])]);
  const left = negative(x);
  const right = emit('Where', [zeros, emit('Where', [left, emit('Neg', [y]), y]), emit('Atan', [quotient])]);
  const turn = emit('Where', [negative(y), number(-Math.PI), number(Math.PI)]);
  return emit('Add', [right, emit('Where', [left, turn, number(0)])]);
}
