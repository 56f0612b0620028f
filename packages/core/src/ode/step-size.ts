import type { Times, Tolerance, VectorField, VectorSpace } from './problem.js';
import { shown } from './times.js';

/**
 * The smallest step that is still a step at time t: 2⁻⁵⁰ (four roundings) of |t|, or of a thousandth of the interval near
 * t = 0.
 */
export const leastStep = (t: number, interval: number): number => 2 ** -50 * Math.max(Math.abs(t), 2 ** -10 * Math.abs(interval));

/**
 * A first step for each clock, from the sizes of y, of its slope and of the slope's change over an explicit Euler step
 * (E. Hairer, S. P. Nørsett, G. Wanner, Solving ODEs I, II.4). Costs one field evaluation. Positive numbers, at most the
 * interval; NaN where the state or its slope is not finite.
 */
export async function firstSteps<V>(
  space: VectorSpace<V>,
  field: VectorField<V>,
  problem: { t0: number; t1: number; y: V; slope: V; tolerance: Tolerance; k: number; joint: boolean; clocks: number },
): Promise<Float64Array> {
  const { t0, t1, y, slope, tolerance, k, joint, clocks } = problem;
  const interval = Math.abs(t1 - t0);
  const direction = Math.sign(t1 - t0);
  const measure = async (v: V) => {
    const norm = space.norm(v, y, y, tolerance, joint);
    return norm instanceof Float64Array ? norm : await norm;
  };
  const d0 = await measure(y);
  const d1 = await measure(slope);
  const trial = d0.map((size, i) => Math.min(interval, size < 1e-5 || d1[i] < 1e-5 || d1[i] === Infinity ? 1e-6 : 0.01 * (size / d1[i])));
  const signed: Times = shown(
    trial.map((h) => (Number.isFinite(h) ? direction * h : 0)),
    joint,
  );
  const probe = space.combine(y, [slope], [1], signed);
  // A probe over the whole interval ends on t1, not on what rounding makes of it.
  const end = (h: number): number => (Math.abs(h) === interval ? t1 : t0 + h);
  const times = typeof signed === 'number' ? end(signed) : signed.map(end);
  const next = await field(times, probe);
  const change = space.combine(next, [slope], [-1], 1);
  const d2 = (await measure(change)).map((size, i) => size / trial[i]);
  for (const state of [probe, next, change]) space.release(state);
  return Float64Array.from({ length: clocks }, (_, i) => {
    const steepest = Math.max(d1[i], d2[i]);
    if (Number.isNaN(d0[i] + d1[i])) return NaN;
    if (!Number.isFinite(steepest)) return trial[i];
    const second = steepest <= 1e-15 ? Math.max(1e-6, trial[i] * 1e-3) : (0.01 / steepest) ** (1 / k);
    return Math.min(100 * trial[i], second, interval);
  });
}
