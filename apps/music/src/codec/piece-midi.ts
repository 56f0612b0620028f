import { defaultTempo, drumChannel, type MidiEvent, type MidiFile } from './midi.js';
import { byStart, type Piece, type PieceNote, type PiecePart, pieceLimits, ticksPerQuarter } from './piece.js';
import { midiSettings, settingsEvent } from './settings.js';

/** The voices' MIDI channels, that of drums left out. */
const channels = Array.from({ length: 16 }, (_, i) => i).filter((channel) => channel !== drumChannel);

/**
 * A piece as a Standard MIDI File of format 1: a track with title, settings, tempo, time and key signature, then one track
 * for each part. Every note and its length stay; velocities are rounded to 127ths.
 */
export function midiOfPiece(piece: Piece): MidiFile {
  const { metre, key, settings } = piece;
  const conductor: MidiEvent[] = [
    { tick: 0, kind: 'text', what: 'trackName', text: piece.title },
    ...(settings ? [settingsEvent(settings)] : []),
    { tick: 0, kind: 'timeSignature', numerator: metre.beats, denominator: metre.beatType },
    ...(key ? [{ tick: 0, kind: 'keySignature', ...key } as const] : []),
    ...piece.tempos.map(({ tick, perMinute }) => ({ tick, kind: 'tempo', microsecondsPerQuarter: microseconds(perMinute) }) as const),
  ];
  let pitched = 0;
  const tracks = piece.parts.map((part): MidiEvent[] => {
    const channel = part.drums ? drumChannel : channels[pitched++ % channels.length];
    const notes = part.notes.flatMap(({ start, length, pitch, velocity }): MidiEvent[] => [
      { tick: start + length, kind: 'noteOff', channel, note: pitch, velocity: 64 },
      { tick: start, kind: 'noteOn', channel, note: pitch, velocity: Math.max(1, Math.min(127, Math.round(127 * velocity))) },
    ]);
    // At one tick, notes end before others begin.
    notes.sort((a, b) => a.tick - b.tick || (a.kind === b.kind ? 0 : a.kind === 'noteOff' ? -1 : 1));
    return [
      { tick: 0, kind: 'text', what: 'trackName', text: part.name },
      { tick: 0, kind: 'program', channel, program: part.program },
      ...notes,
    ];
  });
  return { format: 1, ticksPerQuarter, tracks: [conductor, ...tracks] };
}

const microseconds = (perMinute: number): number => Math.max(1, Math.min(0xffffff, Math.round(6e7 / perMinute)));

/**
 * The piece in a MIDI file: a part for each channel of each track that has notes, with the first program of the channel.
 * A note that is struck again ends there; one that is never released ends with its track.
 */
export function pieceOfMidi(file: MidiFile): Piece {
  const scale = (tick: number): number => Math.round((tick * ticksPerQuarter) / file.ticksPerQuarter);
  const events = file.tracks.flat();
  const first = <K extends MidiEvent['kind']>(kind: K) => events.find((e): e is Extract<MidiEvent, { kind: K }> => e.kind === kind);
  const time = first('timeSignature');
  const signature = first('keySignature');
  const settings = midiSettings(file);
  const programs = new Map<number, number>();
  for (const event of events) if (event.kind === 'program' && !programs.has(event.channel)) programs.set(event.channel, event.program);
  const tempos = events
    .filter((event) => event.kind === 'tempo')
    .map(({ tick, microsecondsPerQuarter }) => ({ tick: scale(tick), perMinute: 6e7 / microsecondsPerQuarter }))
    .sort((a, b) => a.tick - b.tick);
  if (tempos[0]?.tick !== 0) tempos.unshift({ tick: 0, perMinute: 6e7 / defaultTempo });
  return {
    title: trackName(file.tracks[0]) ?? '',
    tempos,
    metre: { beats: time?.numerator ?? 4, beatType: time?.denominator ?? 4 },
    pickup: 0,
    ...(signature && { key: { fifths: signature.fifths, minor: signature.minor } }),
    parts: file.tracks.flatMap((track) => partsOfTrack(track, programs, scale)).slice(0, pieceLimits.parts),
    ...(settings && { settings }),
  };
}

const trackName = (track: readonly MidiEvent[] | undefined): string | undefined =>
  track?.flatMap((event) => (event.kind === 'text' && event.what === 'trackName' ? [event.text] : []))[0];

function partsOfTrack(track: readonly MidiEvent[], programs: ReadonlyMap<number, number>, scale: (tick: number) => number): PiecePart[] {
  const notes = new Map<number, PieceNote[]>();
  const open = new Map<number, { tick: number; velocity: number }>();
  const close = (id: number, tick: number): void => {
    const begun = open.get(id);
    if (!begun) return;
    open.delete(id);
    const channel = id >> 7;
    const [start, end] = [scale(begun.tick), scale(tick)];
    if (end <= start) return;
    const list = notes.get(channel) ?? [];
    notes.set(channel, list);
    list.push({ start, length: end - start, pitch: id & 127, velocity: begun.velocity / 127 });
  };
  for (const event of track) {
    if (event.kind !== 'noteOn' && event.kind !== 'noteOff') continue;
    const id = event.channel * 128 + event.note;
    close(id, event.tick);
    if (event.kind === 'noteOn') open.set(id, { tick: event.tick, velocity: event.velocity });
  }
  for (const id of open.keys()) close(id, track.at(-1)?.tick ?? 0);
  return [...notes].map(([channel, list]) => ({
    name: trackName(track) ?? '',
    program: programs.get(channel) ?? 0,
    drums: channel === drumChannel,
    notes: list.sort(byStart),
  }));
}
