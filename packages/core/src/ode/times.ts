import type { Times } from './problem.js';

/** t + c·h, for one shared time or row by row. A new array, so that whoever receives it may keep it. */
export function addScaled(t: Times, c: number, h: Times): Times {
  if (typeof t === 'number') return t + c * (h as number);
  const steps = h as Float64Array;
  const out = new Float64Array(t.length);
  for (let i = 0; i < out.length; i++) out[i] = t[i] + c * steps[i];
  return out;
}

/** The time of one row. */
export const timeOf = (times: Times, row: number): number => (typeof times === 'number' ? times : times[row]);

/** The solver's own bookkeeping has one entry for each clock; the field sees a number where there is a single shared one. */
export const shown = (values: Float64Array, joint: boolean): Times => (joint ? values[0] : values.slice());

/** The same times, for whoever may keep them. */
export const copy = (t: Times): Times => (typeof t === 'number' ? t : t.slice());

/** c·t, for one shared time or row by row. */
export const scale = (c: number, t: Times): Times => (typeof t === 'number' ? c * t : t.map((value) => c * value));

/** The places where a mask is set. */
export const placesOf = (mask: ArrayLike<number>): Int32Array => Int32Array.from(Array.from(mask).keys()).filter((place) => mask[place]);
