import type { NodeOf } from '../graph/index.js';
import { NotSeparable, sameShape, type Emitter } from './emitter.js';
import { asRows, commonRows, expanded, fullShape, onesOf, spread, type RowPlace, type Value } from './value.js';

export function reshape(e: Emitter, value: Value, shape: readonly number[]): Value {
  if (value.rows) {
    const rows = placeIn(e, shape, innerLength(value.shape, value.rows));
    const full = expanded(e, value);
    const last = e.shape(full.node).at(-1)!;
    return { node: e.reshape(full.node, [...shape.with(rows.axis, rows.outer * rows.inner), last]), shape, rows };
  }
  const compact = e.shape(value.node);
  const target = new Array<number>(shape.length);
  for (const [from, to] of alignedAxes(value.shape, shape)) {
    const uniform = from.every((axis) => compact[axis] === 1);
    if (!uniform && from.some((axis) => compact[axis] !== value.shape[axis])) return mixed(e, value, shape, from);
    for (const axis of to) target[axis] = uniform ? 1 : shape[axis];
  }
  return { node: e.reshape(value.node, target), shape };
}

/** A reshape that merges repeated axes with others: if one of them has the length of the batch, it is taken for it. */
function mixed(e: Emitter, value: Value, shape: readonly number[], axes: readonly number[]): Value {
  const compact = e.shape(value.node);
  const axis = axes.find((candidate) => compact[candidate] === 1 && value.shape[candidate] === e.batch);
  if (axis !== undefined) return reshape(e, asRows(e, value, { axis, outer: 1, inner: 1 }), shape);
  return { node: e.reshape(expanded(e, value).node, shape), shape };
}

/** Entries of a row-major array from one row to the next. */
const innerLength = (shape: readonly number[], { axis, inner }: RowPlace): number =>
  inner * shape.slice(axis + 1).reduce((product, length) => product * length, 1);

/** The axis of `shape` that holds rows which are `inner` entries apart. */
function placeIn(e: Emitter, shape: readonly number[], inner: number): RowPlace {
  let after = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const length = shape[axis];
    if (after * length >= inner * e.batch) {
      if (inner % after !== 0 || (after * length) % (inner * e.batch) !== 0) break;
      return { axis, outer: (after * length) / (inner * e.batch), inner: inner / after };
    }
    after *= length;
  }
  throw new NotSeparable(`a reshape to [${shape.join()}] splits the rows or mixes them with other axes`);
}

/** Runs of axes of two shapes of one size that cover the same entries. */
function* alignedAxes(from: readonly number[], to: readonly number[]): Generator<readonly [number[], number[]]> {
  let [i, j] = [0, 0];
  while (i < from.length || j < to.length) {
    const run: [number[], number[]] = [[], []];
    let [a, b] = [1, 1];
    do {
      if (i < from.length && (a <= b || j >= to.length)) {
        a *= from[i];
        run[0].push(i++);
      } else {
        b *= to[j];
        run[1].push(j++);
      }
    } while (a !== b && (i < from.length || j < to.length));
    yield run;
  }
}

export function transpose(e: Emitter, value: Value, perm: readonly number[]): Value {
  const shape = perm.map((axis) => value.shape[axis]);
  const { rows } = value;
  const node = e.transpose(value.node, rows ? [...perm, perm.length] : perm);
  return { node, shape, ...(rows && { rows: { ...rows, axis: perm.indexOf(rows.axis) } }) };
}

export function slice(e: Emitter, node: NodeOf<'slice'>, value: Value): Value {
  const { shape } = node;
  const compact = e.shape(value.node);
  const [begin, size, strides] = [[...node.begin], [...shape], [...node.strides]];
  let { rows } = value;
  if (rows) {
    const { axis } = rows;
    const whole = begin[axis] === 0 && size[axis] === value.shape[axis] && strides[axis] === 1;
    const blocks = rows.inner === 1 && strides[axis] === 1 && begin[axis] % e.batch === 0 && size[axis] % e.batch === 0;
    if (!whole && !(blocks && size[axis] > 0)) throw new NotSeparable('a slice takes some rows out of the batch');
    begin[axis] = begin[axis] / e.batch;
    size[axis] = whole ? compact[axis] : size[axis] / e.batch;
    if (!whole) rows = { ...rows, outer: size[axis] };
    begin.push(0);
    size.push(compact.at(-1)!);
    strides.push(1);
  }
  for (const [axis, length] of compact.entries()) {
    if (length !== 1) continue;
    begin[axis] = 0;
    size[axis] = Math.min(1, size[axis]);
    strides[axis] = 1;
  }
  const result = sameShape(size, compact) && begin.every((from) => from === 0) && strides.every((step) => step === 1);
  return { node: result ? value.node : e.via((builder) => builder.slice(value.node, begin, size, strides)), shape, rows };
}

export function pad(e: Emitter, node: NodeOf<'pad'>, value: Value): Value {
  const { shape } = node;
  const [before, after] = [[...node.before], [...node.after]];
  const padded = shape.flatMap((_, axis) => (before[axis] + after[axis] > 0 ? [axis] : []));
  const full = expanded(e, value, padded);
  let { rows } = value;
  if (rows) {
    const { axis } = rows;
    if (padded.includes(axis)) {
      if (rows.inner !== 1 || before[axis] % e.batch !== 0 || after[axis] % e.batch !== 0) throw new NotSeparable('rows are padded');
      before[axis] /= e.batch;
      after[axis] /= e.batch;
      rows = { ...rows, outer: shape[axis] / e.batch };
    }
    before.push(0);
    after.push(0);
  }
  return { node: padded.length === 0 ? full.node : e.via((builder) => builder.pad(full.node, before, after, node.value)), shape, rows };
}

export function concat(e: Emitter, node: NodeOf<'concat'>, values: readonly Value[]): Value {
  const { axis, shape } = node;
  const rows = commonRows(values);
  const alongRows = rows?.axis === axis;
  if (alongRows && rows.inner !== 1) throw new NotSeparable('rows are joined to others between the entries of a row');
  const parts = values.map((value) => {
    if (!rows) return value;
    const outer = value.shape[axis] / e.batch;
    if (alongRows && !Number.isInteger(outer)) throw new NotSeparable('rows are joined to something that is no batch of rows');
    return asRows(e, value, alongRows && !value.rows ? { ...rows, outer } : alongRows ? { ...rows, outer: value.rows!.outer } : rows);
  });
  const tiled = rows && parts.some((part) => e.shape(part.node).at(-1) === e.tile);
  const spreadParts = tiled ? parts.map((part) => spread(e, part)) : parts;
  const wide = shape.flatMap((_, i) => (i === axis || spreadParts.some((part) => e.shape(part.node)[i] !== 1) ? [i] : []));
  const full = spreadParts.map((part) => expanded(e, part, wide));
  const result = e.via((builder) =>
    builder.concat(
      full.map((part) => part.node),
      axis,
    ),
  );
  return { node: result, shape, ...(rows && { rows: alongRows ? { ...rows, outer: shape[axis] / e.batch } : rows }) };
}

/** Repeats axes of length 1: nothing is done until someone needs the repeated entries. */
export function broadcast(e: Emitter, value: Value, shape: readonly number[]): Value {
  return { ...value, node: value.shape.length < shape.length ? e.reshape(value.node, onesOf(shape.length)) : value.node, shape };
}

/** A value as the caller is to get it: with rows if an axis that is only repeated has the batch's length. */
export function asResult(e: Emitter, value: Value): Value {
  if (value.rows) return expanded(e, spread(e, value));
  const compact = e.shape(value.node);
  const axis = value.shape.findIndex((length, i) => length === e.batch && compact[i] === 1);
  if (axis < 0) return { ...value, node: e.broadcast(value.node, value.shape) };
  return expanded(e, spread(e, asRows(e, value, { axis, outer: 1, inner: 1 })));
}

/** [outer, inner] of a value with rows: entries of one row before and after the row axis. */
export function rowSizes(e: Emitter, value: Value): { outer: number; inner: number } {
  const { axis, inner } = value.rows!;
  const shape = fullShape(e, value).slice(0, -1);
  const after = inner * shape.slice(axis + 1).reduce((product, length) => product * length, 1);
  return { outer: shape.reduce((product, length) => product * length, 1) / after, inner: after };
}
