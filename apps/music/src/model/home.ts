import { findKey, type MusicalKey } from '../data/musical-key.js';
import { strain } from '../data/voice-range.js';
import { highestPitch, lowestPitch } from '../data/windows.js';
import { rest, transposeScore, voiceCount, type Score } from '../score.js';

/** A piece moved to where a model lives: C major or A minor. */
export interface AtHome {
  readonly score: Score;
  /** The key of the piece itself. */
  readonly key: MusicalKey;
  /** Semitones from the piece to its home. */
  readonly move: number;
}

/**
 * Moves a piece to C major or A minor, the way that keeps its notes inside the model's range, then inside the ranges of the
 * voices, then the shortest. The key is found where none is given; a piece with a bass is taken to end on its tonic.
 */
export function bringHome(score: Score, key: MusicalKey = foundKey(score)): AtHome {
  const up = ((((key.mode === 'major' ? 0 : 9) - key.tonic) % 12) + 12) % 12;
  const moves = [up - 24, up - 12, up, up + 12];
  const costs = moves.map((move) => {
    const moved = transposeScore(score, move);
    return 1e6 * countOutside(moved) + 100 * strain(moved) + Math.abs(move);
  });
  const move = moves[costs.indexOf(Math.min(...costs))];
  return { score: transposeScore(score, move), key, move };
}

/** The key of a piece by its notes; one with a bass is taken to end on its tonic. */
export const foundKey = (score: Score): MusicalKey => findKey(score, hasBass(score));

/** The key of a piece from a file: what the file names, but for C major, which programs write that know no key: there the notes are asked. */
export const keyOfPiece = ({ score, key }: { readonly score: Score; readonly key?: MusicalKey }): MusicalKey =>
  namedKey(key) ?? foundKey(score);

/** A key that a file names, unless it may not be meant. */
export const namedKey = (key: MusicalKey | undefined): MusicalKey | undefined =>
  key && !(key.tonic === 0 && key.mode === 'major') ? key : undefined;

const hasBass = ({ pitches }: Score): boolean => pitches.some((p, i) => i % voiceCount === voiceCount - 1 && p !== rest);

const countOutside = ({ pitches }: Score): number => pitches.filter((p) => p !== rest && (p < lowestPitch || p > highestPitch)).length;
