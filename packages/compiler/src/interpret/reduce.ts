import type { ReduceName } from '../graph/index.js';
import { sizeOf } from '@advect/base/array';
import { places, stridesOf } from './places.js';
import type { Evaluate } from './value.js';

const reductions: { readonly [F in ReduceName]: { readonly start: number; readonly join: (a: number, b: number) => number } } = {
  sum: { start: 0, join: (a, b) => a + b },
  product: { start: 1, join: (a, b) => a * b },
  max: { start: -Infinity, join: Math.max },
  min: { start: Infinity, join: Math.min },
};

export const reduce: Evaluate<'reduce'> = ({ f, axes, shape }, [x]) => {
  const { start, join } = reductions[f];
  const kept = stridesOf(shape);
  const strides = x.shape.map((_, axis) => (axes.includes(axis) ? 0 : kept.shift()!));
  const result = new Float64Array(sizeOf(shape)).fill(start);
  places(x.shape, strides).forEach((place, i) => (result[place] = join(result[place], x.data[i])));
  return result;
};
