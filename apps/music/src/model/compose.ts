import { codeSurprise, type Flow, sampleCodes } from '@advect/core';
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
    const made = await candidates(flow, settings, (index + done) * best, size * best);
    for (let i = 0; i < size; i++) {
      const judged = made.slice(i * best, (i + 1) * best).map(({ score, surprise }) => ({ score, judgement: judge(score, surprise) }));
      const candidate = judged.reduce((least, { judgement }, j) => (judgement.cost < judged[least].judgement.cost ? j : least), 0);
      const { score, judgement } = judged[candidate];
      tunes.push({ index: index + done + i, score, key: findKey(score, true), candidate, judgement });
    }
  }
  onProgress?.(count, count);
  return tunes;
}

interface Candidate {
  readonly score: Score;
  /** Of the model at its windows, nats for each pitch. */
  readonly surprise: number;
}

/** `count` whole candidates from number `start` on, window after window. */
async function candidates(flow: Flow, settings: ComposeSettings, start: number, count: number): Promise<Candidate[]> {
  const windows = 1 + (settings.bars * stepsPerBar - windowSteps) / overlap;
  const slots = windowSteps * voiceCount;
  let tunes: Candidate[] = [];
  for (let window = 0; window < windows; window++) {
    const place: Place = window === windows - 1 ? 'closing' : window === 0 ? 'opening' : 'middle';
    const condition = conditions(count, conditionRow({ mode: settings.mode, place }));
    const { codes } = await sampleCodes(flow, count, {
      seed: window === 0 ? settings.seed : seedOf(split(split(key(settings.seed), 'window'), window)),
      start,
      steps: settings.steps,
      churn: settings.polish,
      temperature: settings.temperature,
      condition,
      ...(window > 0 && { known: heldOver(tunes) }),
      chunk: rowsAtOnce,
      signal: settings.signal,
    });
    const surprises = (await codeSurprise(flow, codes, { condition, signal: settings.signal })).data;
    tunes = Array.from({ length: count }, (_, i) => {
      const made = scoreOfCodes(codes.data.subarray(i * slots, (i + 1) * slots));
      const surprise = surprises.subarray(i * slots, (i + 1) * slots).reduce((sum, s) => sum + s / slots / windows, 0);
      if (window === 0) return { score: made, surprise };
      return { score: joinScores([tunes[i].score, sliceScore(made, overlap, windowSteps)]), surprise: tunes[i].surprise + surprise };
    });
  }
  return tunes;
}

export const conditions = (count: number, row: readonly number[]) => ({
  shape: [count, conditionDim],
  data: Float32Array.from({ length: count * conditionDim }, (_, i) => row[i % conditionDim]),
});

/** The last two bars of each score as the first two of the next window, −1 behind them. */
function heldOver(tunes: readonly Candidate[]): { shape: number[]; data: Int32Array } {
  const slots = windowSteps * voiceCount;
  const data = new Int32Array(tunes.length * slots).fill(-1);
  tunes.forEach(({ score }, i) => {
    sliceScore(score, score.steps - overlap, score.steps).pitches.forEach(
      (pitch, slot) => (data[i * slots + slot] = alphabet.indexOf(pitch)),
    );
  });
  return { shape: [tunes.length, slots], data };
}

const scoreOfCodes = (codes: Int32Array): Score => ({
  steps: codes.length / voiceCount,
  pitches: Int16Array.from(codes, (code) => alphabet[code]),
});

/** A seed (53 bits) from a key. */
const seedOf = ({ hi, lo }: Key): number => (hi >>> 0) * 2 ** 21 + (lo >>> 11);
