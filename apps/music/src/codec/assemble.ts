import { AdvectError } from '@advect/base/errors';
import { byStart, type PieceNote, pieceLimits, ticksPerQuarter } from './piece.js';
import { type BarMarks, playOrder } from './repeats.js';

/** A note within its bar; `tied` goes on in the next of its pitch. */
export interface BarNote extends PieceNote {
  readonly tied: boolean;
}

/** A bar of one part as it stands in notation. */
export interface Bar extends BarMarks {
  readonly notes: readonly BarNote[];
  /** In ticks; the longest of all parts counts. */
  readonly length: number;
}

/** Where a played bar begins, and which of the written ones it is. */
export interface PlayedBar {
  readonly bar: number;
  readonly start: number;
}

/**
 * When each bar is played, from the bars of all parts: repeats played out, each bar as long as its longest part. Throws
 * `invalid-file` for a piece that is too long.
 */
export function playedBars(parts: readonly (readonly Bar[])[], kind: string): PlayedBar[] {
  const count = parts.reduce((most, bars) => Math.max(most, bars.length), 0);
  if (count > pieceLimits.bars) throw tooLong(kind, `${count} bars`, `${pieceLimits.bars} bars`);
  const lengths = Array.from({ length: count }, (_, i) => parts.reduce((most, bars) => Math.max(most, bars[i]?.length ?? 0), 0));
  const marks = Array.from({ length: count }, (_, i): BarMarks => {
    const closes = parts.flatMap((bars) => bars[i]?.closes ?? []);
    const ending = parts.find((bars) => bars[i]?.ending)?.[i].ending;
    return {
      opens: parts.some((bars) => bars[i]?.opens),
      ...(closes.length > 0 && { closes: Math.max(...closes) }),
      ...(ending && { ending }),
    };
  });
  const played: PlayedBar[] = [];
  let start = 0;
  for (const bar of playOrder(marks, pieceLimits.bars + 1)) {
    played.push({ bar, start });
    start += lengths[bar];
  }
  if (played.length > pieceLimits.bars) throw tooLong(kind, 'with its repeats more bars', `${pieceLimits.bars} bars`);
  if (start > pieceLimits.quarters * ticksPerQuarter)
    throw tooLong(kind, `${Math.round(start / ticksPerQuarter)} quarter notes`, `${pieceLimits.quarters} quarter notes`);
  return played;
}

/** The notes of a part as they are played, those that are tied joined. */
export function playedNotes(bars: readonly Bar[], played: readonly PlayedBar[], kind: string): PieceNote[] {
  const notes: { start: number; length: number; pitch: number; velocity: number }[] = [];
  /** What waits to be gone on with, by pitch. */
  const waiting = new Map<number, (typeof notes)[number]>();
  for (const { bar, start } of played) {
    for (const { tied, ...note } of [...(bars[bar]?.notes ?? [])].sort(byStart)) {
      const at = start + note.start;
      const before = waiting.get(note.pitch);
      waiting.delete(note.pitch);
      const goesOn = before !== undefined && before.start + before.length === at;
      if (goesOn) before.length += note.length;
      else notes.push({ ...note, start: at });
      if (tied) waiting.set(note.pitch, goesOn ? before : notes[notes.length - 1]);
    }
    if (notes.length > pieceLimits.notes) throw tooLong(kind, `more than ${pieceLimits.notes} notes`, `${pieceLimits.notes} notes`);
  }
  return notes.sort(byStart);
}

const tooLong = (kind: string, has: string, most: string): AdvectError =>
  new AdvectError('invalid-file', `the ${kind} file has ${has}; at most ${most} are read`, 'Cut the piece into shorter ones.');
