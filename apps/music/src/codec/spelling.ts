import { type MusicalKey, signatureOf } from '../data/musical-key.js';
import type { KeySignature } from './piece.js';

/** A pitch as it is written: letter, semitones up or down, octave (4 begins at middle C). */
export interface Spelling {
  readonly letter: 'C' | 'D' | 'E' | 'F' | 'G' | 'A' | 'B';
  readonly alter: number;
  readonly octave: number;
}

/** Letters in fifths, and their semitones above C. */
const fifths = ['F', 'C', 'G', 'D', 'A', 'E', 'B'] as const;
const semitones = { C: 0, D: 2, E: 4, F: 5, G: 7, A: 9, B: 11 } as const;

/**
 * How a pitch is written in a key: of its names the one that lies in the twelve fifths about the key, which reach further to
 * the sharps in minor, where the sixth and seventh are raised.
 */
export function spell(pitch: number, { fifths: signature, minor }: KeySignature): Spelling {
  const lowest = signature - (minor ? 3 : 4);
  const away = (((pitch * 7 - lowest) % 12) + 12) % 12;
  const place = lowest + away + 1;
  const alter = Math.floor(place / 7);
  return { letter: fifths[place - 7 * alter], alter, octave: Math.floor((pitch - alter) / 12) - 1 };
}

/** How a pitch is named to those who read rather than engrave: as `spell` writes it; what would need two signs has its name without any. */
export function spellPlainly(pitch: number, key: KeySignature): Spelling {
  const written = spell(pitch, key);
  return Math.abs(written.alter) > 1 ? spell(pitch, { fifths: 0, minor: false }) : written;
}

/** How a key is written. */
export const signatureIn = (key: MusicalKey): KeySignature => ({ fifths: signatureOf(key), minor: key.mode === 'minor' });

/** The MIDI pitch of a written one. */
export const pitchOf = ({ letter, alter, octave }: Spelling): number => 12 * (octave + 1) + semitones[letter] + alter;

/** Semitones by which a key signature alters a letter. */
export const alteredBy = (letter: Spelling['letter'], signature: number): number =>
  Math.floor((signature + 6 - fifths.indexOf(letter)) / 7);
