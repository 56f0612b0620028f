import { AdvectError } from '@advect/base/errors';

/** Sound: one Float32Array of equal length for each channel, samples in −1 … 1. */
export interface Sound {
  readonly sampleRate: number;
  readonly channels: readonly Float32Array[];
}

/**
 * Writes 16-bit PCM WAV. A sample x becomes round(32767·x), clipped to the range. `comment`, if given, stands in a
 * LIST/INFO chunk (ICMT) behind the data, as UTF-8.
 */
export function writeWav(sound: Sound, comment?: string): Uint8Array {
  const count = sound.channels.length;
  const frames = sound.channels[0].length;
  const note = comment === undefined ? new Uint8Array(0) : infoChunk(comment);
  const dataLength = frames * count * 2;
  const out = new Uint8Array(44 + dataLength + note.length);
  const view = new DataView(out.buffer);
  ascii(out, 0, 'RIFF');
  view.setUint32(4, out.length - 8, true);
  ascii(out, 8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, count, true);
  view.setUint32(24, sound.sampleRate, true);
  view.setUint32(28, sound.sampleRate * count * 2, true);
  view.setUint16(32, count * 2, true);
  view.setUint16(34, 16, true);
  ascii(out, 36, 'data');
  view.setUint32(40, dataLength, true);
  for (let i = 0, at = 44; i < frames; i++) {
    for (const channel of sound.channels) {
      view.setInt16(at, Math.max(-32767, Math.min(32767, Math.round(32767 * channel[i]))), true);
      at += 2;
    }
  }
  out.set(note, 44 + dataLength);
  return out;
}

function infoChunk(comment: string): Uint8Array {
  const text = new TextEncoder().encode(`${comment}\0`);
  const padded = text.length + (text.length % 2);
  const out = new Uint8Array(20 + padded);
  const view = new DataView(out.buffer);
  ascii(out, 0, 'LIST');
  view.setUint32(4, 12 + padded, true);
  ascii(out, 8, 'INFOICMT');
  view.setUint32(16, text.length, true);
  out.set(text, 20);
  return out;
}

const mostChannels = 32;

/** Reads 16-bit PCM WAV of up to 32 channels and its comment. Throws `invalid-file` for anything else. */
export function readWav(bytes: Uint8Array): { sound: Sound; comment?: string } {
  let format: { channels: number; sampleRate: number } | undefined;
  let samples: DataView | undefined;
  let comment: string | undefined;
  for (const { name, body } of chunksOf(bytes)) {
    if (name === 'fmt ' && body.byteLength >= 16) {
      if (body.getUint16(0, true) !== 1 || body.getUint16(14, true) !== 16) throw fault('it is not 16-bit PCM');
      format = { channels: body.getUint16(2, true), sampleRate: body.getUint32(4, true) };
    } else if (name === 'data') {
      samples = body;
    } else {
      comment = commentIn(name, body) ?? comment;
    }
  }
  if (!format || !samples || format.channels < 1 || format.sampleRate < 1) throw fault('it has no sound in it');
  const { channels, sampleRate } = format;
  if (channels > mostChannels) throw fault(`it announces ${channels} channels; at most ${mostChannels} are read`);
  const data = samples;
  const frames = Math.floor(data.byteLength / (2 * channels));
  const sound = Array.from({ length: channels }, (_, c) =>
    Float32Array.from({ length: frames }, (_, i) => data.getInt16((i * channels + c) * 2, true) / 32767),
  );
  return { sound: { sampleRate, channels: sound }, ...(comment !== undefined && { comment }) };
}

/** The comment of a WAV file of any kind, without its sound. Throws `invalid-file` for a broken file. */
export function wavComment(bytes: Uint8Array): string | undefined {
  let comment: string | undefined;
  for (const { name, body } of chunksOf(bytes)) comment = commentIn(name, body) ?? comment;
  return comment;
}

function* chunksOf(bytes: Uint8Array): Generator<{ readonly name: string; readonly body: DataView }> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 12 || letters(view, 0) !== 'RIFF' || letters(view, 8) !== 'WAVE') throw fault('it does not begin as a RIFF/WAVE file');
  for (let at = 12; at + 8 <= bytes.length;) {
    const length = view.getUint32(at + 4, true);
    const end = at + 8 + length;
    if (end > bytes.length) throw fault(`the chunk '${letters(view, at)}' claims ${length} bytes, ${bytes.length - at - 8} are left`);
    yield { name: letters(view, at), body: new DataView(bytes.buffer, bytes.byteOffset + at + 8, length) };
    at = end + (length % 2);
  }
}

function commentIn(name: string, body: DataView): string | undefined {
  if (name !== 'LIST' || body.byteLength < 12 || letters(body, 0) !== 'INFO' || letters(body, 4) !== 'ICMT') return undefined;
  const size = body.getUint32(8, true);
  if (size > body.byteLength - 12) throw fault(`its comment claims ${size} bytes`);
  return new TextDecoder().decode(new Uint8Array(body.buffer, body.byteOffset + 12, size)).replace(/\0+$/, '');
}

const letters = (view: DataView, at: number): string => String.fromCharCode(...[0, 1, 2, 3].map((i) => view.getUint8(at + i)));

function ascii(out: Uint8Array, at: number, text: string): void {
  for (let i = 0; i < text.length; i++) out[at + i] = text.charCodeAt(i);
}

const fault = (what: string): AdvectError =>
  new AdvectError('invalid-file', `not a usable WAV file: ${what}`, 'Give a 16-bit PCM WAV file.');
