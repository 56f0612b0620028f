import { type Flow, type LogProbOptions, ndarray } from '@advect/core';
import { type PictureForm, pictureDim, type Pictures } from '../data/picture-set.js';

export interface ScoreSettings extends Omit<LogProbOptions, 'condition'> {
  readonly seed: number;
  /** Draws of the dequantisation noise (and of the divergence's probes, if any) averaged for each picture. */
  readonly draws: number;
  readonly onProgress?: (done: number, total: number) => void;
}

export interface Scores {
  /** Bits/dim of each picture: the mean over the draws of −log p / (D ln 2). */
  readonly bitsPerDim: Float64Array;
  /** Its standard error over the draws; NaN with one draw. */
  readonly standardError: Float64Array;
}

const atATime = 128;

/** Pictures as the rows that a flow takes, [count, size, size, channels]. */
export const pictureRows = ({ pixels, count }: Pictures, { size, channels }: PictureForm) =>
  ndarray(Float32Array.from(pixels), [count, size, size, channels]);

/**
 * Bits/dim of pictures under a flow, one array for each draw. With `label` each picture's density is that of its class
 * (−1: none); without, that of the model without a class.
 */
export async function scoreDraws(flow: Flow, pictures: Pictures, form: PictureForm, settings: ScoreSettings): Promise<Float64Array[]> {
  const { draws, onProgress, seed, label, ...density } = settings;
  const dim = pictureDim(form);
  const { count } = pictures;
  const bits = Array.from({ length: draws }, () => new Float64Array(count));
  for (let start = 0; start < count; start += atATime) {
    const end = Math.min(count, start + atATime);
    const rows = pictureRows(
      { count: end - start, pixels: pictures.pixels.subarray(start * dim, end * dim), labels: pictures.labels },
      form,
    );
    const rowLabel = label === undefined || typeof label === 'number' ? label : Array.from(label).slice(start, end);
    for (let draw = 0; draw < draws; draw++) {
      const { logProb } = await flow.logProb(rows, { ...density, ...(rowLabel !== undefined && { label: rowLabel }), seed: seed + draw });
      logProb.forEach((value, i) => (bits[draw][start + i] = -value / (dim * Math.LN2)));
      onProgress?.(start * draws + (draw + 1) * (end - start), count * draws);
    }
  }
  return bits;
}

/** Mean over the draws, and its standard error. */
export function summarise(draws: readonly Float64Array[]): Scores {
  const column = (i: number): number[] => draws.map((draw) => draw[i]);
  return { bitsPerDim: draws[0].map((_, i) => mean(column(i))), standardError: draws[0].map((_, i) => standardErrorOf(column(i))) };
}

export const mean = (values: ArrayLike<number>): number => Array.from(values).reduce((sum, v) => sum + v, 0) / values.length;

/** Standard error of the mean of independent values; NaN for a single one. */
export function standardErrorOf(values: ArrayLike<number>): number {
  const m = mean(values);
  return Math.sqrt(mean(Array.from(values, (v) => (v - m) ** 2)) / (values.length - 1));
}
