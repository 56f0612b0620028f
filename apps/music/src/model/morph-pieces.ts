import { AdvectError } from '@advect/base/errors';
import type { Flow } from '@advect/core';
import type { MusicalKey } from '../data/musical-key.js';
import { transposeForVoices } from '../data/voice-range.js';
import { windowSteps } from '../data/windows.js';
import { rest, type Score, sliceScore, stepsPerBar, transposeScore, voiceCount } from '../score.js';
import { bringHome, foundKey } from './home.js';
import { morph, type MorphSettings } from './morph.js';

export interface MorphPiecesSettings extends MorphSettings {
  /** The keys of the two pieces. Default: found from their notes. */
  readonly keys?: readonly MusicalKey[];
  /** One key for all. Default: the first half in the key of the one, the second in that of the other. */
  readonly key?: MusicalKey;
}

/** Pieces from one to another, in their keys. */
export interface PieceMorph {
  readonly pieces: readonly { readonly score: Score; readonly key: MusicalKey }[];
  /** Largest distance of a code from where it was, after encoding and decoding the ends; notes change from about 1. */
  readonly roundTrip: number;
  /** Whether the ends came back note by note. */
  readonly endsExact: boolean;
}

/** Steps that two pieces have in common, in whole windows of four bars: as much as a morph takes. Throws `invalid-value` for none. */
export function commonSteps(from: Score, to: Score): number {
  const steps = Math.floor(Math.min(wholeBars(from).steps, wholeBars(to).steps) / windowSteps) * windowSteps;
  if (steps === 0) throw new AdvectError('invalid-value', 'a morph needs two pieces of four bars or more', 'Give longer ones.');
  return steps;
}

/** `morph` between two pieces in any keys, of any lengths: their first bars, as many as both have. Throws as `commonSteps` and `morph`. */
export async function morphPieces(
  flow: Flow,
  from: Score,
  to: Score,
  { keys, key, ...settings }: MorphPiecesSettings,
): Promise<PieceMorph> {
  const steps = commonSteps(from, to);
  const homes = [from, to].map((score, i) => bringHome(sliceScore(wholeBars(score), 0, steps), keys?.[i] ?? foundKey(score)));
  const { scores, roundTrip } = await morph(flow, homes[0].score, homes[1].score, settings);
  const last = scores.length - 1;
  return {
    pieces: scores.map((score, i) => {
      if (key) return { score: transposeForVoices(score, key.tonic - (key.mode === 'major' ? 0 : 9)), key };
      const end = homes[i <= last / 2 ? 0 : 1];
      return { score: transposeScore(score, -end.move), key: end.key };
    }),
    roundTrip,
    endsExact: [0, last].every((i, end) => String(scores[i].pitches) === String(homes[end].score.pitches)),
  };
}

/** A piece with its last bar filled up by silence. */
function wholeBars(score: Score): Score {
  const steps = Math.ceil(score.steps / stepsPerBar) * stepsPerBar;
  const pitches = new Int16Array(steps * voiceCount).fill(rest);
  pitches.set(score.pitches);
  return { steps, pitches };
}
