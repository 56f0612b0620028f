import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mismatch } from '@advect/testkit';
import anyTest, { type TestFn } from 'ava';
import { writePiece } from '#src/codec/piece-file.js';
import { pieceOfScore } from '#src/codec/score-piece.js';
import { readWav } from '#src/codec/wav.js';
import { sliceScore } from '#src/score.js';
import { chorale } from '../fixtures/chorales.js';
import { run, start } from '../fixtures/run.js';
import { wavMismatch } from '../fixtures/sound-mismatch.js';
import { writeTinyModel } from '../fixtures/tiny-model.js';

const test = anyTest as TestFn<{ folder: string; model: string; at: (name: string) => string }>;

const aMajor = { tonic: 9, mode: 'major' } as const;
const tune = pieceOfScore(sliceScore(chorale, 0, 32), { tempo: 70, key: aMajor, program: 52, title: 'Hymn', settings: { seed: 1 } });

test.beforeEach(async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'advect-music-'));
  const at = (name: string): string => join(folder, name);
  t.context = { folder, at, model: at('tiny') };
  await writeTinyModel(at('tiny'), { defaults: { best: 2, steps: 3, polish: 0.1 } });
  await writeFile(at('hymn.mid'), writePiece('hymn.mid', tune));
});
test.afterEach.always((t) => rm(t.context.folder, { recursive: true, force: true }));

test('--dry-run says what would be made, of what, where, and makes nothing', async (t) => {
  const { at, model, folder } = t.context;
  const before = await readdir(folder);
  const sure = ['-m', model, '--seed', '7', '--dry-run'];
  const plain = await run(['compose', ...sure, '--count', '2', '-o', at('a')]);
  t.is(plain.code, 0, plain.err);
  t.true(plain.out.startsWith(`would write ${['a-0.mid', 'a-0.wav', 'a-1.mid', 'a-1.wav'].map(at).join(', ')}\n`), plain.out);
  t.regex(plain.out, /^seed +7\n[^]*^temperature +0\.9\nsteps +3\n/m);
  const plans: [string[], object][] = [
    [['compose', ...sure, '--key', 'G', '-o', '-'], { seed: 7, key: 'G', best: 2, steps: 3, polish: 0.1, files: ['-'], dryRun: true }],
    [
      ['harmonise', at('hymn.mid'), ...sure, '-o', at('b.abc')],
      { keep: 'S', open: '96 of 128 eighth notes', files: [at('b.abc')], tempo: 70 },
    ],
    [['infill', at('hymn.mid'), '--bars', '2', ...sure, '-o', at('b')], { verb: 'infill', range: '2-2', method: 'told', bars: 4 }],
    [['continue', at('hymn.mid'), '--bars', '2', ...sure, '-o', at('b')], { verb: 'continue', bars: 6, key: 'A' }],
    [
      ['morph', at('hymn.mid'), at('hymn.mid'), '-n', '2', ...sure, '--format', 'mid', '-o', at('b')],
      { files: ['b-0', 'b-1', 'b'].map((b) => at(`${b}.mid`)) },
    ],
    [['render', at('hymn.mid'), '--solo', 'alto', '--dry-run'], { parts: 1, files: [at('hymn.wav')], tempo: undefined, hall: 1 }],
  ];
  for (const [argv, expected] of plans) {
    const made = await run([...argv, '--json']);
    t.is(made.code, 0, `${argv.join(' ')}: ${made.err}`);
    const said = JSON.parse(made.out) as object;
    t.deepEqual({ ...said, ...JSON.parse(JSON.stringify(expected)) }, said, argv.join(' '));
  }
  t.deepEqual(await readdir(folder), before);
  await writeFile(at('a.mid'), '');
  t.regex((await run(['compose', ...sure, '-o', at('a')])).err, /exists already/);
  t.is((await run(['compose', ...sure, '-o', at('a'), '--overwrite'])).code, 0);
});

test('--out - sends the bytes of the file to standard output, and nothing else', async (t) => {
  const { at, model } = t.context;
  for (const ending of ['mid', 'wav', 'abc', 'musicxml']) {
    const argv = ['compose', '-m', model, '--seed', '7', '--best', '1', '--steps', '2'];
    t.is((await run([...argv, '-o', at(`a.${ending}`)])).code, 0);
    const { code, bytes, err } = await run([...argv, '--format', ending, '--out', '-']);
    t.is(code, 0, err);
    t.is(mismatch(bytes, await readFile(at(`a.${ending}`))), undefined, ending);
  }
  const quick = ['-m', model, '--seed', '7', '--best', '1', '--steps', '2'];
  for (const argv of [
    ['harmonise', at('hymn.mid'), ...quick],
    ['morph', at('hymn.mid'), at('hymn.mid'), '-m', model, '-n', '2'],
  ]) {
    const { code, bytes, err } = await run([...argv, '-o', '-', '--json']);
    t.is(code, 0, err);
    t.is(String.fromCharCode(...bytes.subarray(0, 4)), 'MThd');
  }
  const refused: [string[], RegExp][] = [
    [['--count', '2', '-o', '-'], /takes one tune: choose it by --index/],
    [['--format', 'mid,wav', '-o', '-'], /takes one of them/],
  ];
  for (const [argv, expected] of refused) {
    const { code, err, out } = await run(['compose', ...quick, ...argv]);
    t.deepEqual([code, out], [2, ''], err);
    t.regex(err, expected);
  }
  t.regex((await run(['compose', ...quick, '-o', '-'], { terminal: true })).err, /would go to the terminal/);
});

test('--no-metadata leaves the settings out of every form, and the music is the same', async (t) => {
  const { at, model } = t.context;
  const make = (name: string, ...argv: string[]) =>
    run(['compose', '-m', model, '--seed', '7', '--best', '1', '--format', 'mid,wav,abc,musicxml', '-o', at(name), ...argv]);
  t.is((await make('a')).code, 0);
  t.is((await make('b', '--noMetadata')).code, 0);
  for (const ending of ['mid', 'wav', 'abc', 'musicxml']) {
    const [told, bare] = await Promise.all(['a', 'b'].map((name) => readFile(at(`${name}.${ending}`))));
    t.true(told.includes('"seed":7') || told.includes('&quot;seed&quot;:7'), ending);
    t.false(/seed|sha256|advect-music/.test(bare.toString('latin1')), ending);
    const info = await run(['info', at(`b.${ending}`), '--json']);
    t.is((JSON.parse(info.out) as Record<string, unknown>)['made by'], 'another program');
  }
  t.is(wavMismatch(await readFile(at('b.wav')), await readFile(at('a.wav'))), undefined);
  t.regex((await run(['compose', '-m', model, '--like', at('b.wav')])).err, /does not say how it was made/);
  t.is((await run(['render', at('a.mid'), '--no-metadata', '-o', at('c.wav')])).code, 0);
  t.is(readWav(await readFile(at('c.wav'))).comment, undefined);
});

test('what stands beside --like on the command line comes first', async (t) => {
  const { at, model } = t.context;
  t.is((await run(['compose', '-m', model, '--seed', '7', '--steps', '4', '-o', at('a.mid')])).code, 0);
  t.is((await run(['compose', '-m', model, '--like', at('a.mid'), '--temperature', '0.5', '--num', '2', '-o', at('b')])).code, 0);
  const { out } = await run(['info', at('b-1.mid'), '--json']);
  t.like(JSON.parse(out), { seed: 7, index: 1, steps: 4, best: 2, temperature: 0.5 });
  const quick = ['-m', model, '--best', '1', '--steps', '1', '--polish', '0'];
  for (const [verb, first, then, expected] of [
    ['harmonise', ['--keep', 'S'], ['--keep', 'B'], { keep: 'B' }],
    ['infill', ['--bars', '1-2', '--keep', 'S,B'], ['--bars', '3', '--keep', 'A'], { range: '3-3', keep: 'A' }],
    ['continue', ['--bars', '2'], ['--bars', '4'], { range: '4', bars: 8 }],
  ] as const) {
    const made = await run([verb, at('hymn.mid'), ...quick, ...first, '-o', at(`${verb}.mid`)]);
    t.is(made.code, 0, made.err);
    const asked = await run([verb, at('hymn.mid'), '-m', model, '--like', at(`${verb}.mid`), ...then, '--dry-run', '--json']);
    t.is(asked.code, 0, asked.err);
    t.like(JSON.parse(asked.out), expected, verb);
  }
  t.is((await run(['morph', at('hymn.mid'), at('hymn.mid'), '-m', model, '-n', '2', '-o', at('way.mid')])).code, 0);
  t.regex((await run(['compose', '-m', model, '--like', at('way.mid')])).err, /was made by morph[^]*morph takes no --like/);
});

test('Ctrl-C keeps the tunes that are finished', async (t) => {
  const { at, model, folder } = t.context;
  const long = ['compose', '-m', model, '--seed', '7', '--best', '8', '--steps', '8', '--count', '500', '--format', 'mid'];
  const stopped = await start([...long, '-o', at('a')], /a-1\.mid/);
  t.is(stopped.code, 130, stopped.err);
  const kept = Number(/interrupted: (\d+) of 500 tunes are kept/.exec(stopped.err)?.[1]);
  t.true(kept >= 2 && kept < 500, stopped.err);
  const files = (await readdir(folder)).filter((name) => name.startsWith('a-'));
  t.deepEqual(files.sort(), Array.from({ length: kept }, (_, i) => `a-${i}.mid`).sort());
  t.is((await run([...long.slice(0, -4), '--count', '1', '--index', '1', '-o', at('b.mid')])).code, 0);
  t.deepEqual(await readFile(at('b.mid')), await readFile(at('a-1.mid')));
});
