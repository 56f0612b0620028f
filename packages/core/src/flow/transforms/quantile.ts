import { sizeOf } from '@advect/base/array';
import { AdvectError } from '@advect/base/errors';
import { number, readOptions, value } from '@advect/base/options';
import type { Transform } from '../flow.js';
import { normalMixture } from './normal-mixture.js';

/** Options of `quantile`. */
export interface QuantileOptions {
  /** How often each level occurs, lowest first: any positive numbers, of which shares are made. Two levels at least. */
  readonly masses: readonly number[];
  /** The share from which a level gets a normal of its own; neighbours below it share one. Default 0.05. */
  readonly heavy?: number;
  /** Distance between neighbouring normals, in their standard deviations. Default 5. */
  readonly spacing?: number;
}

/**
 * y = G⁻¹(F(x)) for each entry: F is the distribution of dequantised levels, uniform within each of the equal cells of
 * [0, 1], and G a mixture of unit normals in a row, one for each level that is common and one for each run of others between.
 * Where one level fills most of a picture, such as its background, a logit leaves its cell as a narrow, lopsided peak with a
 * sharp edge; here it becomes a normal, for which a flow from a normal has a linear field.
 *
 * Monotone and exact: log |dy/dx| = log f(x) − log g(y). Forward throws `invalid-value` outside [0, 1]. Cost: about ten
 * evaluations of the normal distribution an entry, forward; one back.
 * References: Chen and Gopinath (2000), "Gaussianization", §3, for the map from marginals; dequantisation as in `dequantise`.
 */
export function quantile(options: QuantileOptions): Transform {
  const { masses, heavy, spacing } = readOptions<Required<QuantileOptions>>('quantile', options, {
    masses: value<readonly number[]>(areMasses, 'two or more positive numbers'),
    heavy: number({ default: 0.05, min: 0, max: 1 }),
    spacing: number({ default: 5, min: 0, max: 20 }),
  });
  const levels = masses.length;
  const total = masses.reduce((sum, mass) => sum + mass, 0);
  const shares = masses.map((mass) => mass / total);
  const below = runningSum(shares);
  const above = runningSum(shares.toReversed()).reverse();
  const target = normalMixture(groups(shares, heavy), spacing);

  const levelOf = (x: number): number => Math.min(levels - 1, Math.floor(x * levels));
  const slope = (level: number, y: number): number => (shares[level] * levels) / target.density(y);

  const toNormal = (x: number): number => {
    const level = levelOf(x);
    const part = x * levels - level;
    const lower = below[level] + part * shares[level];
    return lower < 0.5
      ? target.quantile(Math.max(lower, least))
      : target.quantile(Math.max(above[level + 1] + (1 - part) * shares[level], least), true);
  };
  const fromNormal = (y: number): { x: number; level: number } => {
    const lower = target.cumulative(y);
    const upper = target.cumulative(y, true);
    const level = lower < 0.5 ? lastWhere(levels, (l) => below[l] <= lower) : lastWhere(levels, (l) => above[l] >= upper);
    const part = lower < 0.5 ? (lower - below[level]) / shares[level] : 1 - (upper - above[level + 1]) / shares[level];
    return { x: (level + Math.min(1, Math.max(0, part))) / levels, level };
  };

  return {
    config: { kind: 'quantile', masses, heavy, spacing },
    forward(x) {
      const dim = sizeOf(x.shape.slice(1));
      const logDet = new Float64Array(x.shape[0]);
      const data = x.data.map((v, i) => {
        if (!(v >= 0 && v <= 1)) {
          const row = Math.floor(i / dim);
          throw new AdvectError('invalid-value', `quantile: row ${row} holds ${v}, outside [0, 1]`, 'Scale the data into [0, 1] first.');
        }
        const y = toNormal(v);
        logDet[Math.floor(i / dim)] += Math.log(slope(levelOf(v), y));
        return y;
      });
      return { y: { shape: x.shape, data }, logDet };
    },
    inverse(y) {
      const dim = sizeOf(y.shape.slice(1));
      const logDet = new Float64Array(y.shape[0]);
      const data = y.data.map((v, i) => {
        const { x, level } = fromNormal(v);
        logDet[Math.floor(i / dim)] += Math.log(slope(level, v));
        return x;
      });
      return { x: { shape: y.shape, data }, logDet };
    },
    entryLogDet: (x) => Float64Array.from(x.data, (v) => Math.log(slope(levelOf(v), toNormal(v)))),
    pullback: (x, _keys, ofY, ofLogDet) =>
      ofY.map((v, i) => {
        const y = toNormal(x.data[i]);
        // d log |dy/dx| / dy = −g′(y)/g(y): within a cell f is constant.
        return slope(levelOf(x.data[i]), y) * (v - ofLogDet[Math.floor((i * ofLogDet.length) / ofY.length)] * target.score(y));
      }),
  };
}

/** Smallest tail that is told apart: the end of a cell is as far out as half a step of float32 from it. */
const least = 2 ** -40;

const areMasses = (v: unknown): boolean => Array.isArray(v) && v.length >= 2 && v.every((mass) => Number.isFinite(mass) && mass > 0);

/** Σ of the first 0, 1, … shares. */
function runningSum(shares: readonly number[]): number[] {
  const sums = [0];
  for (const share of shares) sums.push(sums[sums.length - 1] + share);
  return sums;
}

/** Shares of the normals: one for each common level, one for each run of others. */
function groups(shares: readonly number[], heavy: number): number[] {
  const found: number[] = [];
  let open = false;
  for (const share of shares) {
    if (share >= heavy) found.push(share);
    else if (open) found[found.length - 1] += share;
    else found.push(share);
    open = share < heavy;
  }
  return found;
}

/** The last of 0 … count − 1 that holds, where those that hold come first; 0 if none does. */
function lastWhere(count: number, holds: (index: number) => boolean): number {
  let [low, high] = [0, count];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (holds(middle)) low = middle;
    else high = middle;
  }
  return low;
}
