import { AdvectError } from '@advect/base/errors';
import { type AbcKey, readKey, readMetre, readTempo, readUnit } from './abc-fields.js';
import { abcBudget, type AbcState, type AbcVoice, closeVoice, newVoice, readMusic } from './abc-music.js';
import { playedBars, playedNotes } from './assemble.js';
import { barTicks, type Metre, pieceLimits, type ReadPiece, ticksPerQuarter, usualTempo } from './piece.js';
import { marker, parseSettings } from './settings.js';

const whole = 4 * ticksPerQuarter;

/** What the header and the lines so far say; the voices are filled as the tune is read. */
interface Tune {
  title: string;
  key?: AbcKey;
  metre?: Metre;
  /** That of the header. */
  firstMetre?: Metre;
  isFree: boolean;
  /** In whole notes. */
  unit?: number;
  tempo?: string;
  settings?: Record<string, unknown>;
  readonly voices: Map<string, AbcVoice>;
  voice: AbcVoice;
  readonly keys: Map<AbcVoice, AbcKey>;
  unknown: number;
  metreChanges: boolean;
}

/**
 * The first tune of an ABC file: voices, chords, ties, tuplets, broken rhythm, overlays, repeats with their endings played
 * out, changes of key and unit. Ornaments, grace notes, lyrics, chord symbols and jumps (da capo, segno) are left out.
 * Never fails on a mark that it does not know: those are counted, and said.
 *
 * Throws `invalid-file` for a text without a key or without notes, or a tune that is too long.
 * Reference: Walshaw et al. (2011), "The abc music standard 2.1".
 */
export function readAbc(text: string): ReadPiece {
  const { lines, others } = firstTune(text);
  const first = newVoice('', abcBudget());
  const tune: Tune = {
    title: '',
    isFree: false,
    voices: new Map(),
    voice: first,
    keys: new Map(),
    unknown: 0,
    metreChanges: false,
  };
  let isBody = false;
  for (const line of lines) {
    if (line.startsWith('%%')) readDirective(tune, line.slice(2));
    else if (line.startsWith(`% ${marker} `)) tune.settings ??= parseSettings(line.slice(marker.length + 3));
    const content = withoutComment(line);
    if (content.trim() === '') continue;
    const field = /^([A-Za-z+]):(.*)$/.exec(content);
    if (field && !(isBody && /^[|:]/.test(field[2]))) {
      readField(tune, field[1], field[2].trim(), isBody);
      isBody ||= field[1] === 'K';
    } else if (isBody) {
      const now = () => ({ voice: tune.voice, state: stateOf(tune) });
      tune.unknown += readMusic(content, now(), (name, value) => {
        readField(tune, name, value.trim(), true);
        return now();
      });
    }
  }
  if (!isBody) throw fault('it has no K: line, which ends the header of a tune');
  return pieceOf(tune, first, others);
}

/** The lines of the first tune, which an empty line behind its music ends, and how many tunes follow. */
function firstTune(text: string): { lines: string[]; others: number } {
  const all = text.split(/\r\n|\r|\n/);
  const starts = all.flatMap((line, i) => (line.startsWith('X:') ? [i] : []));
  const from = starts[0] ?? 0;
  let end = from;
  let [hasKey, hasMusic] = [false, false];
  for (; end < (starts[1] ?? all.length); end++) {
    const isEmpty = all[end].trim() === '';
    if (hasMusic && isEmpty) break;
    hasMusic ||= hasKey && !isEmpty;
    hasKey ||= all[end].startsWith('K:');
  }
  return { lines: all.slice(from, end), others: Math.max(0, starts.length - 1) };
}

const withoutComment = (line: string): string => line.replace(/(^|[^\\])%.*$/, '$1');

function readDirective(tune: Tune, directive: string): void {
  const [, name, value] = /^\s*(\S*)\s*(.*)$/.exec(directive)!;
  if (name !== 'MIDI') return;
  const numbers = [...value.matchAll(/\d{1,3}/g)].map(Number);
  const last = numbers.at(-1);
  if (last === undefined) return;
  if (/^program\b/.test(value)) tune.voice.program = Math.min(127, last);
  if (/^channel\b/.test(value)) tune.voice.drums = last === 10;
}

function readField(tune: Tune, name: string, content: string, isBody: boolean): void {
  switch (name) {
    case 'T':
      tune.title ||= content.slice(0, 1000);
      break;
    case 'M': {
      const metre = readMetre(content);
      if (isBody && metre && tune.metre && (metre.beats !== tune.metre.beats || metre.beatType !== tune.metre.beatType))
        tune.metreChanges = true;
      tune.metre = metre ?? (isBody ? tune.metre : undefined);
      if (!isBody) {
        tune.firstMetre = metre;
        tune.isFree = metre === undefined;
      }
      break;
    }
    case 'L':
      tune.unit = readUnit(content) ?? tune.unit;
      break;
    case 'Q':
      if (!isBody) tune.tempo = content;
      break;
    case 'K': {
      const key = readKey(content);
      if (isBody && key) tune.keys.set(tune.voice, key);
      else if (key) tune.key = key;
      else tune.key ??= readKey('none');
      setVoice(tune.voice, content);
      break;
    }
    case 'I':
      if (content.startsWith('MIDI')) readDirective(tune, content.replace(/^MIDI\s*=?/, 'MIDI '));
      break;
    case 'V':
      chooseVoice(tune, content);
      break;
    default:
  }
}

function chooseVoice(tune: Tune, content: string): void {
  const [, id, properties] = /^(\S*)\s*(.*)$/.exec(content)!;
  let voice = tune.voices.get(id);
  if (!voice) {
    if (tune.voices.size >= pieceLimits.parts) throw fault(`it has more than ${pieceLimits.parts} voices`);
    const name = /\b(?:name|nm)\s*=\s*"([^"]*)"/.exec(properties)?.[1] ?? id;
    voice = newVoice(name, tune.voice.budget);
    tune.voices.set(id, voice);
  }
  setVoice(voice, properties);
  tune.voice = voice;
}

/** What a V: or K: field says about how a voice sounds. */
function setVoice(voice: AbcVoice, properties: string): void {
  const transpose = /\btranspose\s*=\s*(-?\d{1,2})/.exec(properties);
  const octave = /\boctave\s*=\s*(-?\d)/.exec(properties);
  if (transpose || octave) voice.shift = Number(transpose?.[1] ?? 0) + 12 * Number(octave?.[1] ?? 0);
  if (/\bclef\s*=\s*"?perc/.test(properties)) voice.drums = true;
}

function stateOf(tune: Tune): AbcState {
  const metre = tune.metre ?? { beats: 4, beatType: 4 };
  return {
    key: tune.keys.get(tune.voice) ?? (tune.key as AbcKey),
    unit: whole * unitOf(tune),
    barTicks: barTicks(metre),
    compound: metre.beatType >= 8 && metre.beats % 3 === 0,
  };
}

/** Where no L: is given, a sixteenth in short metres and an eighth in the others. */
const unitOf = ({ unit, metre }: Tune): number => unit ?? (metre && metre.beats / metre.beatType < 0.75 ? 1 / 16 : 1 / 8);

function pieceOf(tune: Tune, first: AbcVoice, others: number): ReadPiece {
  const voices = [first, ...tune.voices.values()];
  for (const voice of voices) closeVoice(voice);
  const sounding = voices.filter(({ bars }) => bars.some(({ notes }) => notes.length > 0));
  if (sounding.length === 0) throw fault('it has no notes');
  const parts = sounding.map(({ bars }) => bars);
  const played = playedBars(parts, 'ABC');
  const metre = tune.firstMetre ?? { beats: 4, beatType: 4 };
  const firstBar = Math.max(...parts.map(([bar]) => bar?.length ?? 0));
  const { fifths, minor } = tune.key as AbcKey;
  return {
    piece: {
      title: tune.title,
      tempos: [{ tick: 0, perMinute: (tune.tempo && readTempo(tune.tempo, unitOf(tune))) || usualTempo }],
      metre,
      pickup: firstBar < barTicks(metre) && played.length > 1 ? firstBar : 0,
      key: { fifths, minor },
      parts: sounding.map(({ name, program, drums, bars }) => ({ name, program, drums, notes: playedNotes(bars, played, 'ABC') })),
      ...(tune.settings && { settings: tune.settings }),
    },
    remarks: [
      ...(others > 0 ? [`it holds ${others + 1} tunes; the first is read`] : []),
      ...(tune.unknown > 0 ? [`${tune.unknown} marks in it are not known and were left out`] : []),
      ...(tune.metreChanges ? ['its metre changes on the way; notes keep their lengths, and bars are counted in the first one'] : []),
      ...(tune.isFree ? ['it has no metre; bars are counted as four quarter notes'] : []),
    ],
  };
}

const fault = (what: string): AdvectError =>
  new AdvectError('invalid-file', `not a usable ABC file: ${what}`, 'Give a tune in ABC notation: X:, T:, K: lines, then notes.');
