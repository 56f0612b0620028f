import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mismatch } from '@advect/testkit';
import anyTest, { type TestFn } from 'ava';
import { readMidi } from '#src/codec/midi-read.js';
import { readPiece, writePiece } from '#src/codec/piece-file.js';
import { scoreOfMidi } from '#src/codec/midi-score.js';
import { writeMidi } from '#src/codec/midi-write.js';
import { scoreToMidi, settingsOf } from '#src/codec/score-midi.js';
import { pieceOfScore } from '#src/codec/score-piece.js';
import { findKey } from '#src/data/musical-key.js';
import { rest, sliceScore, type Score } from '#src/score.js';
import { chorale } from '../fixtures/chorales.js';
import { run } from '../fixtures/run.js';
import { writeTinyModel } from '../fixtures/tiny-model.js';

interface Folder {
  folder: string;
}

const test = anyTest as TestFn<Folder>;
const data = fileURLToPath(new URL('../../../test/fixtures/chorales.json', import.meta.url));

test.beforeEach(async (t) => {
  t.context.folder = await mkdtemp(join(tmpdir(), 'advect-music-'));
  const ranks = { count: 9, percentiles: Array.from({ length: 101 }, (_, i) => i / 5) };
  await writeTinyModel(join(t.context.folder, 'tiny'), {
    application: { heldOut: { draws: 8, levels: 16, passages: ranks, pieces: ranks } },
  });
});
test.afterEach.always((t) => rm(t.context.folder, { recursive: true, force: true }));

const piece = sliceScore(chorale, 0, 32);
const melody: Score = { ...piece, pitches: piece.pitches.map((pitch, i) => (i % 4 === 0 ? pitch : rest)) };
const midiOf = (score: Score): Uint8Array =>
  writeMidi(scoreToMidi(score, { tempo: 66, key: findKey(piece, true), program: 52, title: 'x', settings: {} }));
const scoreIn = async (path: string): Promise<Score> => scoreOfMidi(readMidi(await readFile(path))).score;
const quick = ['--best', '1', '--steps', '3', '--quiet'];

/** Runs a command with the tiny model. */
const ask = ({ context }: { readonly context: unknown }, ...argv: string[]) =>
  run([...argv, '--model', join((context as Folder).folder, 'tiny')]);

test.serial('harmonise: the melody stays, the same seed gives the same bytes, and a file says how to make it again', async (t) => {
  const at = (name: string): string => join(t.context.folder, name);
  await writeFile(at('hymn.mid'), midiOf(melody));
  const made = await ask(t, 'harmonise', at('hymn.mid'), '--seed', '4', ...quick, '-o', at('a'));
  t.is(made.code, 0, made.err);
  t.is(made.out, `${at('a.mid')}\n${at('a.wav')}\n`);
  const score = await scoreIn(at('a.mid'));
  piece.pitches.forEach((pitch, i) => i % 4 === 0 && t.is(score.pitches[i], pitch));
  t.true([1, 2, 3].every((voice) => score.pitches.some((pitch, i) => i % 4 === voice && pitch !== rest)));
  const settings = settingsOf(readMidi(await readFile(at('a.mid'))))!;
  t.like(settings, { verb: 'harmonise', seed: 4, keep: 'S', method: 'told', tempo: 66, steps: 3 });
  t.regex(String(settings.parent), /^[0-9a-f]{64}$/);
  t.is((await ask(t, 'harmonise', at('hymn.mid'), '--like', at('a.wav'), '--quiet', '-o', at('b'))).code, 0);
  for (const kind of ['mid', 'wav']) t.is(mismatch(await readFile(at(`b.${kind}`)), await readFile(at(`a.${kind}`))), undefined, kind);
  t.regex((await ask(t, 'compose', '--like', at('a.mid'))).err, /was made by harmonise[^]*harmonise --like/);
  t.regex((await ask(t, 'harmonise', at('hymn.mid'), '--seed', '4', '-o', at('a'))).err, /exists already/);
});

test.serial('notes come in and go out as ABC and MusicXML, and MIDI of the same tune has the same bytes', async (t) => {
  const at = (name: string): string => join(t.context.folder, name);
  const options = { tempo: 66, key: findKey(piece, true), program: 52, title: 'x', settings: {} };
  await writeFile(at('hymn.abc'), writePiece('hymn.abc', pieceOfScore(melody, options)));
  const make = (...argv: string[]) => ask(t, 'harmonise', at('hymn.abc'), '--seed', '4', ...quick, ...argv);
  const both = await make('--format', 'abc,mid', '-o', at('a'));
  t.is(both.out, `${at('a.abc')}\n${at('a.mid')}\n`, both.err);
  const one = await make('-o', at('b.musicxml'));
  t.is(one.out, `${at('b.musicxml')}\n`, one.err);
  const read = async (name: string) => (await readPiece(name, await readFile(at(name)))).piece;
  const midi = await read('a.mid');
  for (const name of ['a.abc', 'b.musicxml']) {
    const { parts, settings } = await read(name);
    t.deepEqual(settings, midi.settings);
    t.deepEqual(
      parts.map(({ notes }) => notes.map(({ start, length, pitch }) => [start, length, pitch])),
      midi.parts.map(({ notes }) => notes.map(({ start, length, pitch }) => [start, length, pitch])),
    );
  }
  const again = await ask(t, 'harmonise', at('hymn.abc'), '--like', at('b.musicxml'), '--quiet', '-o', at('c.mid'));
  t.is(again.code, 0, again.err);
  t.deepEqual(await readFile(at('c.mid')), await readFile(at('a.mid')));
});

test.serial('infill and continue keep the rest exactly', async (t) => {
  const at = (name: string): string => join(t.context.folder, name);
  await writeFile(at('piece.mid'), midiOf(piece));
  t.is((await ask(t, 'infill', at('piece.mid'), '--bars', '2-3', '--keep', 'S,bass', '--seed', '1', ...quick, '-o', at('in'))).code, 0);
  const filled = await scoreIn(at('in.mid'));
  const moved = [...piece.pitches.keys()].filter((i) => filled.pitches[i] !== piece.pitches[i]);
  t.true(moved.length > 0 && moved.every((i) => i >= 32 && i < 96 && [1, 2].includes(i % 4)));
  t.is((await ask(t, 'continue', at('piece.mid'), '--bars', '2', '--seed', '1', ...quick, '-o', at('on'))).code, 0);
  const longer = await scoreIn(at('on.mid'));
  t.is(Math.ceil(longer.steps / 8), 6);
  t.deepEqual(longer.pitches.subarray(0, 128), piece.pitches);
});

test.serial('morph, score, evaluate and selftest say what they found', async (t) => {
  const at = (name: string): string => join(t.context.folder, name);
  await writeFile(at('a.mid'), midiOf(piece));
  const far = sliceScore(chorale, chorale.steps - 32, chorale.steps);
  await writeFile(at('b.mid'), midiOf(far));
  const morphed = await ask(t, 'morph', at('a.mid'), at('b.mid'), '-n', '3', '--json', '-o', at('walk'));
  t.is(morphed.code, 0, morphed.err);
  t.true(JSON.parse(morphed.out).endsExact);
  t.deepEqual((await scoreIn(at('walk-0.mid'))).pitches, piece.pitches);
  t.deepEqual((await scoreIn(at('walk-2.mid'))).pitches, far.pitches);
  t.is((await scoreIn(at('walk.mid'))).steps, 96);

  const scored = await ask(t, 'score', at('a.mid'), '--draws', '0', '--json');
  t.is(scored.code, 0, scored.err);
  const values = JSON.parse(scored.out) as {
    bars: { bits: number }[];
    surprise: number[];
    denoising: { bitsPerNote: number };
    heldOut: { percentile: number; count: number };
  };
  t.is(values.bars.length, 4);
  t.is(values.surprise.length, 128);
  t.true(Math.abs(values.heldOut.percentile - (100 - 5 * values.denoising.bitsPerNote)) < 1e-9);
  t.is(values.heldOut.count, 9);
  t.regex(
    (await ask(t, 'score', at('a.mid'), '--draws', '0')).out,
    /bits per note by the denoising bound: more usual than \d+ % of 9 passages of four bars[^]*bar {3}4[^]*S \|[^]*voice leading: (?:1 fault|\d+ faults);/,
  );

  const evaluated = await ask(t, 'evaluate', '--count', '2', '--data', data);
  t.is(evaluated.code, 0, evaluated.err);
  t.regex(evaluated.out, /\| test \|[^]*\| steps shuffled \|[^]*\| polished \| 2 \|/);
  t.notRegex(evaluated.out, /NaN|test endings/, 'the test chorale here ends out of the range');
  t.regex(
    (await ask(t, 'evaluate', '--count', '1', '--likelihood', '2', '--data', data)).out,
    /nats a frame of eighth notes[^]* over 2 windows/,
  );
  await writeTinyModel(at('plain'), { told: false });
  const plain = await run(['evaluate', '--model', at('plain'), '--likelihood', '2', '--data', data]);
  t.regex(plain.err, /was not trained to be told/);
  const tested = await run(['selftest', '--json']);
  t.is(tested.code, 0, tested.out);
  t.true(JSON.parse(tested.out).passed);
  const untrained = await ask(t, 'selftest');
  t.is(untrained.code, 1);
  t.regex(untrained.out, /FAILED {2}surprise at its own tune/);
});

test.serial('what cannot be done is said, with a way out', async (t) => {
  const at = (name: string): string => join(t.context.folder, name);
  await writeFile(at('piece.mid'), midiOf(piece));
  await writeFile(at('short.mid'), midiOf(sliceScore(piece, 0, 16)));
  await writeFile(at('tune.ogg'), 'x');
  const cases: [string[], number, RegExp][] = [
    [['infill', at('piece.mid')], 2, /nothing of the piece would be kept[^]*--bars/],
    [['infill', at('piece.mid'), '--bars', '4-9'], 2, /--bars is '4-9'[^]*from 1 to 4/],
    [['infill', at('piece.mid'), '--bars', '2', '--keep', 'X'], 2, /--keep names 'X'[^]*S, A, T, B/],
    [['harmonise', at('piece.mid'), '--keep', 'S,A,T,B', ...quick], 1, /nothing to compose/],
    [['harmonise', at('none.mid')], 1, /does not exist/],
    [['harmonise', at('tune.ogg')], 1, /'.*tune.ogg' cannot be read: it is neither MIDI, ABC nor MusicXML/],
    [['score', at('short.mid')], 1, /the piece has 16 eighth notes/],
    [['morph', at('piece.mid'), at('short.mid')], 1, /two pieces of four bars/],
    [['train', 'grooves', '--data', 'mnist'], 2, /name of a data set/],
    [['train', 'groves'], 2, /no 'groves' to learn[^]*Did you mean 'grooves'/],
  ];
  for (const [argv, code, expected] of cases) {
    const result = await (argv[0] === 'train' ? run(argv) : ask(t, ...argv));
    t.is(result.code, code, `${argv.join(' ')}: ${result.err}`);
    t.regex(result.err, expected);
  }
});
