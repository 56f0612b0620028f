import { type NdArray, type NumericArray, ndarray } from '@advect/base/array';
import { AdvectError } from '@advect/base/errors';
import type { Key } from '../random/index.js';
import { checkRange } from '../random/words.js';

/** A known density on the plane: samples without end, the true log-density and the entropy, which no model's mean negative log-likelihood can beat. */
export interface Distribution {
  readonly name: string;
  readonly dim: number;
  /** −E[log p] in nats, exact to 1e-4. */
  readonly entropy: number;
  /** Where the definition comes from. */
  readonly source: string;
  /** [count, dim]. Row i depends on (key, start + i) only. */
  sample(count: number, key: Key, start?: number): NdArray;
  /** Log-density in nats of each row of x, [batch, dim]; −Infinity off the support. */
  logProb(x: NdArray<NumericArray>): Float64Array;
}

/** What a planar distribution is made from. */
export interface PlanarDefinition extends Omit<Distribution, 'dim' | 'sample' | 'logProb'> {
  /** Draws points [x, y] number `start` to `start + count − 1`; `point(i, x, y)` takes each. */
  draw(key: Key, count: number, start: number, point: (i: number, x: number, y: number) => void): void;
  /** Log-density at (x, y) in nats. */
  logDensity(x: number, y: number): number;
}

/** A distribution on the plane from its two pointwise functions. */
export function planar({ draw, logDensity, ...facts }: PlanarDefinition): Distribution {
  return Object.freeze({
    ...facts,
    dim: 2,
    sample(count: number, key: Key, start = 0): NdArray {
      checkRange(count, start);
      const data = new Float32Array(2 * count);
      draw(key, count, start, (i, x, y) => {
        data[2 * i] = x;
        data[2 * i + 1] = y;
      });
      return ndarray(data, [count, 2]);
    },
    logProb({ shape, data }: NdArray<NumericArray>): Float64Array {
      if (shape.length !== 2 || shape[1] !== 2) {
        throw new AdvectError(
          'invalid-shape',
          `${facts.name}: points have the shape [${shape.join(', ')}]`,
          'Give an array of shape [batch, 2].',
        );
      }
      return Float64Array.from({ length: shape[0] }, (_, i) => logDensity(data[2 * i], data[2 * i + 1]));
    },
  });
}
