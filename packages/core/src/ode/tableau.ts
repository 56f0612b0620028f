import { AdvectError } from '@advect/base/errors';
import { type MethodData, stagesOf } from './method.js';

/**
 * An explicit Runge–Kutta method as data (its Butcher tableau): stages kᵢ = f(t + cᵢh, y + h Σⱼ aᵢⱼkⱼ) and the step
 * y + h Σᵢ bᵢkᵢ. Row i of `a` has i entries.
 */
export interface ExplicitMethod extends MethodData {
  readonly kind?: undefined;
  readonly c: readonly number[];
  readonly a: readonly (readonly number[])[];
}

/** Largest |Σⱼ aᵢⱼ − cᵢ|: zero when every stage is evaluated at the time that its state belongs to. */
export const rowSumDefect = (method: ExplicitMethod): number =>
  Math.max(...method.a.map((row, i) => Math.abs(row.reduce((sum, a) => sum + a, 0) - method.c[i])));

/** Largest |aₛⱼ − bⱼ| of a first-same-as-last method (its last stage must be the step itself); 0 for the others. */
export const fsalDefect = (method: ExplicitMethod): number => {
  if (!method.fsal) return 0;
  const last = method.a[method.a.length - 1];
  return Math.max(Math.abs(method.b[last.length]), Math.abs(method.c[last.length] - 1), ...last.map((a, j) => Math.abs(a - method.b[j])));
};

/**
 * Checks a tableau given by a caller: sizes, strictly lower triangle, row sums, Σb = 1, Σ(b − b̂) = 0, first-same-as-last.
 * Throws `invalid-option` that names what is wrong.
 */
export function assertMethod(method: ExplicitMethod): void {
  const { a, b, c, error = [], interpolant = [] } = method;
  if (
    ![a, b, c, error, interpolant, ...(Array.isArray(a) ? a : []), ...(Array.isArray(interpolant) ? interpolant : [])].every(Array.isArray)
  ) {
    throw new AdvectError(
      'invalid-option',
      `the method '${method.name}' is no tableau`,
      'Give c, b and error as lists of numbers, a as a list of rows.',
    );
  }
  const stages = method.b.length;
  const sum = (weights: readonly number[]) => weights.reduce((total, w) => total + w, 0);
  const slopes = stagesOf(method) + 1;
  const faults: [boolean, string][] = [
    [stages === 0 || method.c.length !== stages || method.a.length !== stages, `c, a and b must have one entry for each stage`],
    [method.a.some((row, i) => row.length !== i), 'row i of a must have i entries'],
    [method.a.length === stages && !(rowSumDefect(method) < 1e-12), 'each row of a must sum to its c'],
    [!(Math.abs(sum(method.b) - 1) < 1e-12), 'b must sum to 1'],
    [method.a.length === stages && !(fsalDefect(method) < 1e-12), 'the last row of a must equal b in a first-same-as-last method'],
    [!(Number.isInteger(method.order) && method.order > 0), 'order must be a whole number of at least 1'],
    [(method.error === undefined) !== (method.embeddedOrder === undefined), 'error and embeddedOrder belong together'],
    [
      method.embeddedOrder !== undefined && !(Number.isInteger(method.embeddedOrder) && method.embeddedOrder > 0),
      'embeddedOrder must be a whole number of at least 1',
    ],
    [method.error !== undefined && method.error.length !== stages, 'error must have one entry for each stage'],
    [method.error !== undefined && !(Math.abs(sum(method.error)) < 1e-12), 'error must sum to 0'],
    [method.interpolant !== undefined && method.interpolant.length !== slopes, `interpolant must have ${slopes} entries`],
  ];
  const fault = faults.find(([wrong]) => wrong);
  if (fault) {
    throw new AdvectError('invalid-option', `the method '${method.name}' is not a consistent tableau`, `Correct it: ${fault[1]}.`);
  }
}
