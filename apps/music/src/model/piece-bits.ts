import { AdvectError } from '@advect/base/errors';
import { codeBits, codeSurprise, type Flow, type SolverOptions } from '@advect/core';
import { startsSideBySide } from '../data/side-by-side.js';
import { placeOf, windowSteps } from '../data/windows.js';
import { notesOf, sliceScore, stepsPerBar, voiceCount, type Score } from '../score.js';
import { bitsPerNote } from './bits.js';
import { foldIntoRange } from './draft.js';
import { wishRow } from './condition.js';
import { conditionsOf, slots } from './given.js';
import { codeOf } from './helix-code.js';
import { bringHome } from './home.js';
import type { MusicalKey } from '../data/musical-key.js';

export interface PieceBitsSettings extends Pick<SolverOptions, 'executor'> {
  readonly seed: number;
  /** Draws of the blur for the flow's own bound; 0 leaves it out. */
  readonly draws: number;
  /** Exact divergence, by as many directional derivatives as there are numbers (640): slow. Default Hutchinson's estimate. */
  readonly exact?: boolean;
  /** Default: found from the notes. */
  readonly key?: MusicalKey;
  readonly signal?: AbortSignal;
  /** Told of evaluations of the denoising bound; each draw of the flow's own counts as many, told window by window. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** What a bar costs. */
export interface BarBits {
  /** From 1. */
  readonly bar: number;
  readonly notes: number;
  readonly bits: number;
  readonly standardError: number;
  /** Far above the piece's other bars: by more than 2.5 of their usual distance from the median. */
  readonly odd: boolean;
}

/** How probable a piece is to a model, and where it is not. */
export interface PieceBits {
  readonly key: MusicalKey;
  readonly notes: number;
  /** Eighth notes outside the model's range, which it was shown octaves off. */
  readonly folded: number;
  /** −log₂ P for each note by the flow itself, an upper bound in expectation, windows of four bars each by itself; absent with no draws. */
  readonly flow?: { readonly bitsPerNote: number; readonly standardError: number };
  /** The same by the denoising bound, which is a sum over cells and bars (`codeBits`). */
  readonly denoising: { readonly bitsPerNote: number; readonly standardError: number };
  /** Of each cell, [step, voice]: its share of the denoising bound, and −log₂ p given a noisy view of all (`codeSurprise`). */
  readonly cells: Float32Array;
  readonly surprise: Float32Array;
  readonly bars: readonly BarBits[];
}

/** When a cell is asked about, given the rest: pitches are being decided then. */
const surpriseTime = 0.45;

const draws = 8;

/**
 * Measures a piece of four bars or more in any key by a chorale flow. Throws `invalid-value` for a shorter one.
 */
export async function pieceBits(flow: Flow, piece: Score, settings: PieceBitsSettings): Promise<PieceBits> {
  const { seed, signal, executor, onProgress } = settings;
  const { score, key } = bringHome(piece, settings.key);
  if (score.steps < windowSteps) {
    throw new AdvectError(
      'invalid-value',
      `the piece has ${score.steps} eighth notes`,
      `The model measures four bars at a time: give at least ${windowSteps}.`,
    );
  }
  const starts = startsSideBySide(score.steps, windowSteps);
  const folded = { ...score, pitches: score.pitches.map(foldIntoRange) };
  const windows = starts.map((start) => sliceScore(folded, start, start + windowSteps));
  const codes = Int32Array.from(
    windows.flatMap(({ pitches }) => [...pitches]),
    codeOf,
  );
  const wishOf = (start: number): number[] => wishRow({ mode: key.mode, place: placeOf(start, score.steps) });
  const condition = {
    shape: [starts.length, flow.field.conditionDim],
    data: Float32Array.from(starts.flatMap((start) => [...conditionsOf(flow, 1, wishOf(start)).data])),
  };
  const given = { shape: [starts.length, slots], data: codes };
  let evaluations = 0;
  const parts = await codeBits(flow, given, {
    condition,
    draws,
    levels: 16,
    seed,
    signal,
    executor,
    onProgress(done, total) {
      evaluations = total;
      onProgress?.(done, total * (1 + settings.draws));
    },
  });
  const nats = await codeSurprise(flow, given, { condition, t: surpriseTime, samples: 6, seed, signal, executor });
  const spread = (values: Float32Array): Float32Array => overPiece(values, starts, score.steps);
  const estimates = Array.from({ length: draws }, (_, d) => spread(parts.draws.data.subarray(d * codes.length, (d + 1) * codes.length)));
  const notes = countNotes(score);
  const total = estimated(estimates.map((cells) => sum(cells) / notes));
  const flowBits: { bits: number; variance: number; notes: number } = { bits: 0, variance: 0, notes: 0 };
  for (const [i, start] of starts.entries()) {
    if (settings.draws === 0) break;
    const of = await bitsPerNote(flow, windows[i], wishOf(start), settings);
    flowBits.bits += of.bitsPerNote * of.notes;
    flowBits.variance += (of.standardError * of.notes) ** 2;
    flowBits.notes += of.notes;
    onProgress?.(evaluations + Math.round((evaluations * settings.draws * (1 + i)) / starts.length), evaluations * (1 + settings.draws));
  }
  return {
    key,
    notes,
    folded: score.pitches.filter((pitch, i) => pitch !== folded.pitches[i]).length,
    ...(settings.draws > 0 && {
      flow: { bitsPerNote: flowBits.bits / flowBits.notes, standardError: Math.sqrt(flowBits.variance) / flowBits.notes },
    }),
    denoising: { bitsPerNote: total.mean, standardError: total.error },
    cells: spread(parts.bits.data),
    surprise: spread(nats.data.map((n) => n / Math.LN2)),
    bars: barsOf(score, estimates),
  };
}

/** Values of windows as values of the piece; the mean where two windows lie. */
function overPiece(values: Float32Array, starts: readonly number[], steps: number): Float32Array {
  const [out, times] = [0, 1].map(() => new Float32Array(steps * voiceCount));
  starts.forEach((start, window) => {
    for (let i = 0; i < slots; i++) {
      out[start * voiceCount + i] += values[window * slots + i];
      times[start * voiceCount + i]++;
    }
  });
  return out.map((v, i) => v / times[i]);
}

function barsOf(score: Score, estimates: readonly Float32Array[]): BarBits[] {
  const bars = Array.from({ length: Math.ceil(score.steps / stepsPerBar) }, (_, bar) => {
    const [from, to] = [bar * stepsPerBar, Math.min(score.steps, (bar + 1) * stepsPerBar)];
    const { mean, error } = estimated(estimates.map((cells) => sum(cells.subarray(from * voiceCount, to * voiceCount))));
    return { bar: bar + 1, notes: countNotes(sliceScore(score, from, to)), bits: mean, standardError: error, steps: to - from };
  });
  const rates = bars.map(({ bits, steps }) => bits / steps);
  const usual = median(rates);
  const distance = median(rates.map((rate) => Math.abs(rate - usual))) * 1.4826;
  return bars.map(({ steps, ...bar }) => ({ ...bar, odd: bars.length >= 4 && bar.bits / steps > usual + 2.5 * distance }));
}

const countNotes = (score: Score): number =>
  Array.from({ length: voiceCount }, (_, voice) => notesOf(score, voice).length).reduce((a, b) => a + b, 0);

const sum = (values: Float32Array): number => values.reduce((a, b) => a + b, 0);

function estimated(values: readonly number[]): { mean: number; error: number } {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const variance = values.reduce((total, v) => total + (v - mean) ** 2, 0) / (values.length - 1);
  return { mean, error: Math.sqrt(variance / values.length) };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
