import { sizeOf } from '@advect/base/array';
import { AdvectError } from '@advect/base/errors';
import { number, readOptions } from '@advect/base/options';
import type { Transform } from '../flow.js';

/** Options of `logit`. */
export interface LogitOptions {
  /** Keeps the argument away from 0 and 1, in (0, ½). Default 0.05. */
  readonly alpha?: number;
}

/**
 * y = log s − log(1 − s) with s = α + (1 − 2α)x, made for x in [0, 1]. It goes on a little outside, wherever s lies between
 * 0 and 1, so that every y has its x: samples of a flow may lie there, as its density does.
 *
 * log |dy/dx| = log(1 − 2α) − log s − log(1 − s) for each entry. Forward throws `invalid-value` where s leaves (0, 1).
 * Reference: Dinh, Sohl-Dickstein, Bengio (2017), Density estimation using Real NVP, §4.1, which has
 * α + (1 − α)x; the symmetric form is that of Papamakarios, Pavlakou, Murray (2017), Masked autoregressive flow, appendix.
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
        const s = alpha + width * v;
        if (!(s > 0 && s < 1)) {
          throw new AdvectError(
            'invalid-value',
            `logit: row ${Math.floor(i / dim)} holds ${v}, outside [0, 1]`,
            'Scale the data into [0, 1] first.',
          );
        }
        const low = Math.log(s);
        const high = Math.log1p(-s);
        logDet[Math.floor(i / dim)] -= low + high;
        return low - high;
      });
      return { y: { shape: x.shape, data }, logDet };
    },
    inverse(y) {
      const dim = sizeOf(y.shape.slice(1));
      const logDet = new Float64Array(y.shape[0]).fill(dim * Math.log(width));
      // −log s − log(1 − s) = |y| + 2 log(1 + e^−|y|)
      y.data.forEach((v, i) => (logDet[Math.floor(i / dim)] += Math.abs(v) + 2 * Math.log1p(Math.exp(-Math.abs(v)))));
      return { x: { shape: y.shape, data: y.data.map((v) => (1 / (1 + Math.exp(-v)) - alpha) / width) }, logDet };
    },
    entryLogDet: (x) =>
      Float64Array.from(x.data, (v) => {
        const s = alpha + width * v;
        return Math.log(width) - Math.log(s) - Math.log1p(-s);
      }),
    pullback: (x, _keys, ofY, ofLogDet) =>
      ofY.map((v, i) => {
        const s = alpha + width * x.data[i];
        // dy/ds = 1/(s(1 − s)), and that of the entry's log-determinant is (2s − 1)/(s(1 − s)).
        return (width * (v + ofLogDet[Math.floor((i * ofLogDet.length) / ofY.length)] * (2 * s - 1))) / (s * (1 - s));
      }),
  };
}
