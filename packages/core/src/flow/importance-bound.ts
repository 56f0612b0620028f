import type { LogDensity } from './flow.js';
import { totalled } from './log-density.js';
import { studentWidth } from './student.js';

/**
 * The log of the mean of densities over draws of noise, log (1/K) Σₖ exp lₖ: a lower bound of the log-density in expectation
 * (Burda, Grosse and Salakhutdinov 2016, theorem 1). Its standard error is that of the mean of the weights exp lₖ, to first
 * order, and that of the draws themselves by their share of it.
 */
export async function importanceBound(count: number, draw: (index: number) => Promise<LogDensity>): Promise<LogDensity> {
  const draws: LogDensity[] = [];
  for (let k = 0; k < count; k++) draws.push(await draw(k));
  const rows = Array.from(draws[0].logProb, (_, row) => combine(draws.map(({ logProb }) => logProb[row])));
  const averaged = (errors: (of: LogDensity) => Float64Array): Float64Array =>
    Float64Array.from(rows, ({ shares }, row) => shares.reduce((sum, share, k) => sum + share * errors(draws[k])[row], 0));
  return {
    logProb: Float64Array.from(rows, ({ bound }) => bound),
    standardError: averaged(({ standardError }) => standardError).map((own, row) =>
      count === 1 ? own : Math.hypot(own, spread(rows[row].shares)),
    ),
    ...(draws[0].solverError && { solverError: averaged(({ solverError }) => solverError!) }),
    ...(draws.some(({ resolved }) => resolved === false) && { resolved: false as const }),
    bound: true,
    report: { ...totalled(draws.map(({ report }) => report)), samples: count },
  };
}

/** log mean exp, and each term's share of the sum. */
function combine(logs: readonly number[]): { bound: number; shares: number[] } {
  const most = Math.max(...logs);
  const weights = logs.map((log) => (log === most ? 1 : Math.exp(log - most)));
  const total = weights.reduce((sum, w) => sum + w, 0);
  return { bound: most + Math.log(total / logs.length), shares: weights.map((w) => w / total) };
}

/** Standard error of the log of the mean of weights whose shares of the sum these are, widened where there are few. */
const spread = (shares: readonly number[]): number => {
  const n = shares.length;
  return studentWidth(n - 1) * Math.sqrt((n / (n - 1)) * shares.reduce((sum, share) => sum + (share - 1 / n) ** 2, 0));
};
