import { barTicks, type Piece, type PieceNote, type PiecePart, ticksPerQuarter } from './piece.js';

/** A note of a chord. */
export type Tone = Pick<PieceNote, 'pitch' | 'velocity'>;

/** A chord or a rest as it is written: one note value, perhaps tied to the next. */
export interface Written {
  /** From the beginning of its bar. */
  readonly start: number;
  readonly ticks: number;
  /** High to low; none is a rest. */
  readonly tones: readonly Tone[];
  /** Whether it goes on in the next. */
  readonly tied: boolean;
  /** Whether it goes on from the one before. */
  readonly continued: boolean;
}

/** One line of a part: its bars, each filled from its beginning to its end. */
export type Line = readonly (readonly Written[])[];

/** Note values that are written, longest first: a whole note to a thirty-second, with their dotted ones. */
const values = [1920, 1440, 960, 720, 480, 360, 240, 180, 120, 60] as const;

/** Bars of a piece in ticks, the pick-up first where there is one. */
export function barLines({ metre, pickup, parts }: Piece): { start: number; length: number }[] {
  const length = barTicks(metre);
  let end = 0;
  for (const part of parts) for (const note of part.notes) end = Math.max(end, note.start + note.length);
  const bars = pickup > 0 ? [{ start: 0, length: pickup }] : [];
  for (let start = pickup; start < Math.max(end, pickup + 1); start += length) bars.push({ start, length });
  return bars;
}

/**
 * The lines of a part: notes on the nearest sixteenth (thirty-second, where some lie there), split where notes overlap into
 * lines of their own, at bar lines, and where no note value is as long. Strokes of drums last until the next, a quarter at
 * most. `moved` counts the notes that lay off the grid.
 */
export function engrave(part: PiecePart, piece: Piece): { lines: readonly Line[]; moved: number } {
  const grid = !part.drums && part.notes.some(({ start }) => start % 120 === 60) ? 60 : 120;
  const near = (tick: number): number => Math.round(tick / grid) * grid;
  const moved = part.notes.filter(({ start, length }) => near(start) !== start || (!part.drums && near(length) !== length)).length;
  const notes = part.notes.map((note) => {
    const start = near(note.start);
    return { ...note, start, length: Math.max(grid, near(note.start + note.length) - start) };
  });
  const bars = barLines(piece);
  const chords = part.drums ? strokes(notes, bars) : chordsOf(notes);
  return { lines: inLines(chords).map((line) => bars.map((bar) => writtenBar(line, bar, piece))), moved };
}

/** Pitches of the lines of a staff, lowest and highest. */
const staves = { treble: [64, 77], bass: [43, 57] } as const;

/** The clef under which notes lie nearest to their staff; the treble clef for none. */
export function clefOf(notes: readonly { readonly pitch: number }[]): keyof typeof staves {
  const outside = ([low, high]: readonly [number, number]): number =>
    notes.reduce((sum, { pitch }) => sum + Math.max(0, low - pitch, pitch - high), 0);
  return outside(staves.bass) < outside(staves.treble) ? 'bass' : 'treble';
}

interface Chord {
  readonly start: number;
  readonly end: number;
  readonly tones: readonly Tone[];
}

/** Notes that begin and end together. */
function chordsOf(notes: readonly PieceNote[]): Chord[] {
  const chords = new Map<string, PieceNote[]>();
  for (const note of notes) {
    const together = `${note.start} ${note.length}`;
    chords.set(together, [...(chords.get(together) ?? []), note]);
  }
  return [...chords.values()].map((list) => chordOf(list, list[0].start + list[0].length)).sort((a, b) => a.start - b.start);
}

function strokes(notes: readonly PieceNote[], bars: readonly { start: number; length: number }[]): Chord[] {
  const starts = [...new Set(notes.map(({ start }) => start))].sort((a, b) => a - b);
  return starts.map((start, i) => {
    const bar = bars.findLast((b) => b.start <= start)!;
    const end = Math.min(starts[i + 1] ?? Infinity, start + ticksPerQuarter, bar.start + bar.length);
    return chordOf(
      notes.filter((note) => note.start === start),
      end,
    );
  });
}

const chordOf = (notes: readonly PieceNote[], end: number): Chord => ({
  start: notes[0].start,
  end,
  tones: notes.filter(({ pitch }, i) => notes.findIndex((note) => note.pitch === pitch) === i).toSorted((a, b) => b.pitch - a.pitch),
});

/** Each chord in the first line that is free when it begins. */
function inLines(chords: readonly Chord[]): Chord[][] {
  const lines: Chord[][] = [[]];
  for (const chord of chords) {
    const free = lines.find((line) => (line.at(-1)?.end ?? 0) <= chord.start);
    if (free) free.push(chord);
    else lines.push([chord]);
  }
  return lines;
}

function writtenBar(line: readonly Chord[], bar: { start: number; length: number }, { metre, pickup }: Piece): Written[] {
  const written: Written[] = [];
  const end = bar.start + bar.length;
  // A short first bar counts from its end: the first whole bar begins there.
  const beatsFrom = bar.start < pickup ? pickup : bar.start;
  const beat = metre.beatType >= 8 && metre.beats % 3 === 0 ? 720 : (4 * ticksPerQuarter) / metre.beatType;
  const write = (from: number, to: number, chord?: Chord): void => {
    for (let at = from; at < to;) {
      const ticks = valueAt(at - beatsFrom, to - at, beat);
      written.push({
        start: at - bar.start,
        ticks,
        tones: chord?.tones ?? [],
        tied: chord !== undefined && at + ticks < chord.end,
        continued: chord !== undefined && at > chord.start,
      });
      at += ticks;
    }
  };
  let at = bar.start;
  for (const chord of line) {
    if (chord.end <= bar.start || chord.start >= end) continue;
    const from = Math.max(chord.start, bar.start);
    if (from > at) write(at, from);
    write(from, Math.min(chord.end, end), chord);
    at = Math.min(chord.end, end);
  }
  if (at < end) write(at, end);
  return written;
}

/** The longest value that fits and does not hide a beat: one that begins off the beat ends by the next, or is short and whole. */
function valueAt(place: number, left: number, beat: number): number {
  const off = ((place % beat) + beat) % beat;
  const room = off === 0 ? left : Math.min(left, beat - off);
  if (off !== 0 && off % 240 === 0 && left <= 480 && values.includes(left as 480)) return left;
  return values.find((value) => value <= room) ?? Math.min(room, left);
}
