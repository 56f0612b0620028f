import type { Flow, LogProbOptions } from '@advect/core';
import { type PictureForm, pictureDim, type Pictures } from '../data/picture-set.js';
import { drawRows } from './draw-rows.js';

export interface ScoreSettings extends Omit<LogProbOptions, 'condition'> {
  readonly seed: number;
  /** Draws of the dequantisation noise (and of the divergence's probes, if any) averaged for each picture. */
  readonly draws: number;
  /** Number of the first of them, 0 where it is not said: draw d is the same in whatever company it is taken. */
  readonly firstDraw?: number;
  readonly onProgress?: (done: number, total: number) => void;
}

export interface Scores {
  /** Bits/dim of each picture: the mean over the draws of −log p / (D ln 2). */
  readonly bitsPerDim: Float64Array;
  /** Its standard error over the draws; NaN with one draw. */
  readonly standardError: Float64Array;
}

const atATime = 128;

/**
 * Bits/dim of pictures under a flow, one array for each draw. With `label` each picture's density is that of its class
 * (−1: none); without, that of the model without a class.
 */
export async function scoreDraws(flow: Flow, pictures: Pictures, form: PictureForm, settings: ScoreSettings): Promise<Float64Array[]> {
  const { draws, firstDraw = 0, onProgress, seed, label, ...density } = settings;
  const nats = pictureDim(form) * Math.LN2;
  const drawn = drawRows(flow, pictures, form, { draws, firstDraw, seed, ...(label !== undefined && { label }) });
  const bits = Array.from({ length: draws }, () => new Float64Array(pictures.count));
  for (let start = 0; start < drawn.count; start += atATime) {
    const end = Math.min(drawn.count, start + atATime);
    const { logProb } = await drawn.flow.logProb(drawn.rows(start, end), { ...density, ...drawn.label(start, end), seed });
    logProb.forEach((value, i) => (bits[(start + i) % draws][Math.floor((start + i) / draws)] = -value / nats));
    onProgress?.(end, drawn.count);
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
