import { codeSurprise, type Flow, type SolverOptions } from '@advect/core';
import type { MusicalKey } from '../data/musical-key.js';
import { countNotes, type Score, sliceScore, stepsPerBar, voiceCount } from '../score.js';
import { bitsPerNote } from './bits.js';
import { boundPerNote, type BoundSettings, denoisingBound, overPiece } from './denoising-bound.js';

export interface PieceBitsSettings extends Pick<SolverOptions, 'executor'> {
  readonly seed: number;
  /** Draws of the blur for the flow's own bound; 0 leaves it out. */
  readonly draws: number;
  /** How the denoising bound is measured: as what it is compared with. */
  readonly bound?: Pick<BoundSettings, 'draws' | 'levels'>;
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

/**
 * Measures a piece of four bars or more in any key by a chorale flow. Throws `invalid-value` for a shorter one.
 */
export async function pieceBits(flow: Flow, piece: Score, settings: PieceBitsSettings): Promise<PieceBits> {
  const { seed, signal, executor, onProgress } = settings;
  let evaluations = 0;
  const bound = await denoisingBound(flow, piece, {
    ...settings.bound,
    seed,
    key: settings.key,
    signal,
    executor,
    onProgress(done, total) {
      evaluations = total;
      onProgress?.(done, total * (1 + settings.draws));
    },
  });
  const { score, key, starts, windows, wishes, codes, condition } = bound;
  const nats = await codeSurprise(flow, codes, { condition, t: surpriseTime, samples: 6, seed, signal, executor });
  const spread = (values: Float32Array): Float32Array => overPiece(values, starts, score.steps);
  const estimates = bound.draws.map(spread);
  const notes = countNotes(score);
  const total = estimated(boundPerNote(bound));
  const flowBits: { bits: number; variance: number; notes: number } = { bits: 0, variance: 0, notes: 0 };
  for (const [i, window] of windows.entries()) {
    if (settings.draws === 0) break;
    const of = await bitsPerNote(flow, window, wishes[i], settings);
    flowBits.bits += of.bitsPerNote * of.notes;
    flowBits.variance += (of.standardError * of.notes) ** 2;
    flowBits.notes += of.notes;
    onProgress?.(evaluations + Math.round((evaluations * settings.draws * (1 + i)) / starts.length), evaluations * (1 + settings.draws));
  }
  return {
    key,
    notes,
    folded: bound.folded,
    ...(settings.draws > 0 && {
      flow: { bitsPerNote: flowBits.bits / flowBits.notes, standardError: Math.sqrt(flowBits.variance) / flowBits.notes },
    }),
    denoising: { bitsPerNote: total.mean, standardError: total.error },
    cells: meanOf(estimates),
    surprise: spread(nats.data.map((n) => n / Math.LN2)),
    bars: barsOf(score, estimates),
  };
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

const sum = (values: Float32Array): number => values.reduce((a, b) => a + b, 0);

function estimated(values: readonly number[]): { mean: number; error: number } {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const variance = values.reduce((total, v) => total + (v - mean) ** 2, 0) / (values.length - 1);
  return { mean, error: Math.sqrt(variance / values.length) };
}

const meanOf = (draws: readonly Float32Array[]): Float32Array =>
  draws[0].map((_, i) => draws.reduce((total, cells) => total + cells[i], 0) / draws.length);

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
