import { sizeOf } from '@advect/base/array';
import { AdvectError } from '@advect/base/errors';
import { integer, readOptions } from '@advect/base/options';
import { uniforms } from '../../random/index.js';
import type { Transform } from '../flow.js';

/** Options of `dequantise`. */
export interface DequantiseOptions {
  /** Number of grey levels: entries are whole numbers from 0 to levels − 1. */
  readonly levels: number;
}

/**
 * Uniform dequantisation, y = (x + u) / levels with u ~ U[0, 1): whole numbers become points of [0, 1).
 *
 * Its log-determinant is −D log levels, so that the log-density of one draw bounds from below, in expectation, the log
 * probability of the discrete x; bits/dim is then −log p / (D ln 2) with no further offset. The inverse rounds down. In a
 * flow's verbs the noise of a row is made from the seed and the row's own bytes: equal rows have equal noise.
 * Reference: Theis, van den Oord, Bethge (2016), A note on the evaluation of generative models, §3.1.
 */
export function dequantise(options: DequantiseOptions): Transform {
  const { levels } = readOptions<DequantiseOptions>('dequantise', options, { levels: integer({ min: 2, max: 65536 }) });
  const logDetOf = (shape: readonly number[]): Float64Array => new Float64Array(shape[0]).fill(-sizeOf(shape.slice(1)) * Math.log(levels));
  return {
    config: { kind: 'dequantise', levels },
    bounds: true,
    forward(x, keys) {
      const dim = sizeOf(x.shape.slice(1));
      const data = new Float32Array(x.data.length);
      for (let i = 0; i < x.shape[0]; i++) {
        const u = uniforms(keys[i], dim);
        for (let d = 0; d < dim; d++) {
          const level = x.data[i * dim + d];
          if (!(Number.isInteger(level) && level >= 0 && level < levels)) {
            throw new AdvectError(
              'invalid-value',
              `dequantise: row ${i} holds ${level} at entry ${d}`,
              `Entries must be whole numbers from 0 to ${levels - 1}.`,
            );
          }
          data[i * dim + d] = within((level + u[d]) / levels, level / levels, (level + 1) / levels);
        }
      }
      return { y: { shape: x.shape, data }, logDet: logDetOf(x.shape) };
    },
    inverse: (y) => ({
      x: { shape: y.shape, data: y.data.map((v) => Math.min(levels - 1, Math.max(0, Math.floor(v * levels)))) },
      logDet: logDetOf(y.shape),
    }),
    entryLogDet: (x) => new Float64Array(x.data.length).fill(-Math.log(levels)),
    pullback: (_x, _keys, ofY) => ofY.map((v) => v / levels),
  };
}

/** v of [low, high) in float32, where rounding to nearest may leave the interval. */
function within(v: number, low: number, high: number): number {
  const rounded = Math.fround(v);
  if (rounded < low) return Math.fround(low * (1 + 2 ** -24));
  return rounded < high ? rounded : Math.fround(high * (1 - 2 ** -24));
}
