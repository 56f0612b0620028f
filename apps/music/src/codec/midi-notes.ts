import { AdvectError } from '@advect/base/errors';
import { defaultTempo, drumChannel, limits, type MidiFile } from './midi.js';

/** A note in seconds. */
export interface TimedNote {
  readonly start: number;
  readonly duration: number;
  readonly pitch: number;
  /** 0 … 1 */
  readonly velocity: number;
  /** Number of the part (the tracks that have notes, in order; the channels of a file of format 0). */
  readonly part: number;
  /** General MIDI program that the note's channel has at its start, 0 … 127. */
  readonly program: number;
  /** Whether it strikes a drum (channel 10), which its pitch then names. */
  readonly drum: boolean;
}

/**
 * The notes of a file in seconds, by its tempo map, in order of their start. A note that is struck again ends there; one
 * that is never released ends with its track's last event. Throws `invalid-file` when there are no notes, or more than
 * an hour of music.
 */
export function timedNotes(file: MidiFile): TimedNote[] {
  const seconds = clock(file);
  const programAt = programs(file);
  const notes: TimedNote[] = [];
  const parts = new Map<number, number>();
  file.tracks.forEach((track, trackNumber) => {
    const open = new Map<number, { tick: number; velocity: number }>();
    const close = (id: number, tick: number): void => {
      const begun = open.get(id);
      if (!begun) return;
      open.delete(id);
      const [channel, pitch] = [id >> 7, id & 127];
      const source = file.format === 0 ? channel : trackNumber;
      if (!parts.has(source)) parts.set(source, parts.size);
      const start = seconds(begun.tick);
      const duration = seconds(tick) - start;
      const [part, velocity, program] = [parts.get(source) as number, begun.velocity / 127, programAt(channel, begun.tick)];
      if (duration > 0) notes.push({ start, duration, pitch, velocity, part, program, drum: channel === drumChannel });
    };
    for (const event of track) {
      if (event.kind !== 'noteOn' && event.kind !== 'noteOff') continue;
      const id = event.channel * 128 + event.note;
      close(id, event.tick);
      if (event.kind === 'noteOn') open.set(id, { tick: event.tick, velocity: event.velocity });
    }
    const last = track.at(-1)?.tick ?? 0;
    for (const id of open.keys()) close(id, last);
  });
  if (notes.length === 0) throw new AdvectError('invalid-file', 'the MIDI file has no notes', 'Give a file with at least one note in it.');
  const end = notes.reduce((latest, note) => Math.max(latest, note.start + note.duration), 0);
  if (end > limits.seconds) {
    throw new AdvectError(
      'invalid-file',
      `the MIDI file lasts ${Math.round(end)} seconds`,
      `Give one of at most ${limits.seconds} seconds, or cut it.`,
    );
  }
  return notes.sort((a, b) => a.start - b.start || a.part - b.part || b.pitch - a.pitch);
}

/** The program of a channel at a tick: the last one that any track has set by then, or 0. */
function programs(file: MidiFile): (channel: number, tick: number) => number {
  const changes = Array.from({ length: 16 }, (): { tick: number; program: number }[] => []);
  for (const event of file.tracks.flat()) if (event.kind === 'program') changes[event.channel].push(event);
  for (const list of changes) list.sort((a, b) => a.tick - b.tick);
  return (channel, tick) => lastBy(changes[channel], tick)?.program ?? 0;
}

/** The last of a sorted list that is no later than a tick. */
function lastBy<T extends { readonly tick: number }>(sorted: readonly T[], tick: number): T | undefined {
  let low = -1;
  for (let high = sorted.length - 1; low < high;) {
    const middle = (low + high + 1) >> 1;
    if (sorted[middle].tick <= tick) low = middle;
    else high = middle - 1;
  }
  return sorted[low];
}

/** Ticks to seconds, by the tempo changes of all tracks. */
function clock(file: MidiFile): (tick: number) => number {
  const changes = file.tracks
    .flat()
    .filter((event) => event.kind === 'tempo')
    .sort((a, b) => a.tick - b.tick);
  const marks = [{ tick: 0, seconds: 0, perTick: defaultTempo / 1e6 / file.ticksPerQuarter }];
  for (const change of changes) {
    const from = marks[marks.length - 1];
    marks.push({
      tick: change.tick,
      seconds: from.seconds + (change.tick - from.tick) * from.perTick,
      perTick: change.microsecondsPerQuarter / 1e6 / file.ticksPerQuarter,
    });
  }
  return (tick) => {
    const mark = lastBy(marks, tick) as (typeof marks)[number];
    return mark.seconds + (tick - mark.tick) * mark.perTick;
  };
}
