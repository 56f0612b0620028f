import type { DType, NodeOf, Operation } from '../graph/index.js';
import { NotSeparable, type Emitter } from './emitter.js';
import { asRows, commonRows, expanded, onesOf, spread, takenForRows, type Value } from './value.js';

/** An operation on entries, of the given logical shape. */
export function elementwise(e: Emitter, operation: Operation, shape: readonly number[], dtype: DType, operands: readonly Value[]): Value {
  const rows = commonRows(operands);
  const operandOf = (value: Value): number => {
    const source = e.builder.nodes[value.node];
    if (source.op === 'fill') return e.reshape(value.node, []);
    return rows && value.shape.length > 0 ? asRows(e, value, rows).node : value.node;
  };
  const ids = operands.map(operandOf);
  const rank = shape.length + (rows ? 1 : 0);
  const shapes = ids.map(e.shape).filter((each) => each.length > 0);
  const compact = shapes.length > 0 ? onesOf(rank).map((_, axis) => commonLength(shapes.map((each) => each[axis]))) : [];
  const result = e.emit(operation, ids, compact, dtype);
  return { node: compact.length === rank ? result : e.reshape(result, onesOf(rank)), shape, rows };
}

const commonLength = (lengths: readonly number[]): number => lengths.find((length) => length !== 1) ?? 1;

/** Over logical axes, which vanish. Over the rows it gives an invariant that is known after all tiles. */
export function reduce(e: Emitter, value: Value, axes: readonly number[], f: NodeOf<'reduce'>['f'] = 'sum'): Value {
  const shape = value.shape.filter((_, axis) => !axes.includes(axis));
  const { rows } = value;
  const copied =
    rows || f === 'max' || f === 'min' ? undefined : axes.find((axis) => value.shape[axis] === e.batch && e.shape(value.node)[axis] === 1);
  if (copied !== undefined) return reduce(e, takenForRows(e, value, copied), axes, f);
  const full = expanded(e, value, axes);
  if (!rows) return { node: e.via((builder) => builder.reduce(f, full.node, axes)), shape };
  if (axes.includes(rows.axis)) {
    if (f !== 'sum') throw new NotSeparable(`a ${f} over rows`);
    const source = spread(e, full).node;
    const over = [...axes, value.shape.length];
    return { node: e.via((builder) => builder.reduce('sum', source, over, { overRows: true })), shape };
  }
  const axis = rows.axis - axes.filter((other) => other < rows.axis).length;
  return { node: e.via((builder) => builder.reduce(f, full.node, axes)), shape, rows: { ...rows, axis } };
}
