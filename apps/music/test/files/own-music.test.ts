import { mkdtemp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import anyTest, { type TestFn } from 'ava';
import { AdvectError } from '@advect/base/errors';
import { loadModel } from '@advect/core';
import { readModelFolder, runProgram } from '@advect/node';
import type { Piece } from '#src/codec/piece.js';
import { writePiece } from '#src/codec/piece-file.js';
import { pieceOfScore } from '#src/codec/score-piece.js';
import { pieceOfGroove } from '#src/codec/groove-piece.js';
import { choraleFlow } from '#src/model/flow.js';
import { isTold } from '#src/model/given.js';
import { openChorales } from '#src/files/chorale-source.js';
import { openGrooves } from '#src/files/groove-source.js';
import { program } from '#src/program.js';
import { rest, type Score, sliceScore, transposeScore } from '#src/score.js';
import { saveModel } from '@advect/core';
import { chorales } from '../fixtures/chorales.js';
import { madeGrooves } from '../fixtures/grooves.js';

const test = anyTest as TestFn<{ folder: string }>;
test.beforeEach(async (t) => void (t.context.folder = await mkdtemp(join(tmpdir(), 'advect-music-'))));
test.afterEach.always((t) => rm(t.context.folder, { recursive: true, force: true }));

const { signal } = new AbortController();
const pieces = [...chorales.train, ...chorales.valid, ...chorales.test].map((score) => sliceScore(score, 0, 64));
const pieceOf = (score: Score): Piece =>
  pieceOfScore(score, { tempo: 80, key: { tonic: 0, mode: 'major' }, program: 52, title: '', settings: {} });

/** A folder of hymns in all three forms, one in a folder below, and of files that cannot be learned from. */
async function hymns(folder: string): Promise<void> {
  await mkdir(join(folder, 'more'));
  const put = (name: string, piece: Piece): Promise<void> => writeFile(join(folder, name), writePiece(name, piece));
  const endings = ['mid', 'abc', 'musicxml'];
  await Promise.all(pieces.map((score, i) => put(`${i === 1 ? 'more/' : ''}hymn-${i}.${endings[i % 3]}`, pieceOf(score))));
  await put('y-higher.mid', pieceOf(transposeScore(pieces[0], 2)));
  await put(
    'z-duet.mid',
    pieceOf({ ...pieces[0], pitches: pieces[0].pitches.map((pitch, i) => (i % 4 === 0 || i % 4 === 3 ? pitch : rest)) }),
  );
  await put('z-short.mid', pieceOf(sliceScore(pieces[0], 0, 16)));
  const { parts, ...about } = pieceOf(pieces[0]);
  await put('z-five.mid', {
    ...about,
    parts: [...parts, { ...parts[0], name: 'Descant', notes: parts[0].notes.map((n) => ({ ...n, pitch: n.pitch + 15 })) }],
  });
  await writeFile(join(folder, 'z-broken.mid'), 'MThd and nothing else');
  await writeFile(join(folder, 'notes.txt'), 'no music');
}

test('a folder of four-part pieces: what cannot be learned from is left out with the reason, the rest is split by its music', async (t) => {
  const { folder } = t.context;
  await hymns(folder);
  const said: string[] = [];
  const own = await openChorales({ data: folder, note: (line) => said.push(line), signal });
  const counts = [own.train, own.valid, own.test].map(({ length }) => length);
  t.deepEqual(counts, [pieces.length - 2, 1, 1]);
  const all = [...own.train, ...own.valid, ...own.test].map(({ pitches }) => String(pitches));
  t.deepEqual(all.toSorted(), pieces.map(({ pitches }) => String(pitches)).toSorted(), 'every note as it was, in all three forms');
  for (const words of [
    /^left out y-higher\.mid: it is the same music as hymn-0\.mid$/,
    /^left out z-duet\.mid: it has 2 voices \(soprano, bass\), not four voices$/,
    /^left out z-short\.mid: it has 2 bars; four are needed$/,
    /^left out z-five\.mid: it has more than four voices: \d+ of its 64 eighth notes hold five or more$/,
    /^left out z-broken\.mid: .*not a usable MIDI file/,
  ])
    t.is(said.filter((line) => words.test(line)).length, 1, `${words}\n${said.join('\n')}`);
  t.regex(own.credit!.data, /^\d pieces of the folder advect-music-\w+ \(5 files left out\)$/);

  const renamed = await mkdtemp(join(tmpdir(), 'advect-music-'));
  t.teardown(() => rm(renamed, { recursive: true, force: true }));
  await Promise.all(pieces.map((score, i) => writeFile(join(renamed, `${9 - i}.mid`), writePiece('x.mid', pieceOf(score)))));
  const again = await openChorales({ data: renamed, note: () => undefined, signal });
  t.deepEqual(again.valid, own.valid, 'whatever the files are called');
  t.deepEqual(again.test, own.test);
});

test('a folder of beats: other metres and files without drums are left out, styles are read from paths', async (t) => {
  const { folder } = t.context;
  await mkdir(join(folder, 'funk'));
  const beats = madeGrooves(6).map((groove) => pieceOfGroove(groove, { tempo: 95, title: '' }));
  const put = (name: string, piece: Piece): Promise<void> => writeFile(join(folder, name), writePiece(name, piece));
  await Promise.all(beats.map((beat, i) => put(`${i % 2 ? 'funk/' : ''}beat ${i}.mid`, beat)));
  await put('y-copy.mid', beats[0]);
  await put('z-waltz.mid', { ...beats[1], metre: { beats: 3, beatType: 4 } });
  await put('z-hymn.mid', pieceOf(pieces[0]));
  const said: string[] = [];
  const own = await openGrooves({ data: folder, note: (line) => said.push(line), signal });
  const windows = [...own.train, ...own.valid, ...own.test];
  t.is(windows.length, 6);
  t.true(
    windows.every(({ style, from, tempo }) => style === (from.startsWith('funk/') ? 'funk' : undefined) && Math.abs(tempo - 95) < 0.01),
  );
  t.true(own.valid.length === 1 && own.test.length === 1);
  t.is(said.filter((line) => /^left out y-copy\.mid: it is the same music as beat 0\.mid$/.test(line)).length, 1, said.join('\n'));
  t.is(said.filter((line) => /^left out z-waltz\.mid: its metre is 3\/4$/.test(line)).length, 1);
  t.is(said.filter((line) => /^left out z-hymn\.mid: the piece has no drums$/.test(line)).length, 1);
});

test('too few pieces, and no files of notes at all, are said', async (t) => {
  const { folder } = t.context;
  const open = () => openChorales({ data: folder, note: () => undefined, signal });
  const none = await t.throwsAsync(open, { instanceOf: AdvectError, code: 'not-found' });
  t.regex(none.message, /nor any MIDI, ABC or MusicXML file/);
  await writeFile(join(folder, 'a.mid'), writePiece('a.mid', pieceOf(pieces[0])));
  await writeFile(join(folder, 'b.mid'), 'no music');
  await t.throwsAsync(open, { code: 'invalid-file', message: 'only 1 of 2 files can be learned from' });
});

async function run(...argv: string[]): Promise<{ code: number; out: string; err: string }> {
  let [out, err] = ['', ''];
  const code = await runProgram(program, {
    argv,
    env: { HOME: '/nonexistent' },
    stdout: { write: (text: string) => void (out += text) },
    stderr: { write: (text: string) => void (err += text) },
  });
  return { code, out, err };
}

test.serial('train --data FOLDER --from MODEL goes on from its weights; the card says from what, and from which pieces', async (t) => {
  const { folder } = t.context;
  const [own, base, out] = ['own', 'base', 'mine'].map((name) => join(folder, name));
  await mkdir(own);
  await hymns(own);
  const flow = choraleFlow({ width: 8, layers: 1, told: true, seed: 3 });
  await mkdir(base);
  for (const [name, bytes] of await saveModel(flow, { name: 'base', description: '', application: { kind: 'chorales' } }))
    await writeFile(join(base, name), bytes);
  const rate = ['--learning-rate', '1e-7', '--weight-decay', '0', '--steps', '2', '--batch', '2'];
  const trained = await run('train', '--data', own, '--from', base, ...rate, '--measure', '1', '--out', out);
  t.is(trained.code, 0, trained.err);
  t.regex(trained.err, /left out z-duet\.mid/);
  t.regex(trained.err, /3 chorales to learn from, 1 to watch, 1 to measure with/);
  const { parameters, ...loaded } = await loadModel(await readModelFolder(out));
  t.true(isTold({ parameters, ...loaded }));
  for (const [name, { data }] of Object.entries(parameters)) {
    const far = data.reduce((most, weight, i) => Math.max(most, Math.abs(weight - flow.parameters[name].data[i])), 0);
    t.true(far < 1e-6, `${name} has moved by ${far}`);
  }
  t.true(Object.entries(parameters).some(([name, { data }]) => data.some((weight, i) => weight !== flow.parameters[name].data[i])));
  const card = await readFile(join(out, 'MODEL_CARD.md'), 'utf8');
  t.regex(card, /pieces of the folder own \(5 files left out\)/);
  t.notRegex(card, /Moray Allan|NaN/);
  t.regex(card, / --from base --data own /);
  t.false(card.includes(folder), 'a place on the machine is handed on');
  t.false((await readFile(join(out, 'model.json'), 'utf8')).includes(folder));
  t.notRegex(card, /--width/);

  for (const [argv, code, message] of [
    [['train', '--from', base, '--width', '8'], 2, /--width would change nothing: the net is that of/],
    [['train', 'grooves', '--from', base, '--data', own], 1, /does not make grooves/],
    [['train', '--from', 'nowhere'], 1, /no model 'nowhere'/],
  ] as const) {
    const result = await run(...argv);
    t.is(result.code, code, result.err);
    t.regex(result.err, message);
  }
});
