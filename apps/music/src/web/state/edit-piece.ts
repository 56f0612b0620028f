import { type Note, notesOf, pitchAt, rest, type Score, voiceCount } from '../../score.js';
import type { Piece } from './piece-text.js';
import type { Selection } from './session.js';

/** What an edit changes. */
export type Edited = Pick<Piece, 'score' | 'locked'>;

/** The held note that a voice sounds at a step. */
export const noteAt = (score: Score, step: number, voice: number): Note | undefined =>
  notesOf(score, voice).find(({ start, length }) => start <= step && step < start + length);

/** Whether a note is locked from its beginning to its end. */
export function isLocked(locked: Uint8Array, { voice, start, length }: Note): boolean {
  for (let step = start; step < start + length; step++) if (!locked[step * voiceCount + voice]) return false;
  return true;
}

/** The cells of a stretch, silent ones included, by their numbers. */
export const cellsOf = ({ from, to, voices }: Selection): number[] =>
  Array.from({ length: to - from }, (_, i) => voices.map((voice) => (from + i) * voiceCount + voice)).flat();

export const wholeNote = ({ voice, start, length }: Note): Selection => ({ from: start, to: start + length, voices: [voice] });

/** Cells locked, or opened. */
export function withLock(locked: Uint8Array, cells: readonly number[], lock: boolean): Uint8Array {
  const out = locked.slice();
  for (const cell of cells) out[cell] = Number(lock);
  return out;
}

/** Cells locked where one of them is open, else opened. */
export const toggled = (locked: Uint8Array, cells: readonly number[]): Uint8Array =>
  withLock(locked, cells, !cells.every((cell) => locked[cell]));

/** A note written over what its voice had there, and locked: it is somebody's own. */
export function withNote({ score, locked }: Edited, { voice, start, length, pitch }: Note): Edited {
  const pitches = score.pitches.slice();
  const cells = cellsOf({ from: Math.max(0, start), to: Math.min(score.steps, start + length), voices: [voice] });
  for (const cell of cells) pitches[cell] = pitch;
  return { score: { ...score, pitches }, locked: withLock(locked, cells, true) };
}

/** A note taken away: its voice is silent there, and open. */
export function withoutNote({ score, locked }: Edited, note: Note): Edited {
  const pitches = score.pitches.slice();
  const cells = cellsOf(wholeNote(note));
  for (const cell of cells) pitches[cell] = rest;
  return { score: { ...score, pitches }, locked: withLock(locked, cells, false) };
}

/** A note moved by steps and semitones, as far as the piece and MIDI go. */
export function withMoved(piece: Edited, note: Note, steps: number, semitones: number): Edited {
  const start = Math.min(piece.score.steps - note.length, Math.max(0, note.start + steps));
  const pitch = Math.min(127, Math.max(0, note.pitch + semitones));
  return withNote(withoutNote(piece, note), { ...note, start, pitch });
}

/** Everything locked but a stretch: what is recomposed when it alone is to change. */
export const openOnly = (score: Score, stretch: Selection): Uint8Array =>
  withLock(new Uint8Array(score.pitches.length).fill(1), cellsOf(stretch), false);

/** The voices that sound within a stretch of steps and pitches. */
export function voicesWithin(score: Score, from: number, to: number, low: number, high: number): number[] {
  return Array.from({ length: voiceCount }, (_, voice) => voice).filter((voice) => {
    for (let step = from; step < to; step++) {
      const pitch = pitchAt(score, step, voice);
      if (pitch >= low && pitch <= high) return true;
    }
    return false;
  });
}
