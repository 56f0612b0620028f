import type { StepReport } from '../ode/index.js';

/** What the error estimates of a solve's steps add up to, for each row, scaled as `solverError` says; zero where there are none. */
export interface Defects {
  /** Σ|e| of the integral of the divergence, nats. */
  readonly integral: Float64Array;
  /** Σ|e| of the position. */
  readonly position: Float64Array;
  /** The same, each |e| divided by the factor by which the flow has scaled lengths since the solve began. */
  readonly stretched: Float64Array;
}

/** Positions, and the integrals of the divergence so far. */
interface State {
  readonly x: Float32Array;
  readonly integrals: Float64Array;
}

export const noDefects = (rows: number): Defects => ({
  integral: new Float64Array(rows),
  position: new Float64Array(rows),
  stretched: new Float64Array(rows),
});

/** Adds the error estimates of a step of `rows` rows, of which the first is row `start` of the defects. */
export function addDefects(
  defects: Defects,
  { h, accepted, y, difference, rows: held }: StepReport<State>,
  embeddedOrder: number,
  start: number,
  rows: number,
): void {
  if (!difference) return;
  const places = held?.length ?? rows;
  const [dim, columns] = [y.x.length / places, y.integrals.length / places];
  for (let place = 0; place < places; place++) {
    const clock = h.length === 1 ? 0 : place;
    if (!accepted[clock]) continue;
    const row = start + (held?.[place] ?? place);
    const step = Math.abs(h[clock]);
    const ofIntegral = step * Math.abs(meanOf(difference.integrals, place, columns));
    const ofPosition = step * lengthOf(difference.x, place, dim);
    const share = SAFETY * (ofIntegral + Math.sqrt(dim) * ofPosition) ** (1 / (embeddedOrder + 1));
    defects.integral[row] += share * ofIntegral;
    defects.position[row] += share * ofPosition;
    defects.stretched[row] += share * ofPosition * Math.exp(-meanOf(y.integrals, place, columns) / dim);
  }
}

/** The defects of two solves, one after the other; the scaling of lengths goes on from the first to the second. */
export function joinDefects(before: Solved, after: Solved, dim: number): Defects {
  const rows = before.defects.integral.length;
  const sum = (name: keyof Defects, scale: (row: number) => number = () => 1): Float64Array =>
    before.defects[name].map((value, row) => value + after.defects[name][row] * scale(row));
  const columns = before.integrals.length / rows;
  return {
    integral: sum('integral'),
    position: sum('position'),
    stretched: sum('stretched', (row) => Math.exp(-meanOf(before.integrals, row, columns) / dim)),
  };
}

interface Solved {
  readonly defects: Defects;
  /** Of the divergence, [rows, columns]. */
  readonly integrals: Float64Array;
}

/**
 * By how much the solver may have moved a log-density, from the error estimates of its steps at no further cost.
 *
 * A step that ends beside the solution by e goes on along another path, whose log-density differs by e·∇log p_t, and adds
 * its own error of the integral. ∇log p_t is taken to be as long as the base's score at the noise, at least √D, divided by
 * how far the flow has narrowed lengths since the base, exp(∫₀ᵗ div/D), if it has. The estimates are those of the embedded
 * method, of order q, while the solution goes on with order q + 1, whose error is the smaller share δ^(1/(q+1)) of an
 * estimate of δ nats. All sizes are added up.
 *
 * @param score length of the base's score at the noise of this row
 * @param toBase integral of the divergence from the start of the solve to t = 0
 */
export function solverError({ integral, position, stretched }: Defects, row: number, dim: number, score: number, toBase: number): number {
  const drift = Math.max(position[row], stretched[row] * Math.exp(toBase / dim));
  return integral[row] + Math.max(score, Math.sqrt(dim)) * drift;
}

/**
 * Factor on that share, set so that on flows of known density twice the standard error covers the true one in 95 of 100 cases
 * or more, at tolerances from 1e-3 to 2e-6 and for every adaptive method. It is no bound elsewhere: two networks of random weights,
 * 2.5 times as large as fresh ones, are covered at 88 and 96 % at 1e-3, at 98 and 99 % at 1e-4. Their few steps do not tell them
 * apart: trained fields in fewer are covered at 96 % or more. See docs/densities.md and test/flow/solver-error.test.ts.
 */
const SAFETY = 20;

function lengthOf(rows: Float32Array, row: number, width: number): number {
  let sum = 0;
  for (let i = row * width; i < (row + 1) * width; i++) sum += rows[i] ** 2;
  return Math.sqrt(sum);
}

function meanOf(rows: Float64Array, row: number, width: number): number {
  let sum = 0;
  for (let i = row * width; i < (row + 1) * width; i++) sum += rows[i];
  return sum / width;
}
