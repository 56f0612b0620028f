import { type NdArray, sizeOf } from '@advect/base/array';
import { AdvectError } from '@advect/base/errors';
import { readOptions, value } from '@advect/base/options';
import type { Transform } from '../flow.js';

/** Options of `affine`. */
export interface AffineOptions {
  /** Subtracted: one number, or one for each entry of an event. */
  readonly shift: number | readonly number[];
  /** Divided by, positive: one number, or one for each entry of an event. */
  readonly scale: number | readonly number[];
}

/** y = (x − shift) / scale, entry by entry. */
export function affine(options: AffineOptions): Transform {
  const finite = (v: unknown): boolean => (Array.isArray(v) ? v.length > 0 && v.every((n) => Number.isFinite(n)) : Number.isFinite(v));
  const { shift, scale } = readOptions<AffineOptions>('affine', options, {
    shift: value(finite, 'a number, or one for each entry'),
    scale: value((v) => finite(v) && [v].flat().every((n) => (n as number) > 0), 'a positive number, or one for each entry'),
  });
  const of = (setting: number | readonly number[], d: number): number => (typeof setting === 'number' ? setting : setting[d]);
  const dimOf = (x: NdArray): number => {
    const dim = sizeOf(x.shape.slice(1));
    for (const [name, setting] of Object.entries({ shift, scale })) {
      if (typeof setting !== 'number' && setting.length !== dim) {
        throw new AdvectError(
          'invalid-shape',
          `affine: ${name} has ${setting.length} numbers, an event has ${dim}`,
          'Give one for each entry of an event.',
        );
      }
    }
    return dim;
  };
  const logDetOf = (rows: number, dim: number): Float64Array => {
    let logScale = 0;
    for (let d = 0; d < dim; d++) logScale += Math.log(of(scale, d));
    return new Float64Array(rows).fill(-logScale);
  };
  return {
    config: { kind: 'affine', shift, scale },
    forward(x) {
      const dim = dimOf(x);
      const y = { shape: x.shape, data: x.data.map((v, i) => (v - of(shift, i % dim)) / of(scale, i % dim)) };
      return { y, logDet: logDetOf(x.shape[0], dim) };
    },
    inverse(y) {
      const dim = dimOf(y);
      const x = { shape: y.shape, data: y.data.map((v, i) => v * of(scale, i % dim) + of(shift, i % dim)) };
      return { x, logDet: logDetOf(y.shape[0], dim) };
    },
    entryLogDet(x) {
      const dim = dimOf(x);
      return Float64Array.from(x.data, (_, i) => -Math.log(of(scale, i % dim)));
    },
    pullback(x, _keys, ofY) {
      const dim = dimOf(x);
      return ofY.map((v, i) => v / of(scale, i % dim));
    },
  };
}
