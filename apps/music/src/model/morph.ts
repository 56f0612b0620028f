import { AdvectError } from '@advect/base/errors';
import type { NdArray } from '@advect/base/array';
import type { Flow, SolverOptions } from '@advect/core';
import { placeOf, windowSteps } from '../data/windows.js';
import { findKey } from '../data/musical-key.js';
import { joinScores, sliceScore, stepsPerBar, type Score } from '../score.js';
import { wishRow } from './condition.js';
import { codeOf, codeSize, decodeScore } from './helix-code.js';
import { decodeWindows, encodeWindows, windowSize } from './latent.js';

export interface MorphSettings extends Pick<SolverOptions, 'executor' | 'signal'> {
  /** Pieces from the first to the last, both counted: 2 or more. */
  readonly count: number;
  /** Of the blur that gives notes a density. */
  readonly seed: number;
  /** Told of windows of four bars: the two ends that are encoded, and each that is decoded, of all places. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** Pieces from one to the other. */
export interface Morph {
  readonly scores: readonly Score[];
  /** Largest distance of a code from where it was, after encoding and decoding the ends; notes change from about 1. */
  readonly roundTrip: number;
}

/**
 * Pieces on the way from one to another along the flow: four bars at a time, the noise that each comes from is joined by an
 * arc, and points of the arc flow back to music. The ends come back note by note: the flow is an invertible map; how near it
 * came is told. Both must be in C major or A minor, of equally many whole windows of four bars, in the model's range (`invalid-value`).
 */
export async function morph(flow: Flow, from: Score, to: Score, settings: MorphSettings): Promise<Morph> {
  const { count, onProgress } = settings;
  if (from.steps !== to.steps || from.steps % windowSteps !== 0 || from.steps === 0) {
    throw new AdvectError(
      'invalid-value',
      `the pieces have ${from.steps / stepsPerBar} and ${to.steps / stepsPerBar} bars`,
      'Give two of equally many bars, a multiple of four.',
    );
  }
  const outside = [...from.pitches, ...to.pitches].filter((pitch) => codeOf(pitch) < 0).length;
  if (outside > 0)
    throw new AdvectError(
      'invalid-value',
      `${outside} eighth notes of the pieces lie outside the model's range`,
      'Move voices by octaves.',
    );
  const parts: Score[][] = [];
  let roundTrip = 0;
  const each = 2 + count;
  const total = (from.steps / windowSteps) * each;
  onProgress?.(0, total);
  for (let start = 0; start < from.steps; start += windowSteps) {
    const ends = [from, to].map((score) => sliceScore(score, start, start + windowSteps));
    const place = placeOf(start, from.steps);
    const modes = ends.map((score) => findKey(score, place === 'closing').mode);
    const wish = wishRow({ place, ...(modes[0] === modes[1] && { mode: modes[0] }) });
    const before = (start / windowSteps) * each;
    const made = await morphWindow(flow, ends, wish, { ...settings, onProgress: (done) => onProgress?.(before + done, total) });
    parts.push(made.scores);
    roundTrip = Math.max(roundTrip, made.roundTrip);
  }
  return { scores: Array.from({ length: count }, (_, i) => joinScores(parts.map((part) => part[i]))), roundTrip };
}

/** Windows that are decoded at a time. */
const rowsAtOnce = 4;

async function morphWindow(flow: Flow, ends: readonly Score[], wish: readonly number[], settings: MorphSettings) {
  const { count, seed, signal, executor, onProgress } = settings;
  const { x: from, z } = await encodeWindows(flow, ends, { wish, seed, signal, executor });
  onProgress?.(2, 2 + count);
  const row = (data: NdArray['data'], i: number): Float32Array => data.slice(i * windowSize, (i + 1) * windowSize);
  const x = new Float32Array(count * windowSize);
  for (let first = 0; first < count; first += rowsAtOnce) {
    const rows = Math.min(rowsAtOnce, count - first);
    const noises = new Float32Array(rows * windowSize);
    for (let i = 0; i < rows; i++) noises.set(arc(row(z.data, 0), row(z.data, 1), (first + i) / (count - 1)), i * windowSize);
    const part = await decodeWindows(flow, { shape: [rows, ...flow.field.event], data: noises }, { wish, signal, executor });
    x.set(part.data, first * windowSize);
    onProgress?.(2 + first + rows, 2 + count);
  }
  const roundTrip = Math.max(...[0, 1].map((end) => farthest(row(x, end * (count - 1)), row(from.data, end))));
  return { scores: Array.from({ length: count }, (_, i) => decodeScore(row(x, i))), roundTrip };
}

/** Largest distance between two windows, code by code. */
export function farthest(a: Float32Array, b: Float32Array): number {
  let most = 0;
  for (let slot = 0; slot < a.length; slot += codeSize) {
    let square = 0;
    for (let d = slot; d < slot + codeSize; d++) square += (a[d] - b[d]) ** 2;
    most = Math.max(most, Math.sqrt(square));
  }
  return most;
}

/**
 * A point on the way between two noises: along the great circle through their directions, their lengths in proportion.
 * Reference: Shoemake (1985), "Animating rotation with quaternion curves".
 */
export function arc(a: Float32Array, b: Float32Array, share: number): Float32Array {
  let [ab, aa, bb] = [0, 0, 0];
  a.forEach((v, i) => {
    ab += v * b[i];
    aa += v * v;
    bb += b[i] * b[i];
  });
  const [la, lb] = [Math.sqrt(aa), Math.sqrt(bb)];
  const angle = Math.acos(Math.min(1, Math.max(-1, ab / (la * lb))));
  if (share === 0 || share === 1 || angle < 1e-6) return Float32Array.from(share === 1 ? b : a);
  const length = la + share * (lb - la);
  const [wa, wb] = [Math.sin((1 - share) * angle) / Math.sin(angle) / la, Math.sin(share * angle) / Math.sin(angle) / lb];
  return a.map((v, i) => length * (wa * v + wb * b[i]));
}
