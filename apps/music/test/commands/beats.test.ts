import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mismatch } from '@advect/testkit';
import anyTest, { type TestFn } from 'ava';
import { type Flow, saveModel } from '@advect/core';
import { grooveOfPiece, pieceOfGroove } from '#src/codec/groove-piece.js';
import { readPiece } from '#src/codec/piece-file.js';
import { writeMidi } from '#src/codec/midi-write.js';
import { midiOfPiece } from '#src/codec/piece-midi.js';
import { readWav } from '#src/codec/wav.js';
import { type Groove, grooveOf, sliceSteps } from '#src/groove.js';
import { quantised } from '#src/model/groove-controls.js';
import { grooveFlow } from '#src/model/groove-flow.js';
import { melodyFlow } from '#src/model/melody-flow.js';
import { madeGroove } from '../fixtures/grooves.js';
import { run as runProgram } from '../fixtures/run.js';

const test = anyTest as TestFn<{ at: (name: string) => string }>;

test.beforeEach(async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'advect-music-'));
  t.context.at = (name) => join(folder, name);
  await keep(t.context.at('kit'), grooveFlow({ width: 16, layers: 1, seed: 0 }));
});
test.afterEach.always((t) => rm(t.context.at(''), { recursive: true, force: true }));

async function keep(folder: string, flow: Flow): Promise<void> {
  await mkdir(folder);
  for (const [name, bytes] of await saveModel(flow, { name: 'untrained' })) await writeFile(join(folder, name), bytes);
}

const run = (...argv: string[]) => runProgram(argv);

const midiOf = (groove: Groove, beats = 4): Uint8Array =>
  writeMidi(midiOfPiece(pieceOfGroove(groove, { tempo: 96, title: 'x', metre: { beats, beatType: 4 } })));
const beatIn = async (path: string) => grooveOfPiece((await readPiece(path, await readFile(path))).piece);
const pattern = quantised(madeGroove(5));
const quick = ['--steps', '1', '--quiet'];

test.serial('humanise keeps what is struck, at 0 all of it; a file says how to make it again', async (t) => {
  const { at } = t.context;
  await writeFile(at('beat.mid'), midiOf(pattern));
  const made = await run('humanise', at('beat.mid'), '-m', at('kit'), '--seed', '4', '--style', 'funk', ...quick, '-o', at('a'));
  t.is(made.code, 0, made.err);
  t.is(made.out, `${at('a.mid')}\n${at('a.wav')}\n`);
  const { groove, tempo } = await beatIn(at('a.mid'));
  t.deepEqual(groove.hits, pattern.hits);
  t.is(Math.round(tempo), 96);
  t.true(groove.offsets.some((o) => o !== 0) && new Set(groove.velocities).size > 5);
  const settings = JSON.parse(readWav(await readFile(at('a.wav'))).comment!) as Record<string, unknown>;
  t.like(settings, { kind: 'grooves', verb: 'humanise', seed: 4, style: 'funk', amount: 1, bars: 2 });
  const again = await run('humanise', at('beat.mid'), '-m', at('kit'), '--like', at('a.wav'), '--quiet', '-o', at('b'));
  t.is(again.code, 0, again.err);
  for (const kind of ['mid', 'wav']) t.is(mismatch(await readFile(at(`b.${kind}`)), await readFile(at(`a.${kind}`))), undefined, kind);
  t.is((await run('humanise', at('beat.mid'), '-m', at('kit'), '--amount', '0', '--seed', '4', ...quick, '-o', at('c.mid'))).code, 0);
  t.deepEqual((await beatIn(at('c.mid'))).groove, (await beatIn(at('beat.mid'))).groove);
  const twice = ['-m', at('kit'), '--seed', '4', '--style', 'funk', '-n', '2', ...quick];
  const several = await run('humanise', at('beat.mid'), ...twice, '-o', at('d.mid'));
  t.is(several.out, `${at('d-0.mid')}\n${at('d-1.mid')}\n`, several.err);
  t.deepEqual((await beatIn(at('d-0.mid'))).groove, groove);
});

test.serial('drum, infill, continue and compose: what is given stays, the rest is drums; the roll shows them', async (t) => {
  const { at } = t.context;
  const three = grooveOf(48, []);
  for (const part of ['hits', 'velocities', 'offsets'] as const) three[part].set(pattern[part]);
  await writeFile(at('beat.mid'), midiOf(pattern));
  const kit = ['-m', at('kit'), '--seed', '1', ...quick];
  t.is((await run('drum', at('beat.mid'), ...kit, '--keep', 'kick, closed-hat', '-o', at('around.mid'))).code, 0);
  const around = (await beatIn(at('around.mid'))).groove;
  const given = (await beatIn(at('beat.mid'))).groove;
  for (let i = 0; i < given.hits.length; i++) if ([0, 2].includes(i % 9)) t.is(around.velocities[i], given.velocities[i]);
  const others = await run('drum', at('beat.mid'), '-m', at('kit'), '--like', at('around.mid'), '--keep', 'ride', '--dry-run', '--json');
  t.like(JSON.parse(others.out), { keep: 'ride', seed: 1 });
  t.is((await run('drum', at('beat.mid'), ...kit, '-o', at('taps.mid'))).code, 0);
  t.is((await run('infill', at('beat.mid'), ...kit, '--bars', '2', '-o', at('in.mid'))).code, 0);
  t.deepEqual(sliceSteps((await beatIn(at('in.mid'))).groove, 0, 16), sliceSteps(given, 0, 16));
  t.is((await run('continue', at('beat.mid'), ...kit, '--bars', '1', '-o', at('on.mid'))).code, 0);
  const on = (await beatIn(at('on.mid'))).groove;
  t.is(on.steps, 48);
  t.deepEqual(sliceSteps(on, 0, 32), given);
  const composed = await run(
    'compose',
    '-m',
    at('kit'),
    '--seed',
    '1',
    '--steps',
    '1',
    '--style',
    'jazz',
    '--bars',
    '1',
    '-o',
    at('new.mid'),
  );
  t.regex(composed.out, /Jazz beat, 1 bar, ♩ = 100\n(?:[a-z ]{10} \|.{32}\|\n)+.* strokes? .* ms .*velocity/);
  t.is((await run('compose', '-m', at('kit'), '--like', at('new.mid'), '--quiet', '-o', at('again.mid'))).code, 0);
  t.deepEqual(await readFile(at('again.mid')), await readFile(at('new.mid')));
  const scored = await run('score', at('beat.mid'), '-m', at('kit'), '--json');
  t.is(scored.code, 0, scored.err);
  const { strokes, bitsPerStroke, standardError } = JSON.parse(scored.out) as Record<string, number>;
  t.is(
    strokes,
    pattern.hits.reduce((a, b) => a + b, 0),
  );
  t.true(bitsPerStroke > 0 && standardError > 0);
});

test.serial('a melody is composed over chords, and measured', async (t) => {
  const { at } = t.context;
  await keep(at('tunes'), melodyFlow({ width: 8, layers: 1, seed: 1 }));
  const make = ['compose', '-m', at('tunes'), '--seed', '3', '--steps', '3', '--chords', 'D A Bm G'];
  const made = await run(...make, '-o', at('a'));
  t.is(made.code, 0, made.err);
  t.regex(made.out, /Melody in D major, 4 bars, ♩ = 80\nS \|/);
  t.is((await run('compose', '-m', at('tunes'), '--like', at('a.wav'), '--quiet', '-o', at('b.mid'))).code, 0);
  t.deepEqual(await readFile(at('b.mid')), await readFile(at('a.mid')));
  const { piece } = await readPiece('a.mid', await readFile(at('a.mid')));
  t.is(piece.parts.length, 1);
  t.true(piece.parts[0].notes.every(({ start, length }) => start % 240 === 0 && length % 240 === 0));
  t.like(piece.key, { fifths: 2, minor: false });
  const scored = await run('score', at('a.mid'), '-m', at('tunes'), '--json');
  t.is(scored.code, 0, scored.err);
  t.is(JSON.parse(scored.out).bars.length, 4);
});

test.serial('what cannot be done with drums is said, with a way out', async (t) => {
  const { at } = t.context;
  await writeFile(at('beat.mid'), midiOf(pattern));
  await writeFile(at('five.mid'), midiOf(pattern, 5));
  await writeFile(at('waltz.mid'), midiOf(grooveOf(12, [{ step: 0, drum: 'kick', velocity: 0.5, offset: 0 }]), 3));
  await writeFile(at('silent.mid'), writeMidi({ format: 1, ticksPerQuarter: 96, tracks: [[]] }));
  await writeFile(at('tune.abc'), 'X:1\nT:t\nM:4/4\nL:1/4\nK:C\nCDEF|\n');
  const kit = ['-m', at('kit')];
  const cases: [string[], number, RegExp][] = [
    [['humanise', at('silent.mid'), ...kit], 1, /the piece has no drums[\s\S]*channel 10/],
    [['humanise', at('five.mid'), ...kit], 1, /20 sixteenths[\s\S]*4\/4/],
    [['humanise', at('none.mid'), ...kit], 1, /does not exist/],
    [['humanise', at('beat.mid'), ...kit, '--amount', '2'], 2, /from 0 to 1/],
    [['humanise', at('beat.mid'), ...kit, '--style', 'fonk'], 2, /Did you mean 'funk'/],
    [['humanise', at('beat.mid'), ...kit, '-o', at('x.abc')], 2, /MIDI and WAV alone/],
    [['humanise', at('beat.mid'), '-m', 'chorales'], 1, /'chorales' makes four-part chorales, and humanise is for drums/],
    [['humanise', at('beat.mid'), ...kit, '--like', at('beat.mid')], 1, /does not say that a model of grooves made it/],
    [['drum', at('beat.mid'), ...kit, '--keep', 'snar'], 2, /Did you mean 'snare'/],
    [['score', at('waltz.mid'), ...kit], 1, /not in 4\/4/],
    [['score', at('tune.abc'), ...kit], 1, /makes drums, and score of voices is for/],
    [['compose', ...kit, '--key', 'G'], 2, /--key says nothing to a model of drums/],
    [['compose', '--style', 'funk'], 2, /--style says nothing to a model of chorales[\s\S]*grooves/],
    [['score', at('beat.mid'), ...kit, '--exact'], 2, /--exact says nothing to a model of drums/],
    [['score', at('beat.mid'), ...kit, '--key', 'G'], 2, /--key says nothing to a model of drums/],
    [['evaluate', ...kit, '--likelihood', '2'], 2, /--likelihood says nothing to a model of drums[\s\S]*chorales/],
    [['evaluate', '-m', 'melodies', '--chosen'], 2, /--chosen says nothing to a model of melodies/],
    [['infill', at('beat.mid'), ...kit], 2, /nothing of the piece would be kept/],
    [['infill', at('beat.mid'), ...kit, '--bars', '3'], 2, /from 1 to 2/],
    [['continue', at('beat.mid'), ...kit, '--polish', '0'], 2, /--polish says nothing to a model of drums/],
  ];
  for (const [argv, code, message] of cases) {
    const result = await run(...argv);
    t.is(result.code, code, `${argv.join(' ')}: ${result.err}`);
    t.regex(result.err, message, argv.join(' '));
    t.is(result.out, '');
  }
  const waltz = await run('humanise', at('waltz.mid'), ...kit, '--seed', '1', ...quick, '-o', at('w.mid'));
  t.is(waltz.code, 0, waltz.err);
  const { piece } = await readPiece('w.mid', await readFile(at('w.mid')));
  t.deepEqual(piece.metre, { beats: 3, beatType: 4 });
});
