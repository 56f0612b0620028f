import { AdvectError } from '@advect/base/errors';

/**
 * Throws `invalid-shape` unless the shapes agree. A word in `expected` names an axis of any length, as in
 * `assertShape(x.shape, ['batch', 2], 'x')`; the same word twice stands for the same length.
 */
export function assertShape(actual: readonly number[], expected: readonly (number | string)[], name: string): void {
  const lengths = new Map<string, number>();
  const agrees = (axis: number | string, i: number): boolean => {
    if (typeof axis === 'number') return actual[i] === axis;
    const known = lengths.get(axis) ?? actual[i];
    lengths.set(axis, known);
    return actual[i] === known;
  };
  if (actual.length === expected.length && expected.every(agrees)) return;
  throw new AdvectError(
    'invalid-shape',
    `${name} has the shape [${actual.join(', ')}] where [${expected.join(', ')}] belongs`,
    `Give ${name} ${expected.length} ${expected.length === 1 ? 'axis' : 'axes'}: [${expected.join(', ')}].`,
  );
}
