import { sizeOf } from '../../array.js';
import { AdvectError } from '../../errors.js';
import { number, readOptions } from '../../options.js';
import type { Transform } from '../flow.js';

export interface LogitOptions {
  /** Keeps the argument away from 0 and 1, in (0, ½). Default 0.05. */
  readonly alpha?: number;
}

/**
 * y = log s − log(1 − s) with s = α + (1 − 2α)x, from x in [0, 1].
 *
 * log |dy/dx| = log(1 − 2α) − log s − log(1 − s) for each entry.
 * Reference: Dinh, Sohl-Dickstein, Bengio (2017), Density estimation using Real NVP, §4.1.
 */
export function logit(options: LogitOptions = {}): Transform {
  const { alpha } = readOptions<Required<LogitOptions>>('logit', options, { alpha: number({ default: 0.05, min: 1e-9, max: 0.499 }) });
  const width = 1 - 2 * alpha;
  return {
    config: { kind: 'logit', alpha },
    forward(x) {
      const dim = sizeOf(x.shape.slice(1));
      const logDet = new Float64Array(x.shape[0]).fill(dim * Math.log(width));
      const data = x.data.map((v, i) => {
        if (!(v >= 0 && v <= 1)) {
          throw new AdvectError(
            'invalid-value',
            `logit: row ${Math.floor(i / dim)} holds ${v}, outside [0, 1]`,
            'Scale the data into [0, 1] first.',
          );
        }
        const s = alpha + width * v;
        const low = Math.log(s);
        const high = Math.log1p(-s);
        logDet[Math.floor(i / dim)] -= low + high;
        return low - high;
      });
      return { y: { shape: x.shape, data }, logDet };
    },
    inverse: (y) => ({ shape: y.shape, data: y.data.map((v) => (1 / (1 + Math.exp(-v)) - alpha) / width) }),
  };
}
