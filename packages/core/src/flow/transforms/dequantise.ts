import { sizeOf } from '../../array.js';
import { AdvectError } from '../../errors.js';
import { integer, readOptions } from '../../options.js';
import { uniforms } from '../../random/index.js';
import type { Transform } from '../flow.js';

export interface DequantiseOptions {
  /** Number of grey levels: entries are whole numbers from 0 to levels − 1. */
  readonly levels: number;
}

/**
 * Uniform dequantisation, y = (x + u) / levels with u ~ U[0, 1): whole numbers become points of [0, 1).
 *
 * Its log-determinant is −D log levels, so that the log-density of one draw bounds from below, in expectation, the log
 * probability of the discrete x; bits/dim is then −log p / (D ln 2) with no further offset. The inverse rounds down.
 * Reference: Theis, van den Oord, Bethge (2016), A note on the evaluation of generative models, §3.1.
 */
export function dequantise(options: DequantiseOptions): Transform {
  const { levels } = readOptions<DequantiseOptions>('dequantise', options, { levels: integer({ min: 2, max: 65536 }) });
  return {
    config: { kind: 'dequantise', levels },
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
          data[i * dim + d] = (level + u[d]) / levels;
        }
      }
      return { y: { shape: x.shape, data }, logDet: new Float64Array(x.shape[0]).fill(-dim * Math.log(levels)) };
    },
    inverse: (y) => ({ shape: y.shape, data: y.data.map((v) => Math.min(levels - 1, Math.max(0, Math.floor(v * levels)))) }),
  };
}
