import test from 'ava';
import { readMidi } from '#src/codec/midi-read.js';
import type { MidiEvent, MidiFile } from '#src/codec/midi.js';
import { mostBars, scoreOfMidi } from '#src/codec/midi-score.js';
import { writeMidi } from '#src/codec/midi-write.js';
import { scoreToMidi } from '#src/codec/score-midi.js';
import { notesOf, pitchAt, rest, scoreOf } from '#src/score.js';
import { chorales } from '../fixtures/chorales.js';

const note = (pitch: number, from: number, to: number, channel = 0): MidiEvent[] => [
  { tick: from, kind: 'noteOn', channel, note: pitch, velocity: 80 },
  { tick: to, kind: 'noteOff', channel, note: pitch, velocity: 0 },
];
const byTick = (events: MidiEvent[]): MidiEvent[] => events.sort((a, b) => a.tick - b.tick || (a.kind === 'noteOff' ? -1 : 1));
const file = (...tracks: MidiEvent[][]): MidiFile => ({ format: 1, ticksPerQuarter: 96, tracks: tracks.map(byTick) });

test('real chorales come back from MIDI note by note', (t) => {
  for (const score of [...chorales.train, ...chorales.valid, ...chorales.test]) {
    const options = { tempo: 72, key: { tonic: 2, mode: 'minor' }, program: 52, title: 'x', settings: {} } as const;
    const back = scoreOfMidi(readMidi(writeMidi(scoreToMidi(score, options))));
    t.deepEqual(back.score.pitches.slice(), score.pitches.slice(0, back.score.pitches.length));
    t.true(
      score.pitches.slice(back.score.pitches.length).every((p) => p === rest),
      'only silence at the end may be missing',
    );
    t.deepEqual([back.tempo, back.key, back.remarks], [72, options.key, []]);
  }
});

test('one track is the soprano, two are the outer voices, and tracks without names go by height', (t) => {
  t.deepEqual(scoreOfMidi(file([], note(60, 0, 96))).voices, [0]);
  const two = scoreOfMidi(file(note(48, 0, 96), note(72, 0, 96)));
  t.deepEqual(two.voices, [0, 3]);
  t.deepEqual([pitchAt(two.score, 0, 0), pitchAt(two.score, 0, 3)], [72, 48]);
  const four = scoreOfMidi(file(...[48, 72, 60, 67].map((p) => note(p, 0, 96))));
  t.deepEqual(Array.from(four.score.pitches.subarray(0, 4)), [72, 67, 60, 48]);
});

test('chords in one track: outer notes are soprano and bass, and a fifth voice is said to be left out', (t) => {
  const chord = (pitches: number[], from: number): MidiEvent[] => pitches.flatMap((p) => note(p, from, from + 48));
  const { score, remarks } = scoreOfMidi(file([...chord([48, 60, 64, 72], 0), ...chord([48, 52, 60, 64, 72], 48), ...chord([55, 74], 96)]));
  t.deepEqual([...score.pitches], [72, 64, 60, 48, 72, 64, 60, 48, 74, rest, rest, 55]);
  t.regex(remarks.join(), /1 eighth notes hold more than four voices/);
});

test('what the grid cannot hold is said: notes in between, sixteenths, another metre, a very long piece; drums are left out', (t) => {
  const sixteenths = scoreOfMidi(file([...note(60, 0, 24), ...note(62, 24, 48), ...note(64, 48, 96)], note(36, 0, 24, 9)));
  t.deepEqual(
    notesOf(sixteenths.score, 0).map(({ pitch }) => pitch),
    [60, 64],
  );
  t.regex(sixteenths.remarks.join(), /1 notes begin between eighth notes.*1 short notes of the soprano/);
  const metre = scoreOfMidi(file([{ tick: 0, kind: 'timeSignature', numerator: 3, denominator: 4 }, ...note(60, 0, 96)]));
  t.regex(metre.remarks.join(), /metre is 3\/4/);
  const long = scoreOfMidi(file([...note(60, 0, 96), ...note(60, 96 * 4 * 1000, 96 * 4 * 1001)]));
  t.is(long.score.steps, mostBars * 8);
  t.regex(long.remarks.join(), /has 1001 bars; the first 256/);
  t.throws(() => scoreOfMidi(file(note(36, 0, 24, 9))), { message: /no notes of voices/ });
});

test('legato overlaps and repeated notes are one voice; notes of a channel of format 0 are one part', (t) => {
  const legato = scoreOfMidi(file([...note(60, 0, 60), ...note(62, 48, 96)]));
  t.deepEqual(
    legato.score.pitches.slice(),
    scoreOf([
      [60, rest, rest, rest],
      [62, rest, rest, rest],
    ]).pitches,
  );
  const zero = scoreOfMidi({ format: 0, ticksPerQuarter: 96, tracks: [byTick([...note(72, 0, 96, 0), ...note(48, 0, 96, 1)])] });
  t.deepEqual(zero.voices, [0, 3]);
});
