import test from 'ava';
import { chordSteps, keyOfChords, readChords, transposeChord } from '#src/data/chord-names.js';
import { melodyNotes, melodyOfScore } from '#src/melody.js';
import { pieceMelodyBits } from '#src/model/melody-bits.js';
import { composeMelodies } from '#src/model/melody-compose.js';
import { melodyFlow } from '#src/model/melody-flow.js';
import { rest, scoreOf } from '#src/score.js';

const flow = melodyFlow({ width: 8, layers: 1, seed: 4 });

test('chords are read bar by bar, and their key is found', (t) => {
  const bars = readChords('C G7 Am F');
  t.deepEqual(
    bars.map(([{ root, quality }]) => `${root} ${quality}`),
    ['0 major', '7 major', '9 minor', '5 major'],
  );
  t.deepEqual(
    readChords('| Bb | F#dim Ebm |').map((bar) => bar.map(({ root }) => root)),
    [[10], [6, 3]],
  );
  const steps = chordSteps(readChords('C | Dm G'), 24, 8);
  t.deepEqual(
    steps.map(({ root }) => root),
    [...Array(8).fill(0), ...Array(4).fill(2), ...Array(4).fill(7), ...Array(8).fill(0)],
  );
  for (const [chords, tonic, mode] of [
    ['C G Am F', 0, 'major'],
    ['Am F C G', 9, 'minor'],
    ['Dm Gm A Dm', 2, 'minor'],
    ['Dm G C', 0, 'major'],
    ['Eb Ab Bb Eb', 3, 'major'],
  ] as const)
    t.deepEqual(keyOfChords(readChords(chords)), { tonic, mode }, chords);
  t.deepEqual(transposeChord({ root: 2, quality: 'minor' }, -5), { root: 9, quality: 'minor' });
  t.throws(() => readChords('C H'), { message: /'H' is no chord/ });
  t.throws(() => readChords('C | D E F'), { message: /neither one, two nor four/ });
  t.throws(() => readChords(' | '), { message: /no chords/ });
});

test('a melody grows from its first four bars, and is the same alone and among others', async (t) => {
  const how = { seed: 2, index: 0, count: 2, temperature: 1, steps: 3, polish: 0 };
  const three = await composeMelodies(flow, { ...how, length: 64 });
  t.true(three.every((pitches) => pitches.length === 64));
  t.deepEqual(await composeMelodies(flow, { ...how, length: 64, index: 1, count: 1 }), [three[1]]);
  t.notDeepEqual(three[0], three[1]);
});

test('a melody as notes: half the soprano’s steps, equal pitches one note; its bits add up over bars', async (t) => {
  const line = Array.from({ length: 40 }, (_, i) => [60 + [0, 2, 4, 5, 7][Math.floor(i / 2) % 5], rest, rest, 48]);
  const score = scoreOf(line);
  const notes = melodyNotes(melodyOfScore(score));
  t.deepEqual(notes[1], { pitch: 62, start: 4, length: 4 });
  t.is(notes.length, 20);
  const bits = await pieceMelodyBits(flow, score, { seed: 0 });
  t.is(bits.notes, 20);
  t.is(bits.bars.length, 5);
  const sum = bits.bars.reduce((a, b) => a + b.bits, 0);
  t.true(Math.abs(sum / 20 - bits.bitsPerNote) < 1e-6 * sum);
  t.true(bits.standardError > 0);
  await t.throwsAsync(pieceMelodyBits(flow, scoreOf(line.slice(0, 16)), { seed: 0 }), { message: /16 eighth notes/ });
});
