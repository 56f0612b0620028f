import type { NdArray } from '@advect/base/array';
import { boolean, number, oneOf, type Readers } from '@advect/base/options';
import { type Key, split, uniforms } from '../random/index.js';
import { drawTimes, type TimeDistribution, timeDistributions } from './times.js';

/** How the spans of time are drawn over which means are learned. */
export interface SpanOptions {
  /** How the two times of a row are drawn. Default 'uniform'. */
  readonly timeDistribution?: TimeDistribution;
  /** Share of rows with duration 0. Default 0.5. */
  readonly instant?: number;
  /** Also learns the ways back, from data towards noise: half of the rows. `logProbFewSteps` needs them. Default false. */
  readonly backward?: boolean;
}

export const spanReaders: Readers<Required<SpanOptions>> = {
  timeDistribution: oneOf(timeDistributions, 'uniform'),
  instant: number({ default: 0.5, min: 0, max: 1 }),
  backward: boolean(false),
};

/** A time and a duration for each row; both ends lie in [0, 1]. */
export function drawSpans(
  { timeDistribution, instant, backward }: Required<SpanOptions>,
  rows: number,
  key: Key,
): { t: NdArray; duration: NdArray } {
  const [a, b] = ['from', 'to'].map((end) => drawTimes(timeDistribution, [0, 1], rows, split(key, end)));
  const still = uniforms(split(key, 'instant'), rows);
  for (let i = 0; i < rows; i++) {
    if (still[i] < instant) b[i] = a[i];
    else if (!backward && b[i] < a[i]) [a[i], b[i]] = [b[i], a[i]];
  }
  return { t: { shape: [rows], data: a }, duration: { shape: [rows], data: b.map((v, i) => v - a[i]) } };
}
