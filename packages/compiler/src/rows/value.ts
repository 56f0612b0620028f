import { NotSeparable, type Emitter } from './emitter.js';

/**
 * Where the rows are in a logical shape: along `axis`, whose length is outer · batch · inner (so that [P, B, D] may have
 * become [P·B, D]).
 */
export interface RowPlace {
  readonly axis: number;
  readonly outer: number;
  readonly inner: number;
}

/**
 * A value of the traced graph as the rows-last graph holds it. The node's shape is the logical one with axes of length 1
 * where the value is repeated ("compact"); with rows, outer · inner stands in the row axis's place and one more axis at
 * the end holds the rows: the tile, or 1 for a value that is the same in all rows.
 */
export interface Value {
  readonly node: number;
  readonly shape: readonly number[];
  readonly rows?: RowPlace;
}

/** Lengths of a value's node when nothing is compact; the last axis as it is. */
export function fullShape(e: Emitter, { node, shape, rows }: Value): readonly number[] {
  return rows ? [...shape.with(rows.axis, rows.outer * rows.inner), e.shape(node).at(-1)!] : shape;
}

/** The value with the given axes (all by default) no longer compact. */
export function expanded(e: Emitter, value: Value, axes: readonly number[] = value.shape.map((_, axis) => axis)): Value {
  const full = fullShape(e, value);
  const shape = e.shape(value.node).map((length, axis) => (axes.includes(axis) ? full[axis] : length));
  return { ...value, node: e.broadcast(value.node, shape) };
}

/** The value with a whole tile of rows in the last axis. */
export function spread(e: Emitter, value: Value): Value {
  return { ...value, node: e.spread(value.node) };
}

/** An invariant seen as a value that is the same in all rows. */
export function asRows(e: Emitter, value: Value, rows: RowPlace): Value {
  if (value.rows) {
    const { axis, outer, inner } = value.rows;
    if (axis !== rows.axis || outer !== rows.outer || inner !== rows.inner) {
      throw new NotSeparable(`rows along axis ${axis} meet rows along axis ${rows.axis}`);
    }
    return value;
  }
  const shape = e.shape(value.node);
  if (shape[rows.axis] !== 1) {
    throw new NotSeparable('a value that is no input has a number for each row: make it an input with a row axis');
  }
  return { node: e.reshape(value.node, [...shape, 1]), shape: value.shape, rows };
}

/**
 * A value of no input whose axis, along which it is only repeated, is as long as the batch: as one that is the same in all
 * rows. The emitter notes that the length decided.
 */
export function takenForRows(e: Emitter, value: Value, axis: number): Value {
  e.noteGuess();
  return asRows(e, value, { axis, outer: 1, inner: 1 });
}

/** The place of the rows in any of the values. */
export function commonRows(values: readonly Value[]): RowPlace | undefined {
  return values.find((value) => value.rows)?.rows;
}

export const onesOf = (rank: number): number[] => new Array<number>(rank).fill(1);
