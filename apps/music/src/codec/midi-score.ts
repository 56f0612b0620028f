import { AdvectError } from '@advect/base/errors';
import type { MusicalKey } from '../data/musical-key.js';
import { rest, stepsPerBar, stepsPerBeat, voiceCount, voiceNames, type Score } from '../score.js';
import { defaultTempo, type MidiFile } from './midi.js';

/** Bars of a piece that are read; what follows is left out, and said. */
export const mostBars = 256;

/** A score as read from a file that may hold anything. */
export interface ReadScore {
  readonly score: Score;
  /** Voices that sound somewhere, by number. */
  readonly voices: readonly number[];
  /** Quarter notes in a minute, at the beginning. */
  readonly tempo: number;
  /** The key signature at the beginning, where there is one. */
  readonly key?: MusicalKey;
  /** Eighth notes in which more than four voices sound. */
  readonly crowded: number;
  /** What the grid or the four voices could not hold, one sentence each. */
  readonly remarks: readonly string[];
}

/**
 * Four voices on a grid of eighth notes from a MIDI file. Tracks named after the voices are these voices. Else up to four
 * tracks of single notes are voices by their height, one alone the soprano, two the outer ones; anything else is read as
 * chords: the highest note is the soprano, the lowest the bass, the two below the highest alto and tenor. Drums are left out.
 * Starts and ends go to the nearest eighth; of two notes of a voice in one eighth the one that begins nearer to it stays.
 *
 * Throws `invalid-file` where no note is left.
 */
export function scoreOfMidi(file: MidiFile): ReadScore {
  const remarks: string[] = [];
  const parts = partsOf(file, remarks);
  const ends = parts.flatMap((part) => part.notes.map((note) => note.end));
  if (ends.length === 0) {
    throw new AdvectError(
      'invalid-file',
      'the MIDI file has no notes of voices',
      'Give a file with at least one note that is not of drums.',
    );
  }
  const whole = ends.reduce((latest, end) => Math.max(latest, end), 0);
  const steps = Math.min(whole, mostBars * stepsPerBar);
  if (whole > steps) remarks.push(`it has ${Math.ceil(whole / stepsPerBar)} bars; the first ${mostBars} are read`);
  metreRemark(file, remarks);
  const pitches = new Int16Array(steps * voiceCount).fill(rest);
  const voiceOf = voicesOf(parts);
  let crowded = 0;
  if (voiceOf) parts.forEach((part, i) => place(part.notes, voiceOf[i], pitches, steps, remarks));
  else
    crowded = placeChords(
      parts.flatMap(({ notes }) => notes),
      pitches,
      steps,
    );
  if (crowded > 0) remarks.push(`${crowded} eighth notes hold more than four voices; the three highest and the lowest are kept`);
  const voices = voiceNames.flatMap((_, voice) => (pitches.some((p, i) => i % voiceCount === voice && p !== rest) ? [voice] : []));
  return { score: { steps, pitches }, voices, tempo: tempoOf(file), ...keyOf(file), crowded, remarks };
}

/** A note on the grid, and how far its start was off it, in steps. */
interface GridNote {
  readonly pitch: number;
  readonly start: number;
  readonly end: number;
  readonly off: number;
}

interface Part {
  readonly name: string;
  readonly notes: readonly GridNote[];
}

const drumChannel = 9;
const pitchCount = 128;

/** The notes of each track (of each channel in a file of format 0), quantised. */
function partsOf(file: MidiFile, remarks: string[]): Part[] {
  const perStep = file.ticksPerQuarter / stepsPerBeat;
  const parts = new Map<string, { name: string; notes: GridNote[] }>();
  let moved = 0;
  file.tracks.forEach((track, number) => {
    const name = track.find((event) => event.kind === 'text' && event.what === 'trackName') as { text: string } | undefined;
    const open = new Map<number, number>();
    const close = (id: number, tick: number): void => {
      const from = open.get(id);
      open.delete(id);
      if (from === undefined || tick <= from) return;
      const source = file.format === 0 ? `channel ${id >> 7}` : `track ${number}`;
      if (!parts.has(source)) parts.set(source, { name: file.format === 0 ? '' : (name?.text ?? ''), notes: [] });
      const start = Math.round(from / perStep);
      const off = from / perStep - start;
      if (Math.abs(off) > 0.02) moved++;
      parts.get(source)!.notes.push({ pitch: id & 127, start, end: Math.max(start + 1, Math.round(tick / perStep)), off });
    };
    for (const event of track) {
      if ((event.kind !== 'noteOn' && event.kind !== 'noteOff') || event.channel === drumChannel) continue;
      const id = event.channel * 128 + event.note;
      close(id, event.tick);
      if (event.kind === 'noteOn') open.set(id, event.tick);
    }
    for (const id of open.keys()) close(id, track.at(-1)?.tick ?? 0);
  });
  if (moved > 0) remarks.push(`${moved} notes begin between eighth notes and were moved to the nearest`);
  return [...parts.values()].map(({ name, notes }) => ({ name, notes: notes.sort((a, b) => a.start - b.start || a.off - b.off) }));
}

/** The voice of each part, or undefined where the parts are not single voices. */
function voicesOf(parts: readonly Part[]): readonly number[] | undefined {
  if (parts.length > voiceCount || parts.some(({ notes }) => isChordal(notes))) return undefined;
  const named = parts.map(({ name }) => voiceNames.findIndex((voice) => name.trim().toLowerCase() === voice.toLowerCase()));
  if (named.every((voice) => voice >= 0) && new Set(named).size === named.length) return named;
  const order = parts.map((_, i) => i).sort((a, b) => height(parts[b].notes) - height(parts[a].notes));
  const places = [[0], [0, 3], [0, 1, 3], [0, 1, 2, 3]][parts.length - 1];
  return parts.map((_, i) => places[order.indexOf(i)]);
}

const height = (notes: readonly GridNote[]): number => notes.reduce((sum, { pitch }) => sum + pitch, 0) / notes.length;

/** Whether notes sound together for more than a passing overlap of legato. */
const isChordal = (notes: readonly GridNote[]): boolean =>
  notes.some(
    (note, i) =>
      i > 0 && notes[i - 1].start === note.start && notes[i - 1].pitch !== note.pitch && Math.abs(notes[i - 1].off - note.off) < 0.2,
  );

function place(notes: readonly GridNote[], voice: number, pitches: Int16Array, steps: number, remarks: string[]): void {
  const nearest = new Map<number, GridNote>();
  for (const note of notes) {
    const other = nearest.get(note.start);
    if (!other || Math.abs(note.off) < Math.abs(other.off)) nearest.set(note.start, note);
  }
  const kept = [...nearest.values()];
  // A later note cuts off an earlier one that lasts.
  kept.forEach(({ pitch, start, end }, i) => {
    for (let step = start; step < Math.min(end, kept[i + 1]?.start ?? steps, steps); step++) pitches[step * voiceCount + voice] = pitch;
  });
  const lost = notes.length - kept.length;
  if (lost > 0)
    remarks.push(`${lost} short notes of the ${voiceNames[voice].toLowerCase()} fell on the same eighth as another and were left out`);
}

/** Places chords from the outside; how many eighths hold more than four voices. */
function placeChords(notes: readonly GridNote[], pitches: Int16Array, steps: number): number {
  const changes = new Int32Array((steps + 1) * pitchCount);
  for (const { pitch, start, end } of notes) {
    if (start >= steps) continue;
    changes[start * pitchCount + pitch]++;
    changes[Math.min(end, steps) * pitchCount + pitch]--;
  }
  const sounding = new Int32Array(pitchCount);
  let crowded = 0;
  for (let step = 0; step < steps; step++) {
    sounding.forEach((_, pitch) => (sounding[pitch] += changes[step * pitchCount + pitch]));
    const chord = Array.from(sounding.keys())
      .filter((pitch) => sounding[pitch] > 0)
      .toReversed();
    if (chord.length > voiceCount) crowded++;
    const four = chord.length > voiceCount ? [...chord.slice(0, voiceCount - 1), chord.at(-1)!] : chord;
    const places = [[], [0], [0, 3], [0, 1, 3], [0, 1, 2, 3]][four.length];
    four.forEach((pitch, i) => (pitches[step * voiceCount + places[i]] = pitch));
  }
  return crowded;
}

function metreRemark(file: MidiFile, remarks: string[]): void {
  const metres = file.tracks.flat().flatMap((event) => (event.kind === 'timeSignature' ? [`${event.numerator}/${event.denominator}`] : []));
  const other = metres.find((metre) => metre !== '4/4' && metre !== '2/2');
  if (other) remarks.push(`its metre is ${other}; bars are counted as four quarter notes here`);
}

const tempoOf = (file: MidiFile): number => {
  const first = file.tracks
    .flat()
    .filter((event) => event.kind === 'tempo')
    .sort((a, b) => a.tick - b.tick)[0];
  return Math.min(300, Math.max(20, Math.round(6e7 / (first?.microsecondsPerQuarter ?? defaultTempo))));
};

function keyOf(file: MidiFile): { key?: MusicalKey } {
  const signature = file.tracks.flat().find((event) => event.kind === 'keySignature');
  if (!signature) return {};
  const major = (((signature.fifths * 7) % 12) + 12) % 12;
  return { key: { tonic: signature.minor ? (major + 9) % 12 : major, mode: signature.minor ? 'minor' : 'major' } };
}
