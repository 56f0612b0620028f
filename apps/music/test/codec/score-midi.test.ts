import test from 'ava';
import { readMidi } from '#src/codec/midi-read.js';
import { writeMidi } from '#src/codec/midi-write.js';
import { timedNotes } from '#src/codec/midi-notes.js';
import { scoreToMidi, settingsOf } from '#src/codec/score-midi.js';
import { notesOf, voiceCount } from '#src/score.js';
import { chorale } from '../fixtures/chorales.js';

const options = {
  tempo: 90,
  key: { tonic: 7, mode: 'major' },
  program: 52,
  title: 'Chorale in G major',
  settings: { seed: 0, note: 'ü' },
} as const;

test('a chorale becomes a track of settings and four of voices, and comes back note for note', (t) => {
  const midi = readMidi(writeMidi(scoreToMidi(chorale, options)));
  t.is(midi.format, 1);
  t.is(midi.tracks.length, 5);
  const names = midi.tracks.map((track) => track.find((e) => e.kind === 'text' && e.what === 'trackName'));
  t.deepEqual(
    names.map((e) => e?.kind === 'text' && e.text),
    ['Chorale in G major', 'Soprano', 'Alto', 'Tenor', 'Bass'],
  );
  t.like(
    midi.tracks[0].find((e) => e.kind === 'keySignature'),
    { fifths: 1, minor: false },
  );
  t.like(
    midi.tracks[0].find((e) => e.kind === 'timeSignature'),
    { numerator: 4, denominator: 4 },
  );
  t.deepEqual(settingsOf(midi), { seed: 0, note: 'ü' });
  for (let voice = 0; voice < voiceCount; voice++) {
    const found = midi.tracks[voice + 1].flatMap((e) => (e.kind === 'noteOn' ? [[e.tick / 240, e.note]] : []));
    t.deepEqual(
      found,
      notesOf(chorale, voice).map(({ start, pitch }) => [start, pitch]),
    );
  }
  t.is(
    Math.min(...midi.tracks.flatMap((track) => track.filter((e) => e.kind === 'noteOn').map((e) => e.tick))),
    0,
    'the first note is at tick 0',
  );
});

test('it lasts as long as its tempo says, and slows down on the last three beats', (t) => {
  const notes = timedNotes(scoreToMidi(chorale, options));
  const end = Math.max(...notes.map((n) => n.start + n.duration));
  const beats = chorale.steps / 2;
  const expected = (60 / 90) * (beats - 3 + 1 / 0.95 + 1 / 0.88 + 1 / 0.78);
  t.true(Math.abs(end - expected) < 1e-4, `${end} and ${expected}`);
});

test('a file of another program has no settings', (t) =>
  t.is(
    settingsOf({ format: 0, ticksPerQuarter: 1, tracks: [[{ tick: 0, kind: 'text', what: 'text', text: 'advect {broken' }]] }),
    undefined,
  ));
