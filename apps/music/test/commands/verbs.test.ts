import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import anyTest, { type TestFn } from 'ava';
import { runProgram } from '@advect/node';
import { readMidi } from '#src/codec/midi-read.js';
import { readPiece, writePiece } from '#src/codec/piece-file.js';
import { scoreOfMidi } from '#src/codec/midi-score.js';
import { writeMidi } from '#src/codec/midi-write.js';
import { scoreToMidi, settingsOf } from '#src/codec/score-midi.js';
import { pieceOfScore } from '#src/codec/score-piece.js';
import { findKey } from '#src/data/musical-key.js';
import { program } from '#src/program.js';
import { rest, sliceScore, type Score } from '#src/score.js';
import { chorale } from '../fixtures/chorales.js';

const test = anyTest as TestFn<{ folder: string }>;
const data = fileURLToPath(new URL('../../../test/fixtures/chorales.json', import.meta.url));

test.beforeEach(async (t) => void (t.context.folder = await mkdtemp(join(tmpdir(), 'advect-music-'))));
test.afterEach.always((t) => rm(t.context.folder, { recursive: true, force: true }));

async function run(...argv: string[]): Promise<{ code: number; out: string; err: string }> {
  let out = '';
  let err = '';
  const stdout = { write: (text: string | Uint8Array) => void (out += String(text)) };
  const stderr = { write: (text: string | Uint8Array) => void (err += String(text)) };
  const code = await runProgram(program, { argv, env: { HOME: '/nonexistent' }, stdout, stderr });
  return { code, out, err };
}

const piece = sliceScore(chorale, 0, 32);
const melody: Score = { ...piece, pitches: piece.pitches.map((pitch, i) => (i % 4 === 0 ? pitch : rest)) };
const midiOf = (score: Score): Uint8Array =>
  writeMidi(scoreToMidi(score, { tempo: 66, key: findKey(piece, true), program: 52, title: 'x', settings: {} }));
const scoreIn = async (path: string): Promise<Score> => scoreOfMidi(readMidi(await readFile(path))).score;
const quick = ['--best', '1', '--steps', '3', '--quiet'];

test.serial('harmonise: the melody stays, the same seed gives the same bytes, and a file says how to make it again', async (t) => {
  const at = (name: string): string => join(t.context.folder, name);
  await writeFile(at('hymn.mid'), midiOf(melody));
  const made = await run('harmonise', at('hymn.mid'), '--seed', '4', ...quick, '-o', at('a'));
  t.is(made.code, 0, made.err);
  t.is(made.out, `${at('a.mid')}\n${at('a.wav')}\n`);
  const score = await scoreIn(at('a.mid'));
  piece.pitches.forEach((pitch, i) => i % 4 === 0 && t.is(score.pitches[i], pitch));
  t.true([1, 2, 3].every((voice) => score.pitches.some((pitch, i) => i % 4 === voice && pitch !== rest)));
  const settings = settingsOf(readMidi(await readFile(at('a.mid'))))!;
  t.like(settings, { verb: 'harmonise', seed: 4, keep: 'S', method: 'replaced', tempo: 66, steps: 3 });
  t.regex(String(settings.parent), /^[0-9a-f]{64}$/);
  t.is((await run('harmonise', at('hymn.mid'), '--like', at('a.wav'), '--quiet', '-o', at('b'))).code, 0);
  for (const kind of ['mid', 'wav']) t.deepEqual(await readFile(at(`b.${kind}`)), await readFile(at(`a.${kind}`)));
  t.regex((await run('compose', '--like', at('a.mid'))).err, /was made by harmonise[^]*harmonise --like/);
  t.regex((await run('harmonise', at('hymn.mid'), '--seed', '4', '-o', at('a'))).err, /exists already/);
});

test.serial('notes come in and go out as ABC and MusicXML, and MIDI of the same tune has the same bytes', async (t) => {
  const at = (name: string): string => join(t.context.folder, name);
  const options = { tempo: 66, key: findKey(piece, true), program: 52, title: 'x', settings: {} };
  await writeFile(at('hymn.abc'), writePiece('hymn.abc', pieceOfScore(melody, options)));
  const make = (...argv: string[]) => run('harmonise', at('hymn.abc'), '--seed', '4', ...quick, ...argv);
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
  const again = await run('harmonise', at('hymn.abc'), '--like', at('b.musicxml'), '--quiet', '-o', at('c.mid'));
  t.is(again.code, 0, again.err);
  t.deepEqual(await readFile(at('c.mid')), await readFile(at('a.mid')));
});

test.serial('infill and continue keep the rest exactly', async (t) => {
  const at = (name: string): string => join(t.context.folder, name);
  await writeFile(at('piece.mid'), midiOf(piece));
  t.is((await run('infill', at('piece.mid'), '--bars', '2-3', '--keep', 'S,bass', '--seed', '1', ...quick, '-o', at('in'))).code, 0);
  const filled = await scoreIn(at('in.mid'));
  const moved = [...piece.pitches.keys()].filter((i) => filled.pitches[i] !== piece.pitches[i]);
  t.true(moved.length > 0 && moved.every((i) => i >= 32 && i < 96 && [1, 2].includes(i % 4)));
  t.is((await run('continue', at('piece.mid'), '--bars', '2', '--seed', '1', ...quick, '-o', at('on'))).code, 0);
  const longer = await scoreIn(at('on.mid'));
  t.is(Math.ceil(longer.steps / 8), 6);
  t.deepEqual(longer.pitches.subarray(0, 128), piece.pitches);
});

test.serial('morph, score, evaluate and selftest say what they found', async (t) => {
  const at = (name: string): string => join(t.context.folder, name);
  await writeFile(at('a.mid'), midiOf(piece));
  const far = sliceScore(chorale, chorale.steps - 32, chorale.steps);
  await writeFile(at('b.mid'), midiOf(far));
  const morphed = await run('morph', at('a.mid'), at('b.mid'), '-n', '3', '--json', '-o', at('walk'));
  t.is(morphed.code, 0, morphed.err);
  t.true(JSON.parse(morphed.out).endsExact);
  t.deepEqual((await scoreIn(at('walk-0.mid'))).pitches, piece.pitches);
  t.deepEqual((await scoreIn(at('walk-2.mid'))).pitches, far.pitches);
  t.is((await scoreIn(at('walk.mid'))).steps, 96);

  const scored = await run('score', at('a.mid'), '--draws', '0', '--json');
  t.is(scored.code, 0, scored.err);
  const values = JSON.parse(scored.out) as { bars: { bits: number }[]; surprise: number[]; faults: string[] };
  t.is(values.bars.length, 4);
  t.is(values.surprise.length, 128);
  t.regex(
    (await run('score', at('a.mid'), '--draws', '0')).out,
    /bits per note by the denoising bound[^]*bar {3}4[^]*S \|[^]*voice leading: (?:1 fault|\d+ faults);/,
  );

  const evaluated = await run('evaluate', '--count', '2', '--data', data);
  t.is(evaluated.code, 0, evaluated.err);
  t.regex(evaluated.out, /\| test \|[^]*\| steps shuffled \|[^]*\| polished \| 2 \|/);
  t.regex((await run('evaluate', '--likelihood', '2', '--data', data)).err, /was not trained to be told/);
  const tested = await run('selftest', '--json');
  t.is(tested.code, 0, tested.out);
  t.true(JSON.parse(tested.out).passed);
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
    const result = await run(...argv);
    t.is(result.code, code, `${argv.join(' ')}: ${result.err}`);
    t.regex(result.err, expected);
  }
});
