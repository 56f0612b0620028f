/** A perfect matching of rows to columns of least total cost, with the dual prices that prove it. */
export interface Assignment {
  /** The column of each row: a permutation. */
  readonly columns: Int32Array;
  /** Σ cost[i, columns[i]]. */
  readonly cost: number;
  /** Dual prices: rowPrices[i] + columnPrices[j] ≤ cost[i, j], with equality on the matching (up to rounding). */
  readonly rowPrices: Float64Array;
  readonly columnPrices: Float64Array;
}

/**
 * Solves the n × n linear assignment problem exactly, by successive shortest augmenting paths in float64, O(n³).
 * Deterministic: ties go to the lowest index.
 *
 * References: Jonker & Volgenant (1987); Crouse (2016), the shortest-path part, which needs no initialisation.
 *
 * @param cost [n, n], row-major, finite
 */
export function assign(cost: Float64Array, n: number): Assignment {
  const rowPrices = new Float64Array(n);
  const columnPrices = new Float64Array(n);
  const columns = new Int32Array(n).fill(-1);
  const rows = new Int32Array(n).fill(-1);
  reduceColumns(cost, n, columnPrices, columns, rows);

  const distance = new Float64Array(n);
  const before = new Int32Array(n);
  const open = new Int32Array(n);
  for (let start = 0; start < n; start++) {
    if (columns[start] >= 0) continue;
    // Dijkstra over columns, from the free row `start` to the nearest free column, in reduced costs (all ≥ 0).
    distance.fill(Infinity);
    for (let j = 0; j < n; j++) open[j] = j;
    let openCount = n;
    let row = start;
    let reached = 0;
    let sink = -1;
    while (sink < 0) {
      const offset = reached - rowPrices[row];
      const at = row * n;
      let best = Infinity;
      let bestAt = -1;
      for (let k = 0; k < openCount; k++) {
        const j = open[k];
        const through = offset + cost[at + j] - columnPrices[j];
        if (through < distance[j]) {
          distance[j] = through;
          before[j] = row;
        }
        const d = distance[j];
        if (d < best || (d === best && better(j, open[bestAt], rows))) {
          best = d;
          bestAt = k;
        }
      }
      reached = best;
      const column = open[bestAt];
      open[bestAt] = open[--openCount];
      open[openCount] = column;
      if (rows[column] < 0) sink = column;
      else row = rows[column];
    }
    // Prices move so that the path's edges become tight; the scanned columns lie behind openCount.
    rowPrices[start] += reached;
    for (let k = openCount; k < n; k++) {
      const j = open[k];
      if (j === sink) continue;
      const slack = reached - distance[j];
      rowPrices[rows[j]] += slack;
      columnPrices[j] -= slack;
    }
    for (let j = sink; ;) {
      const i = before[j];
      const next = columns[i];
      columns[i] = j;
      rows[j] = i;
      if (i === start) break;
      j = next;
    }
  }
  let total = 0;
  for (let i = 0; i < n; i++) total += cost[i * n + columns[i]];
  return { columns, cost: total, rowPrices, columnPrices };
}

/** Among equally near columns a free one ends the search at once; else the lowest index, so that order does not matter. */
const better = (j: number, than: number, rows: Int32Array): boolean => (rows[j] < 0 !== rows[than] < 0 ? rows[j] < 0 : j < than);

/** Starts with each column's cheapest row, matched where that row is still free: feasible prices and most of the matching. */
function reduceColumns(cost: Float64Array, n: number, columnPrices: Float64Array, columns: Int32Array, rows: Int32Array): void {
  for (let j = 0; j < n; j++) {
    let cheapest = 0;
    for (let i = 1; i < n; i++) if (cost[i * n + j] < cost[cheapest * n + j]) cheapest = i;
    columnPrices[j] = cost[cheapest * n + j];
    if (columns[cheapest] < 0) {
      columns[cheapest] = j;
      rows[j] = cheapest;
    }
  }
}
