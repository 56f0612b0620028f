import type { FuzzedReader } from '@advect/testkit';
import { readAbc } from '#src/codec/abc-read.js';
import { writeAbc } from '#src/codec/abc-write.js';
import type { MidiFile } from '#src/codec/midi.js';
import { timedNotes } from '#src/codec/midi-notes.js';
import { scoreOfMidi } from '#src/codec/midi-score.js';
import { readMidi } from '#src/codec/midi-read.js';
import { writeMidi } from '#src/codec/midi-write.js';
import { readMusicXml } from '#src/codec/musicxml-read.js';
import { writeMusicXml } from '#src/codec/musicxml-write.js';
import { readPiece } from '#src/codec/piece-file.js';
import { midiOfPiece, pieceOfMidi } from '#src/codec/piece-midi.js';
import { settingsOf } from '#src/codec/score-midi.js';
import { readWav, writeWav } from '#src/codec/wav.js';
import { decodeXml } from '#src/codec/xml.js';
import { storedZip } from '../codec/stored-zip.js';

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

const piece = pieceOfMidi(tune);
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const reel = bytesOf(
  'X:1\nT:Reel\n% advect {"seed":1}\nM:6/8\nL:1/8\nQ:3/8=80\nK:Em\nV:1 name="A"\n|:A>B c<d {g}e2 (3fga|1 [CE]2- [CE] z Z:|2 ^f4 & A4|]\n[K:Bbmix]V2 "G7"!f!_b//|\n',
);
const timewise = bytesOf(
  '<?xml version="1.0"?><score-timewise><part-list><score-part id="P"><part-name>A</part-name></score-part></part-list><measure number="1"><part id="P"><attributes><divisions>2</divisions></attributes><note><pitch><step>C</step><octave>4</octave></pitch><duration>4</duration><tie type="start"/></note><backup><duration>2</duration></backup><note><rest/><duration>2</duration></note><barline><repeat direction="backward"/></barline></part></measure></score-timewise>',
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
  {
    name: 'MIDI as a piece',
    corpus: [writeMidi(tune), foreign],
    read: (bytes) => midiOfPiece(pieceOfMidi(readMidi(bytes))),
  },
  { name: 'ABC', corpus: [bytesOf(writeAbc(piece)), reel], read: (bytes) => readAbc(new TextDecoder().decode(bytes)) },
  { name: 'MusicXML', corpus: [bytesOf(writeMusicXml(piece)), timewise], read: (bytes) => readMusicXml(decodeXml(bytes)) },
  {
    name: 'compressed MusicXML',
    corpus: [storedZip({ 'META-INF/container.xml': '<rootfile full-path="a.xml"/>', 'a.xml': new TextDecoder().decode(timewise) })],
    read: (bytes) => readPiece('a.mxl', bytes),
  },
  { name: 'WAV', corpus: [writeWav(sound), writeWav(sound, '{"seed":1}')], read: readWav },
];
