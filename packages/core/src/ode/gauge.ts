import type { VectorSpace } from './problem.js';
import type { Problem } from './solve-options.js';
import { stagesOf } from './method.js';
import type { Method } from './stepper.js';
import type { ExplicitMethod } from './tableau.js';

/** What the steps of a solve say about its field. */
export interface FieldGauge {
  /**
   * Largest estimate of the field's Lipschitz constant along the way, per unit of time: how much two slopes of a step differ
   * for the difference of their states. At most the true constant where both belong to one time, as in dopri5, tsit5 and
   * dopri8. NaN where nothing was measured.
   */
  readonly lipschitz: number;
  /** The time of the step in which it was found. */
  readonly at: number;
  /** Whether stability rather than accuracy limited the step for a while: the field is stiff for an explicit method. */
  readonly stiff: boolean;
}

/** Every so many attempts are measured: two sums and two norms, no evaluation. */
export const GAUGED = 4;

/** Measured steps in a row, near the limit of stability, that make a field stiff. */
const PERSISTENT = 4;

/** Share of the limit that counts as near: estimates fall short of the largest eigenvalue until it rules the difference. */
const NEAR = 0.8;

/**
 * Estimates h·ρ(J) from two slopes of each measured step, at the same time where the method has such (E. Hairer, G. Wanner,
 * Solving ODEs II, IV.2: the stiffness detection of DOPRI5), for each clock. Of a reversible form the Lipschitz constant alone:
 * its own stability is another (it is lost, slowly, at 1 − λ). Nothing for Adams methods, whose two slopes at one time belong
 * to states that take the slopes of steps before to tell apart, nor for Rosenbrock ones, whose slopes are combinations of
 * evaluations and which no stability limits.
 */
export function createGauge<V>({ method, tolerance, joint }: Problem<V>, clocks: number) {
  const lipschitz = new Float64Array(clocks).fill(NaN);
  const at = new Float64Array(clocks).fill(NaN);
  const run = new Int32Array(clocks);
  const longest = new Int32Array(clocks);
  const plan = gaugeable(method);
  return {
    /** Takes a step from y with its slopes, the one at the end included if it was evaluated. */
    async measure(space: VectorSpace<V>, { rows, from, h, accepted, y, slopes }: Measured<V>): Promise<void> {
      if (!plan || slopes.length <= plan.last) return;
      const sizeOf = async (weights: readonly number[]): Promise<Float64Array> => {
        const difference = space.blend(slopes.slice(0, weights.length), weights);
        const size = space.norm(difference, y, y, tolerance, joint);
        const settled = size instanceof Float64Array ? size : await size;
        space.release(difference);
        return settled;
      };
      const [ofSlopes, ofStates] = [await sizeOf(plan.slopes), await sizeOf(plan.states)];
      rows.forEach((clock, place) => {
        const estimate = ofSlopes[place] / (Math.abs(h[place]) * ofStates[place]);
        if (!accepted[place] || !Number.isFinite(estimate)) return;
        if (!(estimate <= lipschitz[clock])) [lipschitz[clock], at[clock]] = [estimate, from[place]];
        run[clock] = Math.abs(h[place]) * estimate > NEAR * plan.limit ? run[clock] + 1 : Math.max(0, run[clock] - 2);
        longest[clock] = Math.max(longest[clock], run[clock]);
      });
    },
    of: (clock: number): FieldGauge => ({ lipschitz: lipschitz[clock], at: at[clock], stiff: longest[clock] >= PERSISTENT }),
    /** The largest constant of all clocks, and whether any is stiff. */
    worst(): FieldGauge {
      const top = lipschitz.reduce((best, value, clock) => (value > lipschitz[best] || Number.isNaN(lipschitz[best]) ? clock : best), 0);
      return { lipschitz: lipschitz[top], at: at[top], stiff: longest.some((length) => length >= PERSISTENT) };
    },
  };
}

interface Measured<V> {
  readonly rows: Int32Array;
  readonly from: Float64Array;
  readonly h: Float64Array;
  readonly accepted: Uint8Array;
  readonly y: V;
  readonly slopes: readonly V[];
}

/** The weights that give the difference of two slopes, and that of their states over h. */
interface Plan {
  readonly last: number;
  readonly slopes: readonly number[];
  readonly states: readonly number[];
  readonly limit: number;
}

function gaugeable(method: Method): Plan | undefined {
  if (method.kind === undefined) return planOf(method);
  if (method.kind !== 'reversible') return undefined;
  const { base } = method;
  const stages = stagesOf(base);
  // The stages at the companion come first; that at the end belongs to the other half. One of them leads nowhere further.
  return stages < 2
    ? undefined
    : { ...planOf({ ...base, c: base.c.slice(0, stages), a: base.a.slice(0, stages), fsal: true }), limit: Infinity };
}

function planOf(method: ExplicitMethod): Plan {
  const c = method.fsal ? method.c : [...method.c, 1];
  const rows = method.fsal ? method.a : [...method.a, method.b];
  const last = c.length - 1;
  const [i, j] = lastPair(c, (a, b) => a === b) ?? lastPair(c, () => true)!;
  return {
    last: j,
    slopes: Array.from({ length: j + 1 }, (_, k) => (k === j ? 1 : k === i ? -1 : 0)),
    states: Array.from({ length: last }, (_, k) => (rows[j][k] ?? 0) - (rows[i][k] ?? 0)),
    limit: stabilityLimit(method),
  };
}

function lastPair(c: readonly number[], fits: (a: number, b: number) => boolean): readonly [number, number] | undefined {
  for (let j = c.length - 1; j > 0; j--) for (let i = j - 1; i >= 0; i--) if (fits(c[i], c[j])) return [i, j];
  return undefined;
}

/** The largest x for which steps of y′ = −y of every length up to x do not grow, |R(−x)| ≤ 1, down to a hundredth. */
export function stabilityLimit({ a, b }: ExplicitMethod): number {
  const end = (z: number): number => {
    const k: number[] = [];
    for (const row of a) k.push(z * (1 + row.reduce((sum, weight, j) => sum + weight * k[j], 0)));
    return 1 + b.reduce((sum, weight, j) => sum + weight * k[j], 0);
  };
  let hundredths = 0;
  while (hundredths < 1e4 && Math.abs(end(-(hundredths + 1) / 100)) <= 1) hundredths++;
  return hundredths / 100;
}
