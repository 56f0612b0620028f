import type { FuzzedReader } from '@advect/testkit';
import type { MidiFile } from '#src/codec/midi.js';
import { timedNotes } from '#src/codec/midi-notes.js';
import { scoreOfMidi } from '#src/codec/midi-score.js';
import { readMidi } from '#src/codec/midi-read.js';
import { writeMidi } from '#src/codec/midi-write.js';
import { settingsOf } from '#src/codec/score-midi.js';
import { readWav, writeWav } from '#src/codec/wav.js';

const tune: MidiFile = {
  format: 1,
  ticksPerQuarter: 96,
  tracks: [
    [
      { tick: 0, kind: 'text', what: 'trackName', text: 'Tune' },
      { tick: 0, kind: 'text', what: 'text', text: 'advect {"app":"advect-music","seed":1}' },
      { tick: 0, kind: 'tempo', microsecondsPerQuarter: 500_000 },
      { tick: 0, kind: 'timeSignature', numerator: 3, denominator: 4 },
      { tick: 0, kind: 'keySignature', fifths: -2, minor: true },
      { tick: 300, kind: 'tempo', microsecondsPerQuarter: 700_000 },
    ],
    [
      { tick: 0, kind: 'program', channel: 1, program: 19 },
      { tick: 0, kind: 'noteOn', channel: 1, note: 60, velocity: 80 },
      { tick: 90, kind: 'noteOff', channel: 1, note: 60, velocity: 64 },
      { tick: 90, kind: 'noteOn', channel: 1, note: 64, velocity: 70 },
      { tick: 400, kind: 'noteOff', channel: 1, note: 64, velocity: 0 },
    ],
  ],
};
/** Format 0, running status, a foreign chunk, a system-exclusive and an unknown meta event. */
const foreign = new Uint8Array(
  Buffer.from(
    '4d546864000000060000000101e0 5846494800000002 0102 4d54726b00000028 00903c5a 0a405a 00b00764 00e00040 8105903c00 00f001f7 00ff7f0109 00c005 00904000 00ff2f00'.replaceAll(
      ' ',
      '',
    ),
    'hex',
  ),
);

const sound = { sampleRate: 8000, channels: [Float32Array.of(0, 0.5, -0.5), Float32Array.of(1, -1, 0)] };
/** Every reader of files in this app, each with a corpus of a few kilobytes. */
export const readers: readonly FuzzedReader[] = [
  {
    name: 'MIDI',
    corpus: [writeMidi(tune), foreign],
    read(bytes) {
      const file = readMidi(bytes);
      settingsOf(file);
      return [timedNotes(file), scoreOfMidi(file)];
    },
  },
  { name: 'WAV', corpus: [writeWav(sound), writeWav(sound, '{"seed":1}')], read: readWav },
];
