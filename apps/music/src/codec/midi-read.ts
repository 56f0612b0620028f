import { AdvectError } from '@advect/base/errors';
import { limits, textKinds, type MidiEvent, type MidiFile } from './midi.js';

/**
 * Reads a Standard MIDI File of format 0 or 1. Strict: chunks must lie inside the file, variable-length numbers have at
 * most four bytes, 1 … 32767 ticks in a quarter, at most 128 tracks and a million events, running status only after a
 * channel message, tempo above 0, data bytes below 128, one end-of-track at the very end of each track. Channel
 * messages other than notes and programs, system-exclusive data and unknown meta events are skipped.
 *
 * Cost: one pass over the bytes. Throws `invalid-file` with the place of the fault.
 */
export function readMidi(bytes: Uint8Array): MidiFile {
  if (bytes.length === 0) throw fault('the file is empty');
  if (bytes.length < 14 || ascii(bytes, 0, 4) !== 'MThd')
    throw fault(`the file does not begin with a MIDI header (it begins with ${preview(bytes)})`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerLength = view.getUint32(4);
  if (headerLength < 6 || headerLength > bytes.length - 8) throw fault(`the header claims ${headerLength} bytes`);
  const format = view.getUint16(8);
  const trackCount = view.getUint16(10);
  const division = view.getUint16(12);
  if (format !== 0 && format !== 1) throw fault(`format ${format} is not 0 or 1`);
  if (trackCount < 1 || trackCount > limits.tracks) throw fault(`${trackCount} tracks are announced; 1 to ${limits.tracks} can be read`);
  if (format === 0 && trackCount !== 1) throw fault(`format 0 has one track, ${trackCount} are announced`);
  if (division === 0 || division > 32767) throw fault(`time division ${division} is not 1 to 32767 ticks in a quarter note`);

  const tracks: MidiEvent[][] = [];
  let events = 0;
  let at = 8 + headerLength;
  while (tracks.length < trackCount) {
    if (at + 8 > bytes.length) throw fault(`${trackCount} tracks are announced, ${tracks.length} are there`);
    const length = view.getUint32(at + 4);
    const end = at + 8 + length;
    if (end > bytes.length) throw fault(`the chunk at byte ${at} claims ${length} bytes, ${bytes.length - at - 8} are left`);
    if (ascii(bytes, at, 4) === 'MTrk') {
      const track = readTrack(bytes, at + 8, end, limits.events - events);
      events += track.seen;
      tracks.push(track.events);
    }
    at = end;
  }
  return { format, ticksPerQuarter: division, tracks };
}

function readTrack(bytes: Uint8Array, from: number, end: number, budget: number): { events: MidiEvent[]; seen: number } {
  const events: MidiEvent[] = [];
  let at = from;
  let tick = 0;
  let status = 0;
  let seen = 0;
  const byte = (): number => {
    if (at >= end) throw fault(`the track that starts at byte ${from} ends in the middle of an event`);
    return bytes[at++];
  };
  const data = (): number => {
    const value = byte();
    if (value > 127) throw fault(`byte ${at - 1} is ${value} where a data byte below 128 belongs`);
    return value;
  };
  const varint = (): number => {
    let value = 0;
    for (let i = 0; i < 4; i++) {
      const next = byte();
      value = value * 128 + (next & 127);
      if (next < 128) return value;
    }
    throw fault(`the number before byte ${at} has more than four bytes`);
  };
  const block = (): Uint8Array => {
    const length = varint();
    if (length > end - at) throw fault(`the event at byte ${at} claims ${length} bytes, ${end - at} are left in its track`);
    at += length;
    return bytes.subarray(at - length, at);
  };

  for (;;) {
    if (++seen > budget) throw fault(`there are more than ${limits.events} events`);
    tick += varint();
    const first = byte();
    if (first === 0xff) {
      status = 0;
      const type = data();
      const content = block();
      if (type === 0x2f) {
        if (content.length !== 0 || at !== end) throw fault(`${end - at} bytes follow the end of the track at byte ${at}`);
        return { events, seen };
      }
      const event = metaEvent(tick, type, content, at);
      if (event) events.push(event);
    } else if (first === 0xf0 || first === 0xf7) {
      status = 0;
      block();
    } else if (first > 0xf0) {
      throw fault(`byte ${at - 1} is ${first}, which a file cannot hold`);
    } else {
      if (first >= 128) status = first;
      else if (status === 0) throw fault(`byte ${at - 1} continues a message (running status), but there is none to continue`);
      const event = channelEvent(tick, status, first >= 128 ? data() : first, data);
      if (event) events.push(event);
    }
  }
}

function channelEvent(tick: number, status: number, first: number, data: () => number): MidiEvent | undefined {
  const channel = status & 15;
  switch (status >> 4) {
    case 8:
      return { tick, kind: 'noteOff', channel, note: first, velocity: data() };
    case 9: {
      const velocity = data();
      return { tick, kind: velocity === 0 ? 'noteOff' : 'noteOn', channel, note: first, velocity };
    }
    case 12:
      return { tick, kind: 'program', channel, program: first };
    case 13:
      return undefined;
    default:
      data();
      return undefined;
  }
}

function metaEvent(tick: number, type: number, content: Uint8Array, at: number): MidiEvent | undefined {
  const expect = (length: number, what: string): void => {
    if (content.length !== length) throw fault(`the ${what} before byte ${at} has ${content.length} bytes instead of ${length}`);
  };
  if (type >= 1 && type <= textKinds.length)
    return { tick, kind: 'text', what: textKinds[type - 1], text: new TextDecoder().decode(content) };
  switch (type) {
    case 0x51: {
      expect(3, 'tempo');
      const microsecondsPerQuarter = content[0] * 65536 + content[1] * 256 + content[2];
      if (microsecondsPerQuarter === 0) throw fault(`the tempo before byte ${at} is 0`);
      return { tick, kind: 'tempo', microsecondsPerQuarter };
    }
    case 0x58:
      expect(4, 'time signature');
      if (content[0] === 0 || content[1] > 6) throw fault(`the time signature before byte ${at} is ${content[0]} over 2^${content[1]}`);
      return { tick, kind: 'timeSignature', numerator: content[0], denominator: 2 ** content[1] };
    case 0x59: {
      expect(2, 'key signature');
      const fifths = (content[0] << 24) >> 24;
      if (Math.abs(fifths) > 7 || content[1] > 1) throw fault(`the key signature before byte ${at} is ${fifths}, ${content[1]}`);
      return { tick, kind: 'keySignature', fifths, minor: content[1] === 1 };
    }
    default:
      return undefined;
  }
}

const ascii = (bytes: Uint8Array, at: number, length: number): string => String.fromCharCode(...bytes.subarray(at, at + length));

const preview = (bytes: Uint8Array): string => [...bytes.subarray(0, 4)].map((b) => b.toString(16).padStart(2, '0')).join(' ');

const fault = (what: string): AdvectError =>
  new AdvectError(
    'invalid-file',
    `not a usable MIDI file: ${what}`,
    'Give a Standard MIDI File (.mid) of format 0 or 1, or export it again from the program that made it.',
  );
