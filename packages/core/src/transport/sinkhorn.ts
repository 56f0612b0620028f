import { solvePositive } from './solve-positive.js';

/** An entropic transport plan between n and n points of equal weight. */
export interface TransportPlan {
  /** [n, n], row-major; its columns sum to 1/n up to rounding, its rows up to `marginalError`. */
  readonly plan: Float64Array;
  /** Whether the rows meet their sums to 1e-6; else this is the plan of the last step. */
  readonly converged: boolean;
  /** Largest |n · row sum − 1|. */
  readonly marginalError: number;
  /** Passes over rows and columns, and Newton steps. */
  readonly passes: number;
  readonly newtonSteps: number;
}

/** Marginals are met to this share of 1/n. */
const TOLERANCE = 1e-6;

/** Passes at one ε, before Newton's method takes over at the last. */
const MOST_PASSES = 30;
const MOST_NEWTON_STEPS = 20;

/** Entries of a row below this share of its sum add nothing to a Newton step: with little entropy most of them. */
const NEGLIGIBLE = 1e-14;

/** Scalings beyond these bounds are taken into the potentials. */
const LARGEST = 1e50;

/**
 * The plan of least Σ plan·cost + ε Σ plan·log plan whose rows and columns each sum to 1/n, in float64 with potentials as
 * logarithms, so that ε may be any small part of the costs: Sinkhorn's passes, O(n²) each, while ε comes down in halves
 * from the largest cost; where they are slow at the last ε, Newton's method on the dual, O(n³) a step. Stops when rows
 * meet their sums to 1e-6 (columns always do), or after 20 steps, as happens with an ε below about
 * 1e-5 of the costs and hundreds of points: take the assignment there.
 *
 * References: Cuturi (2013); Schmitzer (2019), algorithm 2 (absorption) and §3.3 (ε-scaling); Brauer et al. (2017) (Newton).
 *
 * @param cost [n, n], row-major, finite
 */
export function sinkhorn(cost: Float64Array, n: number, epsilon: number): TransportPlan {
  const [f, g, u, v, rows, columns] = Array.from({ length: 6 }, () => new Float64Array(n));
  const state: Scaling = {
    cost,
    n,
    f,
    g,
    u: u.fill(1),
    v: v.fill(1),
    rows,
    columns,
    near: new Int32Array(n),
    plan: new Float64Array(n * n),
  };
  const matrix = new Float64Array(n * n);
  let passes = 0;
  let newtonSteps = 0;
  let marginalError = Infinity;
  for (let at = Math.max(epsilon, largest(cost)); ; at = Math.max(epsilon, at / 2)) {
    settleRows(state);
    const last = at === epsilon;
    const done = scalePlan(state, at, { goal: last ? TOLERANCE : 1e-2, most: MOST_PASSES, last });
    passes += done.passes;
    marginalError = done.error;
    if (last) break;
  }
  for (; marginalError > TOLERANCE && newtonSteps < MOST_NEWTON_STEPS; newtonSteps++) {
    newtonStep(state, epsilon, matrix);
    settleRows(state);
    passes++;
    marginalError = scalePlan(state, epsilon, { goal: TOLERANCE, most: 1, last: true }).error;
  }
  return { plan: state.plan, converged: marginalError <= TOLERANCE, marginalError, passes, newtonSteps };
}

/** The plan exp((f ⊕ g − cost)/ε) and its potentials, which the passes and Newton's steps change in place. */
interface Scaling {
  /** [n, n] */
  readonly cost: Float64Array;
  readonly n: number;
  readonly f: Float64Array;
  readonly g: Float64Array;
  readonly plan: Float64Array;
  /** Scalings that the potentials do not hold yet, and sums over rows and columns. */
  readonly u: Float64Array;
  readonly v: Float64Array;
  readonly rows: Float64Array;
  readonly columns: Float64Array;
  readonly near: Int32Array;
}

/** Makes the largest exponent of every row 0, so that no row of the plan vanishes. */
function settleRows({ cost, f, g, n }: Scaling): void {
  for (let i = 0; i < n; i++) {
    let least = Infinity;
    for (let j = 0; j < n; j++) least = Math.min(least, cost[i * n + j] - g[j]);
    f[i] = least;
  }
}

/** Sinkhorn's passes on exp((f ⊕ g − cost)/ε), rows first. The potentials are those at the end, and if it is the last ε so is the plan. */
function scalePlan(
  state: Scaling,
  epsilon: number,
  { goal, most, last }: { readonly goal: number; readonly most: number; readonly last: boolean },
): { passes: number; error: number } {
  const { plan, n, u, v, rows, columns } = state;
  fillPlan(state, epsilon);
  timesColumns(plan, v, n, rows);
  let error = Infinity;
  let passes = 0;
  while (passes < most && error > goal) {
    passes++;
    let inRange = true;
    for (let i = 0; i < n; i++) {
      u[i] = 1 / (n * rows[i]);
      inRange &&= u[i] < LARGEST && u[i] > 1 / LARGEST;
    }
    timesRows(plan, u, n, columns);
    for (let j = 0; j < n; j++) {
      const vanished = columns[j] <= 1e-200;
      v[j] = vanished ? revive(state, epsilon, j) : 1 / (n * columns[j]);
      inRange &&= !vanished && v[j] < LARGEST && v[j] > 1 / LARGEST;
    }
    if (!inRange) {
      absorb(state, epsilon);
      fillPlan(state, epsilon);
    }
    timesColumns(plan, v, n, rows);
    error = 0;
    for (let i = 0; i < n; i++) error = Math.max(error, Math.abs(n * u[i] * rows[i] - 1));
  }
  absorb(state, epsilon);
  if (last) fillPlan(state, epsilon);
  return { passes, error };
}

function fillPlan({ plan, cost, f, g, n }: Scaling, epsilon: number): void {
  const rate = 1 / epsilon;
  for (let i = 0; i < n; i++) {
    for (let j = 0, at = i * n; j < n; j++, at++) plan[at] = Math.exp((f[i] + g[j] - cost[at]) * rate);
  }
}

/** Takes the scalings into the potentials. */
function absorb({ f, g, u, v, n }: Scaling, epsilon: number): void {
  for (let i = 0; i < n; i++) {
    f[i] += epsilon * Math.log(u[i]);
    g[i] += epsilon * Math.log(v[i]);
  }
  u.fill(1);
  v.fill(1);
}

/** Gives a column that has vanished the potential by which its largest entry becomes 1/n; its scaling then is 1. */
function revive({ cost, f, g, u, n }: Scaling, epsilon: number, j: number): number {
  let best = -Infinity;
  for (let i = 0; i < n; i++) best = Math.max(best, f[i] + epsilon * Math.log(u[i]) - cost[i * n + j]);
  g[j] = -best - epsilon * Math.log(n);
  return 1;
}

/** Σⱼ plan[i, j]·v[j]. */
function timesColumns(plan: Float64Array, v: Float64Array, n: number, out: Float64Array): void {
  for (let i = 0; i < n; i++) {
    let total = 0;
    for (let j = 0, at = i * n; j < n; j++, at++) total += plan[at] * v[j];
    out[i] = total;
  }
}

/** Σᵢ plan[i, j]·u[i]. */
function timesRows(plan: Float64Array, u: Float64Array, n: number, out: Float64Array): void {
  out.fill(0);
  for (let i = 0; i < n; i++) {
    const scale = u[i];
    for (let j = 0, at = i * n; j < n; j++, at++) out[j] += plan[at] * scale;
  }
}

/**
 * Moves the potentials by Newton's method, halving the step until the dual Σf/n + Σg/n − ε Σ plan does not fall. Columns meet
 * their sums, so that with r the row sums and residual = 1/n − r the step solves (diag(1/n) − PᵀR⁻¹P)·dg = −ε PᵀR⁻¹·residual,
 * df = R⁻¹(ε·residual − P·dg).
 */
function newtonStep({ plan, cost, f, g, n, near }: Scaling, epsilon: number, matrix: Float64Array): void {
  matrix.fill(0);
  const right = new Float64Array(n);
  const r = new Float64Array(n);
  const residual = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const row = plan.subarray(i * n, (i + 1) * n);
    r[i] = row.reduce((sum, v) => sum + v, 0);
    residual[i] = 1 / n - r[i];
    let count = 0;
    for (let j = 0; j < n; j++) if (row[j] > NEGLIGIBLE * r[i]) near[count++] = j;
    for (let a = 0; a < count; a++) {
      const j = near[a];
      const share = row[j] / r[i];
      right[j] -= epsilon * share * residual[i];
      if (count === n) for (let k = 0, at = j * n; k <= j; k++, at++) matrix[at] -= share * row[k];
      else for (let b = 0; b <= a; b++) matrix[j * n + near[b]] -= share * row[near[b]];
    }
  }
  // Constants move f against g and nothing else: they are held by 1/n² in every entry.
  for (let j = 0; j < n; j++) {
    for (let k = 0; k <= j; k++) matrix[j * n + k] += 1 / (n * n);
    matrix[j * n + j] += (1 + 1e-13) / n;
  }
  const dg = solvePositive(matrix, right, n);
  const df = residual.map((v, i) => {
    let along = 0;
    for (let j = 0; j < n; j++) along += plan[i * n + j] * dg[j];
    return (epsilon * v - along) / r[i];
  });
  const dual = (step: number): number => {
    let mass = 0;
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) mass += Math.exp((f[i] + step * df[i] + g[j] + step * dg[j] - cost[i * n + j]) / epsilon);
    }
    return (step * (sum(df) + sum(dg))) / n - epsilon * (mass - 1);
  };
  let step = 1;
  while (step > 0 && !(dual(step) >= 0)) step = step > 1e-6 ? step / 2 : 0;
  for (let i = 0; i < n; i++) {
    f[i] += step * df[i];
    g[i] += step * dg[i];
  }
}

const sum = (values: Float64Array): number => values.reduce((total, v) => total + v, 0);

const largest = (values: Float64Array): number => values.reduce((most, v) => Math.max(most, v), 0);
