/** Part of a length: a number fixed in the graph, or the number of rows of a run. */
export type Factor = number | 'rows';

/**
 * The length of one axis as a product of factors in memory order; `length` is the one it had when the graph was traced.
 * A repeated axis holds equal entries: it is stored with length 1, and has no factors until something needs it in full.
 */
export interface Dimension {
  readonly length: number;
  readonly factors: readonly Factor[];
  readonly repeated: boolean;
}

/** Thrown inside the analysis where a graph depends on the batch length that it was traced with. */
export class FixedBatch extends Error {}

export const fixed = (length: number): Dimension => ({ length, factors: length === 1 ? [] : [length], repeated: false });

export const repeated = (length: number): Dimension => (length === 1 ? fixed(1) : { length, factors: [], repeated: true });

/** A dimension of these factors; `rows` is the traced number of rows. */
export function dimension(factors: readonly Factor[], rows: number): Dimension {
  const merged: Factor[] = [];
  for (const factor of factors) {
    const last = merged.at(-1);
    if (factor === 1) continue;
    if (typeof factor === 'number' && typeof last === 'number') merged[merged.length - 1] = last * factor;
    else merged.push(factor);
  }
  return {
    length: merged.reduce<number>((product, factor) => product * (factor === 'rows' ? rows : factor), 1),
    factors: merged,
    repeated: false,
  };
}

export const hasRows = ({ factors }: Dimension): boolean => factors.includes('rows');

/** How often the number of rows goes into the length: 0 for a fixed one. */
export const rowPower = ({ factors }: Dimension): number => factors.filter((factor) => factor === 'rows').length;

/** The common dimension of two axes that are combined entry by entry. */
export function joinDimensions(a: Dimension, b: Dimension): Dimension {
  if (a.repeated || (a.length === 1 && !hasRows(a))) return b.length === 1 && !hasRows(b) ? a : b;
  if (b.repeated || (b.length === 1 && !hasRows(b))) return a;
  if (a.factors.length === b.factors.length && a.factors.every((factor, i) => factor === b.factors[i])) return a;
  throw new FixedBatch(`an axis of the batch meets one of the fixed length ${hasRows(a) ? b.length : a.length}`);
}

/**
 * Gives repeated axes their factors: those of `hints` where given; else the traced number of rows is taken for the rows,
 * once at most.
 */
export function settleDimensions(
  dims: readonly Dimension[],
  rows: number | undefined,
  hints: readonly (Dimension | undefined)[] = [],
): Dimension[] {
  let free = rows !== undefined && !dims.some(hasRows) && !hints.some((hint) => hint !== undefined && hasRows(hint));
  return dims.map((dim, axis) => {
    const hint = hints[axis];
    if (!dim.repeated) return dim;
    if (hint !== undefined && !hint.repeated && hint.length === dim.length) return hint;
    if (!free || rows === undefined || dim.length !== rows) return fixed(dim.length);
    free = false;
    return dimension(['rows'], rows);
  });
}

/** Axes of two shapes of equal size that hold the same entries: the finest such pairs of neighbouring axes. */
export interface AxisGroup {
  readonly from: readonly number[];
  readonly to: readonly number[];
}

/** How the axes of `from` become those of `to` in a reshape. */
export function reshapeGroups(from: readonly number[], to: readonly number[]): AxisGroup[] {
  if (from.includes(0) || to.includes(0)) return [{ from: [...from.keys()], to: [...to.keys()] }];
  const groups: AxisGroup[] = [];
  let [i, j] = [0, 0];
  while (i < from.length || j < to.length) {
    const group = { from: [] as number[], to: [] as number[] };
    let [left, right] = [1, 1];
    do {
      if (i < from.length && (left <= right || j >= to.length)) {
        left *= from[i];
        group.from.push(i++);
      } else {
        right *= to[j];
        group.to.push(j++);
      }
    } while (left !== right);
    groups.push(group);
  }
  return groups;
}

/** The factors of one group's axes, dealt out anew to axes of the given lengths. */
export function regroupFactors(factors: readonly Factor[], lengths: readonly number[], rows: number): Dimension[] {
  const rest = [...factors];
  return lengths.map((length) => {
    const taken: Factor[] = [];
    let need = length;
    while (need > 1) {
      const next = rest.shift();
      const size = next === 'rows' ? rows : next;
      if (next !== undefined && size !== undefined && need % size === 0) {
        taken.push(next);
        need /= size;
      } else if (typeof next === 'number' && next % need === 0) {
        taken.push(need);
        rest.unshift(next / need);
        need = 1;
      } else {
        throw new FixedBatch('a reshape cuts across the batch');
      }
    }
    return need === 0 ? fixed(0) : dimension(taken, rows);
  });
}
