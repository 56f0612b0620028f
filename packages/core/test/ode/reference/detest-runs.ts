import { readFileSync } from 'node:fs';
import { detest, DETEST_END, normalisedRms, type DetestProblem } from '@advect/testkit';
import { advance, float64Space, solve, type MethodName, type Solution, type StepReport } from '#src/ode/index.js';

/** Tolerances (absolute and relative) at which each method that chooses its own steps is run. */
export const DETEST_TOLERANCES = {
  heun: [1e-2, 1e-3, 1e-4],
  ralston: [1e-2, 1e-3, 1e-4],
  bosh3: [1e-3, 1e-6, 1e-8],
  dopri5: [1e-3, 1e-6, 1e-9],
  tsit5: [1e-3, 1e-6, 1e-9],
  dopri8: [1e-3, 1e-6, 1e-9],
} as const satisfies Partial<Record<MethodName, readonly number[]>>;

export type AdaptiveMethod = keyof typeof DETEST_TOLERANCES;
export const adaptiveMethods = Object.keys(DETEST_TOLERANCES) as AdaptiveMethod[];

interface Reference {
  readonly source: string;
  readonly y: readonly number[];
  readonly scipy: Readonly<Record<string, { readonly error: number; readonly evaluations: number }>>;
}

/** The compiled tests live in build/test/ode/reference, the stored numbers in test/ode/reference. */
export const referenceFile = (name: string): URL => new URL(`../../../../test/ode/reference/${name}`, import.meta.url);

export const references = JSON.parse(readFileSync(referenceFile('detest.json'), 'utf8')).problems as Readonly<Record<string, Reference>>;

/** One run from t = 0 to 20, or of the mirrored problem dz/ds = −f(−s, z) from 0 to −20, whose solution is y(−s). */
export function runDetest(
  problem: DetestProblem,
  method: AdaptiveMethod,
  tolerance: number,
  mirrored = false,
  onStep?: (report: StepReport<Float64Array>) => void,
): Promise<Solution<Float64Array>> {
  const direction = mirrored ? -1 : 1;
  return solve({
    space: float64Space(),
    field: (t, y) => problem.field(direction * (t as number), y).map((slope) => direction * slope),
    y0: Float64Array.from(problem.y0),
    t0: 0,
    t1: direction * DETEST_END,
    method,
    atol: tolerance,
    rtol: tolerance,
    maxSteps: 1e6,
    onStep,
  });
}

/** One line of the table: what a run cost and how far it went astray, in units of the tolerance. */
export interface DetestRow {
  readonly problem: string;
  readonly method: AdaptiveMethod;
  readonly tolerance: number;
  readonly evaluations: number;
  readonly accepted: number;
  readonly rejected: number;
  /** Error at t = 20, against the reference solution. */
  readonly error: number;
  /** Largest error that a single step added, against the exact continuation from its start. */
  readonly worstStep: number;
}

/** Fine steps by which the exact continuation over one step is found: parts of its length, by a method of higher order or by the same of eighth order. */
const CONTINUATION = {
  heun: ['tsit5', 6],
  ralston: ['tsit5', 6],
  bosh3: ['tsit5', 3],
  dopri5: ['dopri8', 2],
  tsit5: ['dopri8', 2],
  dopri8: ['dopri8', 3],
} as const;

/** SciPy's measure: root-mean-square in units of the tolerance, to three digits. */
const off = (y: Float64Array, expected: ArrayLike<number>, tolerance: number): number =>
  Number(normalisedRms(y, expected, { atol: tolerance, rtol: tolerance }).toPrecision(3));

async function measure(problem: DetestProblem, method: AdaptiveMethod, tolerance: number): Promise<DetestRow> {
  const states = [Float64Array.from(problem.y0)];
  const { y, grid, stats } = await runDetest(problem, method, tolerance, false, (report) => {
    if (report.accepted[0]) states.push(report.y.slice());
  });
  const [fine, parts] = CONTINUATION[method];
  const field = (t: number | Float64Array, state: Float64Array) => problem.field(t as number, state);
  let worstStep = 0;
  for (let i = 0; i + 1 < grid!.length; i++) {
    const times = Array.from({ length: parts + 1 }, (_, j) => grid![i] + ((grid![i + 1] - grid![i]) * j) / parts);
    worstStep = Math.max(worstStep, off(states[i + 1], advance(float64Space(), field, fine, states[i], times), tolerance));
  }
  const { evaluations, accepted, rejected } = stats;
  const error = off(y, references[problem.name].y, tolerance);
  return { problem: problem.name, method, tolerance, evaluations, accepted, rejected, error, worstStep };
}

export async function measureDetest(): Promise<DetestRow[]> {
  const rows: DetestRow[] = [];
  for (const method of adaptiveMethods) {
    for (const tolerance of DETEST_TOLERANCES[method]) {
      for (const problem of detest) rows.push(await measure(problem, method, tolerance));
    }
  }
  return rows;
}
