import { AdvectError } from '@advect/base/errors';
import { codeSurprise, type Flow, type SampleCodesOptions, sampleCodes } from '@advect/core';
import { key, split } from '@advect/core/random';
import type { MusicalKey } from '../data/musical-key.js';
import { placeOf, windowSteps } from '../data/windows.js';
import { sliceScore, stepsPerBar, voiceCount, type Score } from '../score.js';
import { wishRow } from './condition.js';
import { mendingRounds, rowsAtOnce } from './defaults.js';
import { type Draft, givenOf, windowStarts } from './draft.js';
import { conditionsOf, isTold, slots } from './given.js';
import { scoreOfCodes } from './helix-code.js';
import { judge, type Judgement } from './judge.js';
import { mend } from './mend.js';
import { seedOf } from './seed-of.js';

export interface FillSettings {
  readonly seed: number;
  /** Number of the first tune: tune i of a seed is the same alone and among others. */
  readonly index: number;
  readonly count: number;
  /** Candidates made for each tune, of which the best judged is kept. */
  readonly best: number;
  /** Default: the model chooses. */
  readonly mode?: MusicalKey['mode'];
  readonly temperature: number;
  readonly steps: number;
  /** Share of the noise that is drawn afresh in each step, 0 for the deterministic flow; above 0, what is told is also mended (`mend`). */
  readonly polish: number;
  /** Whether a polished tune is mended. Default true. */
  readonly mending?: boolean;
  /** Who computes. Default: whoever is quickest here. */
  readonly executor?: SampleCodesOptions['executor'];
  readonly signal?: AbortSignal;
  /** Told of windows of four bars, over all tunes: `count` in all where tunes are no longer than that. */
  readonly onProgress?: (done: number, total: number) => void;
  /** Told after each step of a window: how far the tunes that are made now are, from 0 to 1, and how the first candidate looks. */
  readonly onForming?: (share: number, look: () => Score) => void;
}

/** A whole piece made from a draft, in the key of the draft. */
export interface Filled {
  readonly index: number;
  readonly score: Score;
  /** Number of the candidate that was kept, and what was said of it. */
  readonly candidate: number;
  readonly judgement: Judgement;
}

/**
 * How a model is made to respect what is given. `told`: it was trained with masks, and the rest is a sample of its own
 * conditional flow. `replaced`: it was not; the given cells are put on their own straight paths before each step (Lugmayr et
 * al. 2022, "RePaint"), and `polish` lets the rest come to terms with them.
 */
export type FillMethod = 'told' | 'replaced';

export const fillMethod = (flow: Flow): FillMethod => (isTold(flow) ? 'told' : 'replaced');

/**
 * Composes the open cells of a draft; the locked ones stay exactly. Pieces longer than a window of four bars grow from left to
 * right by two bars at a time, each window told, or held to, all that is settled in it. Tune i depends on (seed, i) and
 * the settings only, not on how many are made at once. Drafts shorter than a window are filled with free bars in front, which
 * are cut off again. Locked notes outside the model's range are shown to it octaves off. Throws `invalid-value` where nothing is open.
 */
export async function fill(flow: Flow, draft: Draft, settings: FillSettings): Promise<Filled[]> {
  const missing = Math.max(0, windowSteps - draft.score.steps);
  const front = Math.ceil(missing / stepsPerBar) * stepsPerBar;
  const start = new Int32Array(front * voiceCount).fill(-1);
  const given = Int32Array.from([...start, ...givenOf(draft)]);
  if (draft.locked.every(Boolean))
    throw new AdvectError('invalid-value', 'all notes are to be kept: there is nothing to compose', 'Leave a bar or a voice open.');
  const { count, best, index, onProgress } = settings;
  const windows = openWindows(given);
  const total = count * windows.length;
  const filled: Filled[] = [];
  const perCall = Math.max(1, Math.floor(rowsAtOnce / best));
  for (let done = 0; done < count; done += perCall) {
    const size = Math.min(perCall, count - done);
    const first = done * windows.length;
    const made = await candidates(flow, given, windows, (index + done) * best, size * best, {
      ...settings,
      onProgress: (window) => onProgress?.(first + size * window, total),
      onForming: (share, look) => settings.onForming?.(share, () => withLocked(sliceScore(look(), front, look().steps), draft)),
    });
    for (let i = 0; i < size; i++) {
      const judged = made.slice(i * best, (i + 1) * best).map(({ codes, surprise }) => {
        const score = withLocked(scoreOfCodes(codes.subarray(front * voiceCount)), draft);
        return { score, judgement: judge(score, surprise) };
      });
      const candidate = judged.reduce((least, { judgement }, j) => (judgement.cost < judged[least].judgement.cost ? j : least), 0);
      filled.push({ index: index + done + i, candidate, ...judged[candidate] });
    }
  }
  onProgress?.(total, total);
  return filled;
}

const withLocked = (made: Score, { score, locked }: Draft): Score => ({
  ...made,
  pitches: made.pitches.map((pitch, i) => (locked[i] ? score.pitches[i] : pitch)),
});

interface Candidate {
  /** Of the whole piece, −1 where still open. */
  readonly codes: Int32Array;
  /** Of the model at its windows, nats for each pitch. */
  readonly surprise: number;
}

/** The windows of a piece in which something is open, by their first steps and their numbers among all. */
const openWindows = (given: Int32Array): { readonly from: number; readonly number: number }[] =>
  windowStarts(given.length / voiceCount)
    .map((from, number) => ({ from, number }))
    .filter(({ from }) => windowOf(given, from).includes(-1));

/** `count` whole candidates from number `start` on, window after window. */
async function candidates(
  flow: Flow,
  given: Int32Array,
  windows: ReturnType<typeof openWindows>,
  start: number,
  count: number,
  settings: FillSettings,
): Promise<Candidate[]> {
  const steps = given.length / voiceCount;
  const { executor, signal } = settings;
  let tunes: Candidate[] = Array.from({ length: count }, () => ({ codes: given.slice(), surprise: 0 }));
  for (const [done, { from, number }] of windows.entries()) {
    settings.onProgress?.(done, windows.length);
    const wish = wishRow({ mode: settings.mode, place: placeOf(from, steps) });
    const known = tunes.map(({ codes }) => windowOf(codes, from));
    const anything = known.some((window) => window.some((code) => code >= 0));
    const condition = conditionsOf(flow, count, wish, (row) => known[row]);
    const seed = number === 0 ? settings.seed : seedOf(split(split(key(settings.seed), 'window'), number));
    const { codes } = await sampleCodes(flow, count, {
      seed,
      start,
      steps: settings.steps,
      churn: settings.polish,
      temperature: settings.temperature,
      condition,
      ...(anything && { known: { shape: [count, slots], data: Int32Array.from(known.flatMap((window) => [...window])) } }),
      chunk: rowsAtOnce,
      ...(settings.onForming && {
        onStep: ({ share, codes }) =>
          settings.onForming?.((done + share) / windows.length, () => lookOf(laid(tunes[0].codes, codes(), from))),
      }),
      executor,
      signal,
    });
    if (isTold(flow) && settings.polish > 0 && settings.mending !== false) {
      const { temperature, executor, signal } = settings;
      const fixed = Int32Array.from(known.flatMap((window) => [...window]));
      await mend(flow, codes.data, { key: key(seed), start, rounds: mendingRounds, temperature, wish, known: fixed, executor, signal });
    }
    const plain = conditionsOf(flow, count, wish);
    const surprises = (await codeSurprise(flow, codes, { condition: plain, executor, signal })).data;
    tunes = tunes.map((tune, i) => {
      const whole = laid(tune.codes, codes.data.subarray(i * slots, (i + 1) * slots), from);
      const surprise = surprises.subarray(i * slots, (i + 1) * slots).reduce((sum, s) => sum + s / slots / windows.length, 0);
      return { codes: whole, surprise: tune.surprise + surprise };
    });
  }
  return tunes;
}

/** The score of codes some of which are open yet, and silent. */
const lookOf = (codes: Int32Array): Score => scoreOfCodes(codes.map((code) => Math.max(0, code)));

/** A whole piece with the codes of a window in it; what is behind the window and open stays −1. */
function laid(whole: Int32Array, window: Int32Array, from: number): Int32Array {
  const out = whole.slice();
  out.set(window.subarray(0, slots), from * voiceCount);
  return out;
}

const windowOf = (codes: Int32Array, from: number): Int32Array => codes.slice(from * voiceCount, (from + windowSteps) * voiceCount);
