import { isRestful } from '../metrics/harmony.js';
import { leapsOf } from '../metrics/part-writing.js';
import { checkVoiceLeading, type VoiceLeading } from '../metrics/voice-leading.js';
import { notesOf, pitchAt, rest, stepsPerBeat, voiceCount, type Score } from '../score.js';

/** What is held against a tune, by the rules of four-part writing; less is better. */
export interface Judgement {
  readonly cost: number;
  readonly leading: VoiceLeading;
  /** The last beat is one held chord, major or minor, on its root, C or A: the tonics of the model's keys. */
  readonly closes: boolean;
  /** The bass comes to its last note by a fourth or a fifth: from the dominant, or the subdominant. */
  readonly cadence: boolean;
  /** Leaps of more than an octave, or of a seventh or tritone in the three upper voices. */
  readonly leaps: number;
  /** Shares of the beats with a triad or seventh chord in them, and of the steps at which something moves. */
  readonly consonance: number;
  readonly motion: number;
  /** The model's own surprise at the tune, nats for each pitch (`codeSurprise`). */
  readonly surprise: number;
}

const prices = { parallel: 4, crossing: 1.5, leap: 1.5, openEnd: 6, noCadence: 3, dissonance: 20, dull: 40, surprise: 10 } as const;

/** Motion of the chorales lies about 0.73, one in twenty below 0.45; a tune that lies below this is held to be dull. */
const leastMotion = 0.7;

/** Judges a tune by the rules and by the model's surprise at it; used to choose among candidates. */
export function judge(score: Score, surprise: number): Judgement {
  const leading = checkVoiceLeading(score);
  const parallels = leading.faults.filter((f) => f.kind !== 'crossing').length;
  const crossings = leading.faults.length - parallels;
  const closes = isClosed(score);
  const cadence = hasCadence(score);
  const leaps = leapsOf(score).length;
  const consonance = consonantBeats(score);
  const motion = leading.changes / Math.max(1, score.steps - 1);
  const perFourBars = 32 / score.steps;
  const cost =
    perFourBars * (prices.parallel * parallels + prices.crossing * crossings + prices.leap * leaps) +
    (closes ? 0 : prices.openEnd) +
    (cadence ? 0 : prices.noCadence) +
    prices.dissonance * (1 - consonance) +
    prices.dull * Math.max(0, leastMotion - motion) +
    prices.surprise * surprise;
  return { cost, leading, closes, cadence, leaps, consonance, motion, surprise };
}

function isClosed(score: Score): boolean {
  const last = score.steps - 1;
  const held = score.pitches.subarray(last * voiceCount);
  for (let step = last - stepsPerBeat + 1; step < last; step++) {
    for (let voice = 0; voice < voiceCount; voice++) if (pitchAt(score, step, voice) !== held[voice]) return false;
  }
  return isRestful(score, last) && tonics.has(held[voiceCount - 1] % 12);
}

const tonics = new Set([0, 9]);

function hasCadence(score: Score): boolean {
  const [before, last] = notesOf(score, voiceCount - 1).slice(-2);
  return last !== undefined && [5, 7].includes(Math.abs(last.pitch - before.pitch));
}

/** Chords that stand on beats in the style: triads and seventh chords in any inversion, from the bass. */
const chords = new Set(
  [
    [0, 4, 7],
    [0, 3, 7],
    [0, 3, 6],
    [0, 4, 7, 10],
    [0, 3, 7, 10],
    [0, 4, 7, 11],
    [0, 3, 6, 10],
    [0, 3, 6, 9],
  ].flatMap((chord) =>
    chord.map((root) =>
      chord
        .map((p) => (p - root + 12) % 12)
        .sort((a, b) => a - b)
        .join('.'),
    ),
  ),
);

function consonantBeats(score: Score): number {
  let good = 0;
  let beats = 0;
  for (let step = 0; step < score.steps; step += stepsPerBeat) {
    const sounding = Array.from({ length: voiceCount }, (_, v) => pitchAt(score, step, v)).filter((p) => p !== rest);
    if (sounding.length === 0) continue;
    const bass = sounding[sounding.length - 1];
    const type = new Set(sounding.map((p) => (((p - bass) % 12) + 12) % 12));
    beats++;
    if ([...chords].some((chord) => [...type].every((p) => chord.split('.').includes(String(p))))) good++;
  }
  return beats === 0 ? 0 : good / beats;
}
