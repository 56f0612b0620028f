import { AdvectError } from '@advect/base/errors';
import { type AbcKey, accidentalOf, alterIn } from './abc-fields.js';
import type { Bar, BarNote } from './assemble.js';
import { pieceLimits, usualVelocity } from './piece.js';
import { pitchOf, type Spelling } from './spelling.js';

/** A voice while it is read. */
export interface AbcVoice {
  readonly name: string;
  program: number;
  drums: boolean;
  /** Semitones that it sounds above what is written. */
  shift: number;
  readonly bars: Bar[];
  open: OpenBar;
  tuplet: { left: number; factor: number };
  /** The factor that a broken rhythm sets for the next note. */
  broken: number;
  /** Notes and bars that may still follow, of all voices together. */
  readonly budget: Budget;
}

interface Budget {
  notes: number;
  bars: number;
}

interface OpenBar {
  notes: BarNote[];
  at: number;
  length: number;
  /** Notes of the last chord or note, and its length in ticks, 0 after a rest of bars. */
  last: { from: number; ticks: number };
  readonly altered: Map<Spelling['letter'], number>;
  opens: boolean;
  ending?: readonly number[];
}

/** What the tune says at this place. */
export interface AbcState {
  readonly key: AbcKey;
  /** Ticks of a note without a number, and of a bar. */
  readonly unit: number;
  readonly barTicks: number;
  /** Whether the metre counts in threes. */
  readonly compound: boolean;
}

const openBar = (opens = false, ending?: readonly number[]): OpenBar => ({
  notes: [],
  at: 0,
  length: 0,
  last: { from: 0, ticks: 0 },
  altered: new Map(),
  opens,
  ending,
});

export const newVoice = (name: string, budget: Budget): AbcVoice => ({
  name,
  program: 0,
  drums: false,
  shift: 0,
  bars: [],
  open: openBar(),
  tuplet: { left: 0, factor: 1 },
  broken: 1,
  budget,
});

/** What one tune may hold. */
export const abcBudget = (): Budget => ({ notes: pieceLimits.notes, bars: pieceLimits.bars * 8 });

/** Ends the bar that is open, where there is something in it. */
export function closeVoice(voice: AbcVoice): void {
  if (voice.open.length > 0) endBar(voice, undefined);
}

const bar = /^(?::+(?=\||:)|\[(?=\|))?(?:\|[|\]]*:*|::|:)(?:\s*\[?\s*(\d[\d,-]*))?|^\[(\d[\d,-]*)/;
const note = /^(\^\^|\^|=|__|_)?([A-Ga-g])([,']*)/;
const length = /^(\d{0,4})(\/*)(\d{0,4})/;
const tuplet = /^\((\d)(?::(\d{0,2}))?(?::(\d{0,2}))?/;
const skipped = /^(?:"[^"]*"?|![^!\s]*!|\{[^}]*\}?|[~.HLMOPSTuvJR`$*;\\()y\s\d]|\[r:[^\]]*\])/;

/** Ticks in which no note is longer: 16 whole notes. */
const longest = 16 * 1920;

/**
 * Reads a line of music into a voice. `field` is told of an inline field such as [K:D] and gives the voice and the state
 * from there on. Gives the number of characters that meant nothing.
 */
export function readMusic(
  line: string,
  begin: { voice: AbcVoice; state: AbcState },
  field: (name: string, content: string) => { voice: AbcVoice; state: AbcState },
): number {
  let { voice, state } = begin;
  let unknown = 0;
  for (let rest = line; rest !== '';) {
    const take = (pattern: RegExp): RegExpExecArray | undefined => {
      const found = pattern.exec(rest);
      if (!found || found[0] === '') return undefined;
      rest = rest.slice(found[0].length);
      return found;
    };
    let found: RegExpExecArray | undefined;
    if ((found = take(/^\[([A-Za-z]):([^\]]*)\]?/))) ({ voice, state } = field(found[1], found[2]));
    else if ((found = take(bar))) readBar(voice, found);
    else if ((found = take(tuplet))) setTuplet(voice, found, state.compound);
    else if ((found = take(/^([<>]+)/))) breakRhythm(voice, found[1]);
    else if (note.test(rest)) rest = readChord(rest, voice, state, false);
    else if (/^\[(?=[\^=_A-Ga-g"!.~])/.test(rest)) rest = readChord(rest.slice(1), voice, state, true);
    else if ((found = take(/^[zx]/))) {
      const [ticks, left] = readLength(rest);
      rest = left;
      advance(voice, state.unit * ticks, []);
    } else if ((found = take(/^[ZX](\d{0,4})/))) restBars(voice, Math.min(1000, Number(found[1] || 1)), state.barTicks);
    else if (take(/^&/)) voice.open.at = 0;
    else if ((found = take(/^-/))) tie(voice);
    else if (!take(skipped)) {
      unknown++;
      rest = rest.slice(1);
    }
  }
  return unknown;
}

/** A number of units after a note, such as 3/2, and what stands behind it. */
function readLength(text: string): [factor: number, rest: string] {
  const [whole, over, slashes, under] = length.exec(text)!;
  const below = under !== '' ? Number(under) : 2 ** slashes.length;
  const factor = (over === '' ? 1 : Number(over)) / (slashes === '' ? 1 : below);
  return [Number.isFinite(factor) ? factor : 1, text.slice(whole.length)];
}

function readChord(text: string, voice: AbcVoice, state: AbcState, isChord: boolean): string {
  const pitches: { pitch: number; tied: boolean }[] = [];
  let factor = 1;
  let rest = text;
  for (let found = note.exec(rest); found; found = note.exec(rest)) {
    const [own, left] = readLength(rest.slice(found[0].length));
    if (pitches.length === 0) factor = own;
    rest = left;
    const isTied = isChord && rest.startsWith('-');
    if (isTied) rest = rest.slice(1);
    pitches.push({ pitch: pitchIn(voice, state.key, found), tied: isTied });
    if (!isChord) break;
    for (let skip = skipped.exec(rest); skip && !rest.startsWith(']'); skip = skipped.exec(rest)) rest = rest.slice(skip[0].length);
  }
  if (isChord) {
    rest = rest.replace(/^[^\]|]*\]?/, '');
    const [outer, left] = readLength(rest);
    factor *= outer;
    rest = left;
  }
  advance(voice, state.unit * factor, pitches);
  return rest;
}

function pitchIn(voice: AbcVoice, key: AbcKey, [, sign, name, marks]: RegExpExecArray): number {
  const letter = name.toUpperCase() as Spelling['letter'];
  let octave = name === letter ? 4 : 5;
  for (const mark of marks) octave += mark === ',' ? -1 : 1;
  // An accidental holds for its letter in every octave, to the end of the bar.
  if (sign) voice.open.altered.set(letter, accidentalOf(sign));
  const alter = voice.open.altered.get(letter) ?? alterIn(key, letter);
  return pitchOf({ letter, alter, octave }) + voice.shift;
}

/** Adds a chord, or a rest where there are no pitches, and goes on behind it. */
function advance(voice: AbcVoice, written: number, pitches: readonly { pitch: number; tied: boolean }[]): void {
  const { open } = voice;
  const factor = voice.broken * (voice.tuplet.left > 0 ? voice.tuplet.factor : 1);
  voice.broken = 1;
  if (voice.tuplet.left > 0) voice.tuplet.left--;
  const ticks = Math.max(1, Math.min(longest, Math.round(written * factor)));
  open.last = { from: open.notes.length, ticks };
  if ((voice.budget.notes -= pitches.length) < 0) throw tooLong(`${pieceLimits.notes} notes`);
  for (const { pitch, tied } of pitches) {
    if (pitch >= 0 && pitch <= 127) open.notes.push({ start: open.at, length: ticks, pitch, tied, velocity: usualVelocity });
  }
  open.at += ticks;
  open.length = Math.max(open.length, open.at);
}

/** `>` makes the note before longer and the one behind shorter, `<` the other way round. */
function breakRhythm(voice: AbcVoice, marks: string): void {
  const { open } = voice;
  const small = 1 / 2 ** Math.min(3, marks.length);
  const [before, behind] = marks[0] === '>' ? [2 - small, small] : [small, 2 - small];
  const { from, ticks } = open.last;
  const changed = Math.round(ticks * before);
  for (let i = from; i < open.notes.length; i++) open.notes[i] = { ...open.notes[i], length: changed };
  const isLongest = open.at === open.length;
  open.at += changed - ticks;
  open.last = { from, ticks: changed };
  open.length = isLongest ? open.at : Math.max(open.length, open.at);
  voice.broken = behind;
}

function tie({ open, bars }: AbcVoice): void {
  const mark = (notes: BarNote[], from: number): void => {
    for (let i = from; i < notes.length; i++) notes[i] = { ...notes[i], tied: true };
  };
  if (open.length > 0) mark(open.notes, open.last.from);
  else if (bars.length > 0) mark(bars[bars.length - 1].notes as BarNote[], bars[bars.length - 1].notes.length - 1);
}

function setTuplet(voice: AbcVoice, [, count, into, over]: RegExpExecArray, compound: boolean): void {
  const p = Number(count);
  const usual = [0, 0, 3, 2, 3, compound ? 3 : 2, 2, compound ? 3 : 2, 3, compound ? 3 : 2][p];
  const q = Number(into || usual);
  if (p > 0 && q > 0) voice.tuplet = { left: Number(over || p), factor: q / p };
}

function restBars(voice: AbcVoice, count: number, ticks: number): void {
  for (let i = 0; i < count; i++) {
    voice.open.length = Math.max(voice.open.length, ticks);
    voice.open.at = ticks;
    if (i < count - 1) endBar(voice, undefined);
  }
}

const passes = (text: string): number[] =>
  text
    .split(',')
    .flatMap((part) => {
      const [from, to = from] = part.split('-').map(Number);
      return Array.from({ length: Math.max(0, Math.min(16, to) - from + 1) }, (_, i) => from + i);
    })
    .filter((pass) => pass >= 1 && pass <= 16);

function readBar(voice: AbcVoice, [text, afterBar, alone]: RegExpExecArray): void {
  const marks = text.replace(/[\s[\d,\]-]/g, '');
  const numbers = afterBar ?? alone;
  const sign = marks.indexOf('|');
  const closes = marks === '::' || marks === ':' || (sign > 0 && marks.startsWith(':')) ? 2 : undefined;
  const opens = marks === '::' || (sign >= 0 && marks.endsWith(':'));
  const ending = numbers ? passes(numbers) : undefined;
  const { open } = voice;
  if (open.length === 0 && !closes) {
    // A bar line at the beginning of a line, or one that only begins something.
    open.opens ||= opens;
    if (ending) open.ending = ending;
    return;
  }
  // An ending goes on over the bars until it is closed.
  const goesOn = closes || opens || /\|\||\|\]/.test(text) ? undefined : open.ending;
  endBar(voice, closes);
  voice.open = openBar(opens, ending ?? goesOn);
}

function endBar(voice: AbcVoice, closes: number | undefined): void {
  if (--voice.budget.bars < 0) throw tooLong(`${abcBudget().bars} bars`);
  const { notes, length: ticks, opens, ending } = voice.open;
  voice.bars.push({ notes, length: ticks, opens, ...(closes !== undefined && { closes }), ...(ending && { ending }) });
  voice.open = openBar(false, ending);
}

const tooLong = (most: string): AdvectError =>
  new AdvectError('invalid-file', `the ABC file has more than ${most}`, 'Cut the piece into shorter ones.');
