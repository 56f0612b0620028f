import { type Trace, traceColumns } from './divergence.js';
import type { LogDensity } from './flow.js';

/** Mean and standard error over the columns of divergence integrals, [rows, columns], on top of a constant for each row. */
export function logDensity(integrals: Float64Array, trace: Trace, offset: (row: number) => number): Omit<LogDensity, 'report'> {
  const columns = traceColumns(trace);
  const rows = integrals.length / columns;
  const logProb = new Float64Array(rows);
  const standardError = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    const row = integrals.subarray(i * columns, (i + 1) * columns);
    const mean = row.reduce((sum, v) => sum + v, 0) / columns;
    const squares = row.reduce((sum, v) => sum + (v - mean) ** 2, 0);
    logProb[i] = offset(i) + mean;
    standardError[i] = !('probes' in trace) ? 0 : Math.sqrt(squares / (columns - 1) / columns);
  }
  return { logProb, standardError };
}
