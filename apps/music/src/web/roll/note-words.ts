import type { KeySignature } from '../../codec/piece.js';
import { signatureIn, spellPlainly } from '../../codec/spelling.js';
import { longKeyName, type MusicalKey, transposeKey } from '../../data/musical-key.js';
import { type Note, rest, stepsPerBar, stepsPerBeat, voiceNames } from '../../score.js';

const signs = ['♭', '', '♯'] as const;

/** "E♭4" in flats, "D♯4" in sharps. */
export function pitchName(pitch: number, key: KeySignature): string {
  const { letter, alter, octave } = spellPlainly(pitch, key);
  return `${letter}${signs[alter + 1]}${octave}`;
}

/** "C4": a C as a mark of its octave, in any key. */
export const octaveName = (c: number): string => `C${c / 12 - 1}`;

/** How a piece on the desk sounds: so many semitones higher than it is written there, in the key that it is then in. */
export interface Sounding {
  readonly transpose: number;
  readonly key: KeySignature;
}

export const soundingOf = (key: MusicalKey, transpose: number): Sounding => ({ transpose, key: signatureIn(transposeKey(key, transpose)) });

/** What a pitch on the desk sounds as: "E♭4", "rest". */
export const soundingName = (pitch: number, { transpose, key }: Sounding): string =>
  pitch === rest ? 'rest' : pitchName(pitch + transpose, key);

/** "B♭ major". */
export const keyInWords = (key: MusicalKey): string => longKeyName(key).replace('b ', '♭ ').replace('#', '♯');

/** "1 bar", "4 bars". */
export const barsInWords = (bars: number): string => `${bars} ${bars === 1 ? 'bar' : 'bars'}`;

/** "bar 2, beat 3", "bar 2, beat 3 and a half". */
export const placeInWords = (step: number): string =>
  `bar ${Math.floor(step / stepsPerBar) + 1}, beat ${Math.floor((step % stepsPerBar) / stepsPerBeat) + 1}${step % stepsPerBeat === 0 ? '' : ' and a half'}`;

/** "Alto, F4, bar 2, beat 3, locked". */
export const noteInWords = ({ voice, pitch, start }: Note, locked: boolean, sounding: Sounding): string =>
  `${voiceNames[voice]}, ${soundingName(pitch, sounding)}, ${placeInWords(start)}${locked ? ', locked' : ''}`;
