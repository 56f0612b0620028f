import { AdvectError } from '@advect/base/errors';
import { limits, textKinds, type MidiEvent, type MidiFile } from './midi.js';

/**
 * Writes a Standard MIDI File, without running status. Events of one tick keep their order. Throws `invalid-value` for
 * numbers that the format cannot hold. What it writes, `readMidi` reads back equal.
 */
export function writeMidi(file: MidiFile): Uint8Array {
  whole(file.ticksPerQuarter, 1, 32767, 'ticks in a quarter note');
  whole(file.tracks.length, 1, file.format === 0 ? 1 : limits.tracks, 'tracks');
  const out: number[] = [
    ...chars('MThd'),
    ...bytesOf(6, 4),
    ...bytesOf(file.format, 2),
    ...bytesOf(file.tracks.length, 2),
    ...bytesOf(file.ticksPerQuarter, 2),
  ];
  for (const track of file.tracks) {
    const body: number[] = [];
    let tick = 0;
    for (const event of [...track].sort((a, b) => a.tick - b.tick)) {
      whole(event.tick, 0, Number.MAX_SAFE_INTEGER, 'tick');
      body.push(...varint(event.tick - tick), ...message(event));
      tick = event.tick;
    }
    body.push(0, 0xff, 0x2f, 0);
    out.push(...chars('MTrk'), ...bytesOf(body.length, 4));
    for (const byte of body) out.push(byte);
  }
  return Uint8Array.from(out);
}

function message(event: MidiEvent): number[] {
  switch (event.kind) {
    case 'noteOn':
    case 'noteOff':
      return [
        (event.kind === 'noteOn' ? 0x90 : 0x80) + whole(event.channel, 0, 15, 'channel'),
        whole(event.note, 0, 127, 'note'),
        whole(event.velocity, event.kind === 'noteOn' ? 1 : 0, 127, 'velocity'),
      ];
    case 'program':
      return [0xc0 + whole(event.channel, 0, 15, 'channel'), whole(event.program, 0, 127, 'program')];
    case 'tempo':
      return meta(0x51, bytesOf(whole(event.microsecondsPerQuarter, 1, 0xffffff, 'microseconds in a quarter note'), 3));
    case 'timeSignature': {
      const power = Math.log2(event.denominator);
      return meta(0x58, [whole(event.numerator, 1, 255, 'beats in a bar'), whole(power, 0, 6, 'log2 of the beat'), 24, 8]);
    }
    case 'keySignature':
      return meta(0x59, [whole(event.fifths, -7, 7, 'sharps') & 255, Number(event.minor)]);
    case 'text':
      return meta(1 + textKinds.indexOf(event.what), [...new TextEncoder().encode(event.text)]);
  }
}

const meta = (type: number, content: readonly number[]): number[] => [0xff, type, ...varint(content.length), ...content];

function varint(value: number): number[] {
  whole(value, 0, 0x0fffffff, 'ticks between events');
  const out = [value & 127];
  for (let rest = value >> 7; rest > 0; rest >>= 7) out.unshift((rest & 127) | 128);
  return out;
}

const bytesOf = (value: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => (value >>> (8 * (count - 1 - i))) & 255);

const chars = (text: string): number[] => Array.from(text, (c) => c.charCodeAt(0));

function whole(value: number, min: number, max: number, what: string): number {
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw new AdvectError('invalid-value', `a MIDI file cannot hold ${value} ${what}`, `Give a whole number from ${min} to ${max}.`);
}
