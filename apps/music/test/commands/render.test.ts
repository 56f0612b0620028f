import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mismatch } from '@advect/testkit';
import anyTest, { type TestFn } from 'ava';
import { pieceOfScore } from '#src/codec/score-piece.js';
import { readPiece, writePiece } from '#src/codec/piece-file.js';
import { readWav } from '#src/codec/wav.js';
import { sliceScore } from '#src/score.js';
import { chorale } from '../fixtures/chorales.js';
import { rhythm } from '../codec/pieces.js';
import { run as runProgram } from '../fixtures/run.js';
import { wavMismatch } from '../fixtures/sound-mismatch.js';

const test = anyTest as TestFn<{ folder: string; tune: string }>;
const piece = pieceOfScore(sliceScore(chorale, 0, 8), {
  tempo: 90,
  key: { tonic: 10, mode: 'major' },
  program: 19,
  title: 'Chorale',
  settings: { app: 'advect-music', seed: 3 },
});

test.beforeEach(async (t) => {
  t.context.folder = await mkdtemp(join(tmpdir(), 'advect-music-'));
  t.context.tune = join(t.context.folder, 'tune.mid');
  await writeFile(t.context.tune, writePiece('tune.mid', piece));
});
test.afterEach.always((t) => rm(t.context.folder, { recursive: true, force: true }));

const run = (...argv: string[]) => runProgram(argv);

test('a piece sounds as its file says; options change it, and --like takes them from the sound', async (t) => {
  const at = (name: string): string => join(t.context.folder, name);
  t.is((await run('render', t.context.tune)).code, 0);
  const plain = await readFile(at('tune.wav'));
  t.is((await run('render', t.context.tune, '--voice', 'organ', '-o', at('organ.wav'))).code, 0);
  t.is(wavMismatch(await readFile(at('organ.wav')), plain), undefined, 'its program is an organ');

  const options = [
    '--voice',
    'choir,choir,pluck,bass',
    '--tempo',
    '120',
    '--transpose',
    '-2',
    '--mute',
    'alto',
    '--humanise',
    '0.4',
    '--seed',
    '5',
  ];
  t.is((await run('render', t.context.tune, ...options, '-o', at('a.wav'))).code, 0);
  const changed = await readFile(at('a.wav'));
  const { sound, comment } = readWav(changed);
  t.true(sound.channels[0].length < readWav(plain).sound.channels[0].length, 'faster');
  t.like(JSON.parse(comment!), { app: 'advect-music', seed: 3, rendering: { tempo: 120, transpose: -2, mute: ['alto'], seed: 5 } });
  const like = await run('render', t.context.tune, '--like', at('a.wav'), '-o', at('b.wav'));
  t.is(like.code, 0, like.err);
  t.is(mismatch(await readFile(at('b.wav')), changed), undefined);
});

test('a piece is written as ABC and MusicXML, read again, and sounds the same', async (t) => {
  const at = (name: string): string => join(t.context.folder, name);
  for (const kind of ['abc', 'musicxml']) {
    const made = await run('render', t.context.tune, '--format', kind, '--transpose', '2');
    t.is(made.code, 0, made.err);
    t.regex(made.err, /tempo at the beginning is written; it changes 3 times/);
    const { piece: back } = await readPiece(at(`tune.${kind}`), await readFile(at(`tune.${kind}`)));
    t.deepEqual(
      rhythm(back),
      rhythm(piece).map(([start, length, pitch]) => [start, length, pitch + 2]),
    );
    const sound = await run('render', at(`tune.${kind}`), '-o', at(`${kind}.wav`), '--json');
    t.is(sound.code, 0, sound.err);
    t.like(JSON.parse(sound.out), { parts: 4 });
  }
});

test('info says what a file of notes holds, in any form', async (t) => {
  const at = (name: string): string => join(t.context.folder, name);
  const notes = piece.parts.reduce((sum, part) => sum + part.notes.length, 0);
  for (const kind of ['mid', 'abc', 'musicxml']) {
    await writeFile(at(`a.${kind}`), writePiece(`a.${kind}`, piece));
    const { out, err, code } = await run('info', at(`a.${kind}`), '--json');
    t.is(code, 0, err);
    t.like(JSON.parse(out), {
      title: 'Chorale',
      parts: '4 (Soprano, Alto, Tenor, Bass)',
      notes,
      metre: '4/4',
      seed: 3,
      app: 'advect-music',
    });
    t.is((JSON.parse(out) as { signature: string }).signature, '2 flats, major');
  }
});

test('the notes go to standard output as they would to a file', async (t) => {
  const { out, code } = await run('render', t.context.tune, '--format', 'abc', '-o', '-');
  t.is(code, 0);
  t.is(out, new TextDecoder().decode(writePiece('a.abc', (await readPiece('a.mid', await readFile(t.context.tune))).piece)));
});

test('mistakes are said, with a way out', async (t) => {
  const at = (name: string): string => join(t.context.folder, name);
  await writeFile(at('picture.png'), Uint8Array.of(0x89, 0x50));
  await writeFile(at('broken.abc'), 'hello');
  const cases: [string[], number, RegExp][] = [
    [['info', at('broken.abc')], 1, /cannot be read|no tune|ABC/],
    [['render', at('picture.png')], 1, /neither MIDI, ABC nor MusicXML/],
    [['render', t.context.tune, '--voice', 'chior'], 2, /Did you mean 'choir'/],
    [['render', t.context.tune, '--solo', 'flute'], 2, /no part[\s\S]*1 Soprano, 2 Alto, 3 Tenor, 4 Bass/],
    [['render', t.context.tune, '--mute', '1,2,3,4'], 1, /nothing of .* is left to hear/],
    [['render', t.context.tune, '-o', at('tune.mp3')], 2, /End it in \.wav/],
    [['render', t.context.tune, '--soundfont', t.context.tune], 1, /the sound font cannot be read/],
    [['render', t.context.tune, '--tempo', '2'], 2, /from 5 to 1000/],
  ];
  for (const [argv, code, message] of cases) {
    const result = await run(...argv);
    t.is(result.code, code, `${argv.join(' ')}: ${result.err}`);
    t.regex(result.err, message);
  }
});
