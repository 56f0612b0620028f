import { type Flow, sampleCodes } from '@advect/core';
import { key, type Key, split } from '@advect/core/random';
import { windowSteps, type Place } from '../data/windows.js';
import { findKey, type MusicalKey } from '../data/musical-key.js';
import { joinScores, sliceScore, stepsPerBar, voiceCount, type Score } from '../score.js';
import { conditionDim, conditionRow } from './condition.js';
import { alphabet } from './helix-code.js';
import { judge, type Judgement } from './judge.js';

export interface ComposeSettings {
  readonly seed: number;
  /** Number of the first tune: tune i of a seed is the same alone and among others. */
  readonly index: number;
  readonly count: number;
  /** 4, 6, 8, …: longer tunes grow by two bars at a time, each window of four bars beginning with two that are there already. */
  readonly bars: number;
  /** Candidates made for each tune, of which the best judged is kept. */
  readonly best: number;
  /** Default: the model chooses. */
  readonly mode?: MusicalKey['mode'];
  readonly temperature: number;
  readonly steps: number;
  /** Share of the noise that is drawn afresh in each step, 0 for the deterministic flow. */
  readonly polish: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

/** A tune in C major or A minor (or whatever the model took it to be). */
export interface Tune {
  readonly index: number;
  readonly score: Score;
  readonly key: MusicalKey;
  /** Number of the candidate that was kept, and what was said of it. */
  readonly candidate: number;
  readonly judgement: Judgement;
}

const overlap = windowSteps / 2;

/** Tunes per call of the sampler: bounds memory, and gives progress a pace. */
const rowsAtOnce = 64;

/** Composes tunes. Tune i depends on (seed, i) and the settings only, not on how many are made at once. */
export async function compose(flow: Flow, settings: ComposeSettings): Promise<Tune[]> {
  const { count, best, index, onProgress } = settings;
  const tunes: Tune[] = [];
  const perCall = Math.max(1, Math.floor(rowsAtOnce / best));
  for (let done = 0; done < count; done += perCall) {
    onProgress?.(done, count);
    const size = Math.min(perCall, count - done);
    const scores = await candidates(flow, settings, (index + done) * best, size * best);
    for (let i = 0; i < size; i++) {
      const judged = scores.slice(i * best, (i + 1) * best).map((score) => ({ score, judgement: judge(score) }));
      const candidate = judged.reduce((least, { judgement }, j) => (judgement.cost < judged[least].judgement.cost ? j : least), 0);
      const { score, judgement } = judged[candidate];
      tunes.push({ index: index + done + i, score, key: findKey(score, true), candidate, judgement });
    }
  }
  onProgress?.(count, count);
  return tunes;
}

/** `count` whole candidates from number `start` on, window after window. */
async function candidates(flow: Flow, settings: ComposeSettings, start: number, count: number): Promise<Score[]> {
  const windows = 1 + (settings.bars * stepsPerBar - windowSteps) / overlap;
  let scores: Score[] = [];
  for (let window = 0; window < windows; window++) {
    const place: Place = window === windows - 1 ? 'closing' : window === 0 ? 'opening' : 'middle';
    const { codes } = await sampleCodes(flow, count, {
      seed: window === 0 ? settings.seed : seedOf(split(split(key(settings.seed), 'window'), window)),
      start,
      steps: settings.steps,
      churn: settings.polish,
      temperature: settings.temperature,
      condition: conditions(count, conditionRow({ mode: settings.mode, place })),
      ...(window > 0 && { known: heldOver(scores) }),
      batch: rowsAtOnce,
      signal: settings.signal,
    });
    const made = Array.from({ length: count }, (_, i) =>
      scoreOfCodes(codes.data.subarray(i * windowSteps * voiceCount, (i + 1) * windowSteps * voiceCount)),
    );
    scores = window === 0 ? made : scores.map((score, i) => joinScores([score, sliceScore(made[i], overlap, windowSteps)]));
  }
  return scores;
}

export const conditions = (count: number, row: readonly number[]) => ({
  shape: [count, conditionDim],
  data: Float32Array.from({ length: count * conditionDim }, (_, i) => row[i % conditionDim]),
});

/** The last two bars of each score as the first two of the next window, −1 behind them. */
function heldOver(scores: readonly Score[]): { shape: number[]; data: Int32Array } {
  const slots = windowSteps * voiceCount;
  const data = new Int32Array(scores.length * slots).fill(-1);
  scores.forEach((score, i) => {
    sliceScore(score, score.steps - overlap, score.steps).pitches.forEach(
      (pitch, slot) => (data[i * slots + slot] = alphabet.indexOf(pitch)),
    );
  });
  return { shape: [scores.length, slots], data };
}

const scoreOfCodes = (codes: Int32Array): Score => ({
  steps: codes.length / voiceCount,
  pitches: Int16Array.from(codes, (code) => alphabet[code]),
});

/** A seed (53 bits) from a key. */
const seedOf = ({ hi, lo }: Key): number => (hi >>> 0) * 2 ** 21 + (lo >>> 11);
