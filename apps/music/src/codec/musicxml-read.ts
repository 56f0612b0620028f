import { AdvectError } from '@advect/base/errors';
import { playedBars, playedNotes } from './assemble.js';
import { type BarReader, barReader } from './musicxml-bar.js';
import { barTicks, pieceLimits, type ReadPiece, ticksPerQuarter, usualTempo } from './piece.js';
import { marker, parseSettings } from './settings.js';
import { numberOf, readXml, textOf, type XmlElement, type XmlPath } from './xml.js';

/** What the head of a part says. */
interface PartHead {
  readonly name: string;
  readonly program: number;
  readonly isDrums: boolean;
  /** MIDI notes of its unpitched instruments by their id. */
  readonly unpitched: ReadonlyMap<string, number>;
}

/** A file while it is read. */
interface Reading {
  title: string;
  settings?: Record<string, unknown>;
  readonly heads: Map<string, PartHead>;
  readonly parts: Map<string, BarReader>;
}

/**
 * A MusicXML score, partwise or timewise: notes, chords, voices, ties, tuplets, transposing and unpitched instruments, tempo,
 * key and metre, repeats with their endings played out. Each voice of a part becomes a part. Grace and cue notes, ornaments
 * and jumps (da capo, segno, coda) are left out; the last are said.
 *
 * Throws `invalid-file` for a text that is not well-formed XML or no score, has no notes, or is too long.
 * Reference: W3C Music Notation Community Group (2021), "MusicXML 4.0".
 */
export function readMusicXml(text: string): ReadPiece {
  const reading: Reading = { title: '', heads: new Map(), parts: new Map() };
  let root = '';
  readXml(text, 2, (element, path) => {
    root = path[0].name;
    if (root === 'score-partwise' || root === 'score-timewise') readElement(reading, element, path);
  });
  if (root !== 'score-partwise' && root !== 'score-timewise')
    throw fault(root === '' ? 'it has nothing in it' : `its root is <${root}> where <score-partwise> or <score-timewise> belongs`);
  return pieceOf(reading);
}

function readElement(reading: Reading, element: XmlElement, [root, parent]: XmlPath): void {
  const isTimewise = root.name === 'score-timewise';
  if (element.name === 'score-part') return void reading.heads.set(element.attributes.id ?? '', partHead(element));
  if (element.name === 'work-title') reading.title ||= element.text;
  if (element.name === 'miscellaneous') {
    const field = element.children.find(({ name, attributes }) => name === 'miscellaneous-field' && attributes.name === marker);
    reading.settings ??= parseSettings(field?.text);
  }
  if (element.name !== (isTimewise ? 'part' : 'measure') || parent.name !== (isTimewise ? 'measure' : 'part')) return;
  const id = (isTimewise ? element : parent).attributes.id ?? '';
  let reader = reading.parts.get(id);
  if (!reader) {
    if (reading.parts.size >= pieceLimits.parts) throw fault(`it has more than ${pieceLimits.parts} parts`);
    reader = barReader(reading.heads.get(id)?.unpitched ?? new Map());
    reading.parts.set(id, reader);
  }
  if (reader.barCount >= pieceLimits.bars) throw fault(`it has more than ${pieceLimits.bars} bars`);
  reader.read(element);
}

function partHead(element: XmlElement): PartHead {
  const midi = element.children.filter(({ name }) => name === 'midi-instrument');
  const note = (instrument: XmlElement) => numberOf(instrument, 'midi-unpitched');
  const within = (value: number): number => Math.min(127, Math.max(0, Math.round(value) - 1));
  return {
    name: textOf(element, 'part-name') ?? '',
    program: within(midi.map((instrument) => numberOf(instrument, 'midi-program')).find((n) => n !== undefined) ?? 1),
    isDrums: midi.some((instrument) => numberOf(instrument, 'midi-channel') === 10 || note(instrument) !== undefined),
    unpitched: new Map(
      midi.flatMap((instrument) => (note(instrument) === undefined ? [] : [[instrument.attributes.id ?? '', within(note(instrument)!)]])),
    ),
  };
}

function pieceOf({ title, settings, heads, parts: readers }: Reading): ReadPiece {
  const read = [...readers].map(([id, reader]) => ({ head: heads.get(id), reader }));
  const voices = read.flatMap(({ head, reader }) => {
    const own = reader.voices();
    return own.map((bars, i) => ({ head, reader, bars, number: own.length > 1 ? i + 1 : 0 }));
  });
  if (voices.length === 0) throw fault('it has no notes');
  if (voices.length > pieceLimits.parts) throw fault(`it has more than ${pieceLimits.parts} voices`);
  const marks = read.map(({ reader }) => reader.marks());
  const played = playedBars(marks, 'MusicXML');
  const found = <T>(get: (reader: BarReader) => T | undefined): T | undefined =>
    read.map(({ reader }) => get(reader)).find((v) => v !== undefined);
  const metre = found((reader) => reader.metre) ?? { beats: 4, beatType: 4 };
  const key = found((reader) => reader.key);
  const firstBar = marks.reduce((most, [bar]) => Math.max(most, bar?.length ?? 0), 0);
  const remarks = new Set(read.flatMap(({ reader }) => [...reader.remarks]));
  return {
    piece: {
      title,
      tempos: temposOf(
        read.map(({ reader }) => reader),
        played,
      ),
      metre,
      pickup: firstBar < barTicks(metre) && played.length > 1 ? firstBar : 0,
      ...(key && { key }),
      parts: voices.map(({ head, reader, bars, number }) => ({
        name: `${head?.name ?? ''}${number > 0 ? ` ${number}` : ''}`.trim(),
        program: head?.program ?? 0,
        drums: reader.isUnpitched || (head?.isDrums ?? false),
        notes: playedNotes(bars, played, 'MusicXML'),
      })),
      ...(settings && { settings }),
    },
    remarks: [...remarks],
  };
}

/** The tempi of all parts where they are played; 120 before the first. */
function temposOf(readers: readonly BarReader[], played: readonly { bar: number; start: number }[]) {
  const tempos = played
    .flatMap(({ bar, start }) =>
      readers.flatMap((reader) => reader.tempos(bar).map(({ at, perMinute }) => ({ tick: start + at, perMinute }))),
    )
    .sort((a, b) => a.tick - b.tick);
  const kept = tempos.filter((tempo, i) => i === 0 || tempo.perMinute !== tempos[i - 1].perMinute);
  return kept[0]?.tick === 0
    ? kept
    : [{ tick: 0, perMinute: kept[0] && kept[0].tick < ticksPerQuarter ? kept[0].perMinute : usualTempo }, ...kept];
}

const fault = (what: string): AdvectError =>
  new AdvectError(
    'invalid-file',
    `not a usable MusicXML file: ${what}`,
    'Give a score that a notation program has exported as MusicXML (.musicxml, .xml or .mxl).',
  );
