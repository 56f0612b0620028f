import type { NodeOf } from '../graph/index.js';
import { hasRows } from './dimensions.js';
import { isRowMajor, reshapedOrder, rowMajor, withoutAxes } from './layout.js';
import { type Emitted, type Lowering, storedLengths } from './lowering.js';

const float = (name: string, order: readonly number[]): Emitted => ({ name, form: 'float', order });

export function lowerReshape(lowering: Lowering, node: NodeOf<'reshape'>): Emitted {
  const source = lowering.graph.nodes[node.inputs[0]];
  const given = lowering.operand(node, 0);
  const kept = reshapedOrder(given.order, source.shape, node.shape);
  const order = kept ?? rowMajor(node.shape.length);
  const x = lowering.use(node, 0, { form: given.form, order: kept === undefined ? rowMajor(source.shape.length) : given.order });
  const dims = order.map((axis) => lowering.dimensions.results[node.id][axis]);
  const many = dims.filter(hasRows).length > 1;
  const lengths = many ? lowering.lengths(dims, storedAmounts(dims)) : lowering.ints(storedLengths(dims));
  return { name: lowering.emit('Reshape', [x, lengths]), form: given.form, order };
}

const storedAmounts = (dims: readonly { readonly length: number; readonly repeated: boolean }[]): number[] =>
  dims.map((dim) => (dim.repeated ? 1 : dim.length));

/** No entry moves: only the order of the axes is told anew. */
export function lowerTranspose(lowering: Lowering, node: NodeOf<'transpose'>): Emitted {
  const { name, form, order } = lowering.operand(node, 0);
  return { name, form, order: order.map((axis) => node.perm.indexOf(axis)) };
}

/** Axes of length 1 become longer only where an operator needs them so. */
export function lowerBroadcast(lowering: Lowering, node: NodeOf<'broadcast'>): Emitted {
  const given = lowering.operand(node, 0);
  const rank = node.shape.length;
  if (given.order.length === rank) return given;
  return { ...given, name: lowering.emit('Reshape', [given.name, lowering.ints(node.shape.map(() => 1))]), order: rowMajor(rank) };
}

export function lowerSlice(lowering: Lowering, node: NodeOf<'slice'>): Emitted {
  const { order } = lowering.operand(node, 0);
  const source = lowering.graph.nodes[node.inputs[0]];
  const given = lowering.dimensions.results[source.id];
  const whole = (axis: number): boolean => given[axis].repeated || (node.shape[axis] === given[axis].length && node.strides[axis] === 1);
  const axes = rowMajor(node.shape.length).filter((axis) => !whole(axis));
  const x = lowering.use(node, 0, { order });
  if (axes.length === 0) return float(x, order);
  const dims = axes.map((axis) => given[axis]);
  const forward = (axis: number): boolean => node.strides[axis] > 0;
  const begin = axes.map((axis) => (forward(axis) ? node.begin[axis] : node.begin[axis] - given[axis].length));
  const beyond = axes.map((axis, i) =>
    forward(axis) ? begin[i] + (node.shape[axis] - 1) * node.strides[axis] + 1 : begin[i] + (node.shape[axis] - 1) * node.strides[axis] - 1,
  );
  const flipped = axes.map((axis, i) => hasRows(dims[i]) && !forward(axis));
  const starts = lowering.lengths(
    dims.map((dim, i) => (flipped[i] ? { ...dim, factors: [] } : dim)),
    begin.map((start, i) => (flipped[i] ? -1 : start)),
  );
  const ends = lowering.lengths(
    dims.map((dim, i) => (flipped[i] ? { ...dim, factors: [] } : dim)),
    beyond.map((end, i) => (flipped[i] ? -(2 ** 31) : end)),
  );
  const places = lowering.ints(axes.map((axis) => order.indexOf(axis)));
  return float(lowering.emit('Slice', [x, starts, ends, places, lowering.ints(axes.map((axis) => node.strides[axis]))]), order);
}

export function lowerPad(lowering: Lowering, node: NodeOf<'pad'>): Emitted {
  const { order } = lowering.operand(node, 0);
  const dims = order.map((axis) => lowering.dimensions.operands[node.id][0][axis]);
  const margins = [...order.map((axis) => node.before[axis]), ...order.map((axis) => node.after[axis])];
  const x = lowering.use(node, 0, { order });
  return float(lowering.emit('Pad', [x, lowering.lengths([...dims, ...dims], margins), lowering.number(node.value)]), order);
}

export function lowerConcat(lowering: Lowering, node: NodeOf<'concat'>): Emitted {
  const orders = node.inputs.map((_, i) => lowering.operand(node, i).order);
  const order = orders.find((candidate) => !isRowMajor(candidate)) ?? orders[0];
  const pieces = node.inputs.map((_, i) => lowering.use(node, i, { order }));
  return float(lowering.emit('Concat', pieces, { axis: { int: order.indexOf(node.axis) } }), order);
}

export function lowerReduce(lowering: Lowering, node: NodeOf<'reduce'>): Emitted {
  const operator = { sum: 'ReduceSum', product: 'ReduceProd', max: 'ReduceMax', min: 'ReduceMin' }[node.f];
  const { order } = lowering.operand(node, 0);
  const left = withoutAxes(order, node.axes);
  const x = lowering.use(node, 0, { order });
  if (node.axes.length === 0) return float(x, order);
  const places = node.axes.map((axis) => order.indexOf(axis)).toSorted((a, b) => a - b);
  const reduced = (name: string): string => lowering.emit(name, [x, lowering.ints(places)], { keepdims: { int: 0 } });
  if (node.f === 'sum' || node.f === 'product') return float(reduced(operator), left);
  // ONNX Runtime's extremes pass over NaN; the sum of magnitudes is NaN exactly if an entry is.
  const magnitude = reduced('ReduceL1');
  return float(lowering.emit('Where', [lowering.emit('IsNaN', [magnitude]), magnitude, reduced(operator)]), left);
}

export function lowerGather(lowering: Lowering, node: NodeOf<'gather'>): Emitted {
  const indices = lowering.emit('Cast', [lowering.use(node, 1)], { to: { int: 7 } });
  return float(lowering.emit('Gather', [lowering.use(node, 0), indices], { axis: { int: node.axis } }), rowMajor(node.shape.length));
}

export function lowerScatterAdd(lowering: Lowering, node: NodeOf<'scatterAdd'>): Emitted {
  const indices = lowering.emit('Cast', [lowering.use(node, 1)], { to: { int: 7 } });
  const column = lowering.emit('Reshape', [indices, lowering.ints([-1, 1])]);
  const zeros = lowering.emit('Expand', [lowering.number(0), lowering.lengths(lowering.dimensions.results[node.id])]);
  const name = lowering.emit('ScatterND', [zeros, column, lowering.use(node, 0)], { reduction: { string: 'add' } });
  return float(name, rowMajor(node.shape.length));
}
