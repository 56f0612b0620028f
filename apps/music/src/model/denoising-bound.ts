import type { NdArray } from '@advect/base/array';
import { AdvectError } from '@advect/base/errors';
import { codeBits, type Flow, type SolverOptions } from '@advect/core';
import type { MusicalKey } from '../data/musical-key.js';
import { startsSideBySide } from '../data/side-by-side.js';
import { placeOf, windowSteps } from '../data/windows.js';
import { countNotes, type Score, sliceScore, voiceCount } from '../score.js';
import { wishRow } from './condition.js';
import { foldIntoRange } from './draft.js';
import { conditionsOf, slots } from './given.js';
import { codeOf } from './helix-code.js';
import { bringHome } from './home.js';

/** Draws of the noise, and levels of it in each. What is compared with held-out music is measured by as many as that was. */
export const boundDraws = 8;
export const boundLevels = 16;

export interface BoundSettings extends Pick<SolverOptions, 'executor'> {
  readonly seed: number;
  /** Default `boundDraws`. */
  readonly draws?: number;
  /** Default `boundLevels`. */
  readonly levels?: number;
  /** Default: found from the notes. */
  readonly key?: MusicalKey;
  readonly signal?: AbortSignal;
  /** Told of evaluations. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** A piece in windows of four bars, as a flow sees them, and what each cell of them costs. */
export interface DenoisingBound {
  /** At home, in C major or A minor, and the key of the piece itself. */
  readonly score: Score;
  readonly key: MusicalKey;
  /** Eighth notes outside the model's range, which it was shown octaves off. */
  readonly folded: number;
  /** First steps of the windows, and these, side by side; the last one ends with the piece. */
  readonly starts: readonly number[];
  readonly windows: readonly Score[];
  readonly wishes: readonly (readonly number[])[];
  /** What the flow was given: pitches as numbers of the alphabet, [windows, cells], and its conditions. */
  readonly codes: NdArray<Int32Array>;
  readonly condition: NdArray;
  /** Bits of each cell, [window · step · voice], in each of the draws. */
  readonly draws: readonly Float32Array[];
}

/**
 * The denoising bound (`codeBits`) of a piece of four bars or more in any key. Throws `invalid-value` for a shorter one. Costs
 * an evaluation of the field for each level and one more, for each draw and up to 64 windows.
 */
export async function denoisingBound(
  flow: Flow,
  piece: Score,
  { key: given, draws: count = boundDraws, levels = boundLevels, ...settings }: BoundSettings,
): Promise<DenoisingBound> {
  const { score, key } = bringHome(piece, given);
  if (score.steps < windowSteps) {
    throw new AdvectError(
      'invalid-value',
      `the piece has ${score.steps} eighth notes`,
      `The model measures four bars at a time: give at least ${windowSteps} eighth notes.`,
    );
  }
  const starts = startsSideBySide(score.steps, windowSteps);
  const inRange = { ...score, pitches: score.pitches.map(foldIntoRange) };
  const windows = starts.map((start) => sliceScore(inRange, start, start + windowSteps));
  const wishes = starts.map((start) => wishRow({ mode: key.mode, place: placeOf(start, score.steps) }));
  const codes = {
    shape: [starts.length, slots],
    data: Int32Array.from(
      windows.flatMap(({ pitches }) => [...pitches]),
      codeOf,
    ),
  };
  const condition = {
    shape: [starts.length, flow.field.conditionDim],
    data: Float32Array.from(wishes.flatMap((wish) => [...conditionsOf(flow, 1, wish).data])),
  };
  const { draws } = await codeBits(flow, codes, { condition, draws: count, levels, ...settings });
  const size = codes.data.length;
  return {
    score,
    key,
    folded: score.pitches.filter((pitch, i) => pitch !== inRange.pitches[i]).length,
    starts,
    windows,
    wishes,
    codes,
    condition,
    draws: Array.from({ length: count }, (_, d) => draws.data.subarray(d * size, (d + 1) * size)),
  };
}

/** Values of windows as values of the piece; the mean where two windows lie. */
export function overPiece(values: Float32Array, starts: readonly number[], steps: number): Float32Array {
  const [out, times] = [0, 1].map(() => new Float32Array(steps * voiceCount));
  starts.forEach((start, window) => {
    for (let i = 0; i < slots; i++) {
      out[start * voiceCount + i] += values[window * slots + i];
      times[start * voiceCount + i]++;
    }
  });
  return out.map((v, i) => v / times[i]);
}

/** Bits per note of the piece in each of the draws; where two windows lie their mean counts. */
export function boundPerNote({ score, starts, draws }: DenoisingBound): number[] {
  const notes = countNotes(score);
  return draws.map((cells) => overPiece(cells, starts, score.steps).reduce((sum, bits) => sum + bits, 0) / notes);
}
