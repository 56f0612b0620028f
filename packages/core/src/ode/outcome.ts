import type { Clocks } from './clocks.js';
import { diagnose, sizesOf } from './diagnosis.js';
import type { createGauge } from './gauge.js';
import type { Problem } from './solve-options.js';
import type { Solution, SolveResult, SolveStats } from './solution.js';
import { shown } from './times.js';

/** From harmless to grave: the whole solve is as its worst row. */
const GRAVITY: readonly SolveResult[] = ['done', 'event', 'stopped', 'aborted', 'maxSteps', 'stepTooSmall', 'nonFinite'];

/** What a solve came to, by its clocks: their results, the worst of them, and the sentence about it. */
export async function outcome<V>(
  problem: Problem<V>,
  clocks: Clocks,
  gauge: ReturnType<typeof createGauge<V>>,
  stats: SolveStats,
  y: V,
): Promise<Pick<Solution<V>, 't' | 'result' | 'rowResults' | 'stats' | 'gauge' | 'diagnosis'>> {
  const results = clocks.results as SolveResult[];
  const gravities = results.map((result) => GRAVITY.indexOf(result));
  const worst = gravities.reduce((most, gravity, i) => (gravity > gravities[most] ? i : most), 0);
  const result = results[worst];
  const ending = {
    result,
    t: clocks.t[worst],
    h: clocks.wanted[worst],
    error: clocks.error[worst],
    gauge: result === 'done' ? gauge.worst() : gauge.of(worst),
    ...(await sizesOf(problem, y, result === 'done' ? undefined : worst)),
    rows: problem.joint ? undefined : ([results.filter((other) => other === result).length, results.length] as const),
  };
  return {
    t: shown(clocks.t, problem.joint),
    result,
    ...(problem.joint ? {} : { rowResults: clocks.rowResults() }),
    stats,
    gauge: gauge.worst(),
    diagnosis: diagnose(problem, stats, ending),
  };
}
