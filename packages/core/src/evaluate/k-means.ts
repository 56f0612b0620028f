import { type Key, uniforms } from '../random/index.js';
import type { Rows } from './rows.js';

/**
 * Groups rows around `clusters` centres: seeds drawn with probability proportional to the squared distance from those drawn
 * before, then alternating assignment and averaging until nothing changes or `iterations` have passed. The answer is each
 * row's cluster. A cluster that loses all its rows keeps its centre. Cost: count · clusters · dim an iteration.
 *
 * Reference: Arthur and Vassilvitskii 2007, "k-means++: the advantages of careful seeding".
 */
export function kMeans(rows: Rows, clusters: number, key: Key, iterations = 30): Int32Array {
  const { count, dim, data } = rows;
  const centres = seed(rows, clusters, key);
  const cluster = new Int32Array(count).fill(-1);
  for (let iteration = 0; iteration < iterations; iteration++) {
    let changed = false;
    for (let n = 0; n < count; n++) {
      const nearest = nearestCentre(rows, n, centres);
      changed ||= nearest !== cluster[n];
      cluster[n] = nearest;
    }
    if (!changed) break;
    for (let c = 0; c < clusters; c++) {
      const sum = new Float64Array(dim);
      let size = 0;
      for (let n = 0; n < count; n++) {
        if (cluster[n] !== c) continue;
        size++;
        for (let i = 0; i < dim; i++) sum[i] += data[n * dim + i];
      }
      if (size > 0) centres[c] = sum.map((v) => v / size);
    }
  }
  return cluster;
}

function seed(rows: Rows, clusters: number, key: Key): Float64Array[] {
  const row = (n: number): Float64Array => Float64Array.from(rows.data.subarray(n * rows.dim, (n + 1) * rows.dim));
  const u = uniforms(key, clusters);
  const centres = [row(Math.floor(u[0] * rows.count))];
  const distances = Float64Array.from({ length: rows.count }, (_, n) => squaredDistance(rows, n, centres[0]));
  for (let c = 1; c < clusters; c++) {
    let rest = u[c] * distances.reduce((a, b) => a + b);
    let chosen = 0;
    while (chosen < rows.count - 1 && (rest -= distances[chosen]) >= 0) chosen++;
    centres.push(row(chosen));
    for (let n = 0; n < rows.count; n++) distances[n] = Math.min(distances[n], squaredDistance(rows, n, centres[c]));
  }
  return centres;
}

function nearestCentre(rows: Rows, n: number, centres: readonly Float64Array[]): number {
  let [nearest, least] = [0, Infinity];
  centres.forEach((centre, c) => {
    const distance = squaredDistance(rows, n, centre);
    if (distance < least) [nearest, least] = [c, distance];
  });
  return nearest;
}

function squaredDistance({ dim, data }: Rows, n: number, centre: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < dim; i++) sum += (data[n * dim + i] - centre[i]) ** 2;
  return sum;
}
