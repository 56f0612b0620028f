import { AdvectError } from '@advect/base/errors';
import { codeBits, type Flow } from '@advect/core';
import { findKey, type MusicalKey } from '../data/musical-key.js';
import { startsSideBySide } from '../data/side-by-side.js';
import { placeOf, windowSteps } from '../data/windows.js';
import { notesOf, rest, type Score, stepsPerBar, voiceCount } from '../score.js';
import { foldIntoRange } from './draft.js';
import { bringHome } from './home.js';
import type { Wish } from './condition.js';
import { codeOf } from './helix-code.js';
import { melodyConditionDim, type MelodyWish, tellMelody } from './melody-flow.js';

/** A window of a melody that is to be measured: 32 pitches in the model's key. */
export interface MeasuredLine extends Wish, Pick<MelodyWish, 'chords'> {
  readonly pitches: Int16Array;
}

/**
 * Bits of each step of melodies, [draw][window][step]: draws of an upper bound, in expectation, of −log₂ of the probability of the
 * pitches (`codeBits`), told mode, place and chords where they are known.
 */
export async function melodyBits(
  flow: Flow,
  lines: readonly MeasuredLine[],
  settings: {
    readonly draws: number;
    readonly levels?: number;
    readonly seed: number;
    readonly signal?: AbortSignal;
    readonly onProgress?: (done: number, total: number) => void;
  },
): Promise<Float32Array[][]> {
  const condition = new Float32Array(lines.length * melodyConditionDim);
  lines.forEach(({ mode, place, chords }, i) =>
    tellMelody({ mode, place, chords }, condition.subarray(i * melodyConditionDim, (i + 1) * melodyConditionDim)),
  );
  const steps = lines[0].pitches.length;
  const codes = Int32Array.from(
    lines.flatMap(({ pitches }) => [...pitches]),
    codeOf,
  );
  const { draws } = await codeBits(
    flow,
    { shape: [lines.length, steps], data: codes },
    { condition: { shape: [lines.length, melodyConditionDim], data: condition }, levels: melodyLevels, ...settings },
  );
  return Array.from({ length: settings.draws }, (_, d) =>
    lines.map((_, i) => draws.data.slice((d * lines.length + i) * steps, (d * lines.length + i + 1) * steps)),
  );
}

/** What a melody costs. */
export interface PieceMelodyBits {
  readonly key: MusicalKey;
  readonly notes: number;
  /** An upper bound in expectation; the error is over draws. */
  readonly bitsPerNote: number;
  readonly standardError: number;
  readonly bars: readonly { readonly bar: number; readonly bits: number }[];
  /** Of the windows of four bars that it was measured in. */
  readonly passages: readonly { readonly notes: number; readonly bits: number }[];
}

/** Draws by which the melody of a piece is measured, and levels of noise in each. */
export const melodyDraws = 8;
export const melodyLevels = 16;

/** Notes of a line; equal pitches in a row are one. */
export const notesInLine = ({ pitches }: { readonly pitches: Int16Array }): number =>
  pitches.filter((p, i) => p !== rest && (i === 0 || p !== pitches[i - 1])).length;

export interface MelodyBitsSettings {
  readonly seed: number;
  /** Default: found from all voices. */
  readonly key?: MusicalKey;
  /** How it is measured: as what it is compared with. Default `melodyDraws`, `melodyLevels`. */
  readonly bound?: { readonly draws: number; readonly levels: number };
  readonly signal?: AbortSignal;
}

/**
 * Measures the soprano of a piece of four bars or more in any key, windows of four bars each by itself; where the piece does not
 * divide, the last one ends with it and the steps that two windows share count by their mean. Throws `invalid-value` for a shorter one.
 */
export async function pieceMelodyBits(
  flow: Flow,
  piece: Score,
  { key: given, bound = { draws: melodyDraws, levels: melodyLevels }, ...settings }: MelodyBitsSettings,
): Promise<PieceMelodyBits> {
  const alone = { ...piece, pitches: piece.pitches.map((pitch, i) => (i % voiceCount === 0 ? pitch : rest)) };
  const { score, key } = bringHome(alone, given ?? findKey(piece, true));
  const { steps } = score;
  if (steps < windowSteps || notesOf(score, 0).length === 0)
    throw new AdvectError(
      'invalid-value',
      `the melody has ${notesOf(score, 0).length} notes in ${steps} eighth notes`,
      'The model measures four bars at a time: give at least 32 with a soprano.',
    );
  const pitches = Int16Array.from({ length: steps }, (_, step) => foldIntoRange(score.pitches[step * voiceCount]));
  const starts = startsSideBySide(steps, windowSteps);
  const lines = starts.map((start): MeasuredLine => ({
    pitches: pitches.slice(start, start + windowSteps),
    mode: key.mode,
    place: placeOf(start, steps),
  }));
  const measured = await melodyBits(flow, lines, { ...settings, ...bound });
  const times = new Uint8Array(steps);
  for (const start of starts) for (let i = 0; i < windowSteps; i++) times[start + i]++;
  const cells = measured.map((windows) => {
    const out = new Float64Array(steps);
    windows.forEach((bits, w) => bits.forEach((b, i) => (out[starts[w] + i] += b / times[starts[w] + i])));
    return out;
  });
  const notes = notesOf(score, 0).length;
  const totals = cells.map((each) => each.reduce((a, b) => a + b, 0) / notes);
  const mean = totals.reduce((a, b) => a + b, 0) / bound.draws;
  const variance = totals.reduce((sum, b) => sum + (b - mean) ** 2, 0) / (bound.draws - 1);
  return {
    key,
    notes,
    bitsPerNote: mean,
    standardError: Math.sqrt(variance / bound.draws),
    bars: Array.from({ length: Math.ceil(steps / stepsPerBar) }, (_, bar) => {
      const bits = cells.map((each) => each.subarray(bar * stepsPerBar, (bar + 1) * stepsPerBar).reduce((a, b) => a + b, 0));
      return { bar: bar + 1, bits: bits.reduce((a, b) => a + b, 0) / bound.draws };
    }),
    passages: lines.map((line, w) => ({
      notes: notesInLine(line),
      bits: measured.reduce((sum, windows) => sum + windows[w].reduce((a, b) => a + b, 0), 0) / bound.draws,
    })),
  };
}
