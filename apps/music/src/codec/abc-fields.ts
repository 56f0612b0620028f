import type { KeySignature, Metre } from './piece.js';
import { alteredBy, type Spelling } from './spelling.js';

/** A key as ABC has it: the signature, and what is altered otherwise. */
export interface AbcKey extends KeySignature {
  readonly altered: ReadonlyMap<Spelling['letter'], number>;
}

/** Fifths that a mode lies above major on the same tonic. */
const modes: Readonly<Record<string, number>> = { maj: 0, ion: 0, m: -3, min: -3, aeo: -3, mix: -1, dor: -2, phr: -4, lyd: 1, loc: -5 };
const tonics: Readonly<Record<string, number>> = { F: -1, C: 0, G: 1, D: 2, A: 3, E: 4, B: 5 };
const accidentals: Readonly<Record<string, number>> = { '^^': 2, '^': 1, '=': 0, _: -1, __: -2 };

/** Reads the content of a K: field, or undefined where it names no key (a clef alone). */
export function readKey(text: string): AbcKey | undefined {
  const none: AbcKey = { fifths: 0, minor: false, altered: new Map() };
  const content = text.trim();
  if (content === '' || /^none\b/i.test(content)) return none;
  if (/^H[Pp]\b/.test(content)) return { fifths: 2, minor: false, altered: new Map() };
  const found = /^([A-G])([#b]?)\s*(maj|ion|min|aeo|mix|dor|phr|lyd|loc|m(?![a-z]))?[a-z]*/i.exec(content);
  if (!found || !/[A-G]/.test(found[1])) return undefined;
  const mode = (found[3] ?? 'maj').toLowerCase();
  const fifths = tonics[found[1]] + (found[2] === '#' ? 7 : found[2] === 'b' ? -7 : 0) + modes[mode];
  const altered = new Map(
    [...content.slice(found[0].length).matchAll(/(?:^|\s)(\^\^|\^|=|__|_)([A-Ga-g])(?=\s|$)/g)].map(
      ([, sign, letter]) => [letter.toUpperCase() as Spelling['letter'], accidentals[sign]] as const,
    ),
  );
  const explicit = /\bexp\b/.test(content);
  return { fifths: explicit ? 0 : Math.max(-7, Math.min(7, fifths)), minor: ['m', 'min', 'aeo'].includes(mode), altered };
}

/** Semitones by which a key alters a letter. */
export const alterIn = (key: AbcKey, letter: Spelling['letter']): number => key.altered.get(letter) ?? alteredBy(letter, key.fifths);

export const accidentalOf = (sign: string): number => accidentals[sign];

/** Reads an M: field; undefined for a free metre. */
export function readMetre(text: string): Metre | undefined {
  const content = text.trim();
  if (content.startsWith('C|')) return { beats: 2, beatType: 2 };
  if (/^C(?!\S)/.test(content)) return { beats: 4, beatType: 4 };
  const found = /^\(?\s*(\d{1,2}(?:\s*\+\s*\d{1,2})*)\s*\)?\s*\/\s*(\d{1,2})/.exec(content);
  if (!found) return undefined;
  const beats = found[1].split('+').reduce((sum, n) => sum + Number(n), 0);
  const beatType = Number(found[2]);
  return beats > 0 && beats <= 64 && [1, 2, 4, 8, 16, 32, 64].includes(beatType) ? { beats, beatType } : undefined;
}

/** Quarter notes in a minute from a Q: field; `unit` is the length of a note without a number, in whole notes. */
export function readTempo(text: string, unit: number): number | undefined {
  const content = text.replace(/"[^"]*"/g, ' ').trim();
  const beats = /^((?:\d+\/\d+\s*)+)=\s*(\d+(?:\.\d+)?)/.exec(content);
  const bare = /^(?:C\s*=\s*)?(\d+(?:\.\d+)?)$/.exec(content);
  let perMinute: number | undefined;
  if (beats) {
    const whole = beats[1]
      .trim()
      .split(/\s+/)
      .reduce((sum, part) => sum + Number(part.split('/')[0]) / Number(part.split('/')[1]), 0);
    perMinute = 4 * whole * Number(beats[2]);
  } else if (bare) perMinute = 4 * unit * Number(bare[1]);
  return perMinute !== undefined && perMinute >= 5 && perMinute <= 1000 ? perMinute : undefined;
}

/** Reads the length of an L: field, in whole notes. */
export function readUnit(text: string): number | undefined {
  const found = /^\s*(\d{1,3})(?:\/(\d{1,3}))?/.exec(text);
  const unit = found ? Number(found[1]) / Number(found[2] ?? 1) : NaN;
  return unit >= 1 / 128 && unit <= 4 ? unit : undefined;
}
