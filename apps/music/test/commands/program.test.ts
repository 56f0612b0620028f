import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mismatch } from '@advect/testkit';
import anyTest, { type TestFn } from 'ava';
import { readMidi } from '#src/codec/midi-read.js';
import { writeMidi } from '#src/codec/midi-write.js';
import { settingsOf } from '#src/codec/score-midi.js';
import { readWav } from '#src/codec/wav.js';
import { run, start } from '../fixtures/run.js';
import { wavMismatch } from '../fixtures/sound-mismatch.js';

const test = anyTest as TestFn<{ folder: string }>;
const data = fileURLToPath(new URL('../../../test/fixtures/chorales.json', import.meta.url));

test.beforeEach(async (t) => void (t.context.folder = await mkdtemp(join(tmpdir(), 'advect-music-'))));
test.afterEach.always((t) => rm(t.context.folder, { recursive: true, force: true }));

const tiny = (out: string): string[] => ['train', '--data', data, '--width', '4', '--layers', '1', '--batch', '2', '--out', out];

test('train and compose in processes of their own, info and render: the same files as in this one', async (t) => {
  const model = join(t.context.folder, 'tiny');
  // The last chord of the test chorale lies out of the model's range; that of the other one can be asked for.
  const { train, valid, test } = JSON.parse(await readFile(data, 'utf8')) as Record<string, unknown>;
  const own = join(t.context.folder, 'chorales.json');
  await writeFile(own, JSON.stringify({ train, valid: test, test: valid }));
  const trained = await start([...tiny(model), '--data', own, '--steps', '2', '--measure', '1', '--weights', 'float16']);
  t.is(trained.code, 0, trained.err);
  t.is(trained.out, `${model}\n`);
  const card = await readFile(join(model, 'MODEL_CARD.md'), 'utf8');
  t.regex(card, /advect-music train chorales --width 4 --layers 1 --masks 0.65 --at-start 0.1 --steps 2/);
  t.regex(card, /--seed 0 --weights float16/);
  t.regex(card, /\| harmonised \| 1 \|[^]*Framewise: \d/);
  const { weights } = JSON.parse(await readFile(join(model, 'model.json'), 'utf8')) as { weights: { dtype: string } };
  t.is(weights.dtype, 'float16');
  t.true(card.includes(' --data chorales.json'));
  t.regex(card, /states no licence/);
  t.regex(card, /\| test endings \| 1 \|/);
  t.regex(card, /\| test \|/);
  t.regex((await run(['info', model])).out, /data_licence +none stated/);

  const compose = ['compose', '-m', model, '--seed', '0', '--best', '2', '--steps', '3'];
  const [first, second] = [join(t.context.folder, 'a'), join(t.context.folder, 'b')];
  const made = await start([...compose, '--key', 'g', '-o', first]);
  t.is(made.code, 0, made.err);
  t.regex(made.out, /Chorale in G minor, 4 bars/);
  t.regex(made.out, /candidate \d of 2, chosen for this/);
  t.is((await run([...compose, '--key', 'g', '-o', second])).code, 0);
  for (const kind of ['mid', 'wav'])
    t.is(mismatch(await readFile(`${first}.${kind}`), await readFile(`${second}.${kind}`)), undefined, 'same seed, same bytes');
  const midi = readMidi(await readFile(`${first}.mid`));
  t.like(settingsOf(midi), { seed: 0, index: 0, key: 'g', best: 2, steps: 3 });
  t.like(
    midi.tracks[0].find((e) => e.kind === 'keySignature'),
    { fifths: -2, minor: true },
  );
  t.like(JSON.parse(readWav(await readFile(`${first}.wav`)).comment!), { seed: 0, instrument: 'choir' });
  t.regex((await run(['info', `${first}.wav`])).out, /^seed +0$/m);

  const again = await run(['compose', '-m', model, '--like', `${first}.wav`, '-o', join(t.context.folder, 'c')]);
  t.is(again.code, 0, again.err);
  t.deepEqual(await readFile(join(t.context.folder, 'c.mid')), await readFile(`${first}.mid`), 'made again from what the file says');
  const sound = join(t.context.folder, 'again.wav');
  t.is((await run(['render', `${first}.mid`, '-o', sound])).code, 0);
  t.is(wavMismatch(await readFile(sound), await readFile(`${first}.wav`)), undefined);
  const taken = await run(['render', `${first}.mid`, '-o', sound]);
  t.is(taken.code, 1);
  t.regex(taken.err, /exists already[\s\S]*--force/);
});

test('Ctrl-C while training writes a checkpoint and says how to go on, and it goes on', async (t) => {
  const model = join(t.context.folder, 'long');
  const stopped = await start([...tiny(model), '--steps', '100000'], /loss/);
  t.is(stopped.code, 130);
  const steps = (err: string): number => Number(/interrupted after (\d+) of 100000/.exec(err)?.[1]);
  t.true(steps(stopped.err) >= 1, stopped.err);
  const command = /Go on with: (train --resume .*)\n/.exec(stopped.err)?.[1];
  t.truthy(command);
  const checkpoint = `step-${String(steps(stopped.err)).padStart(8, '0')}`;
  t.true((await stat(`${model}.run/checkpoints/${checkpoint}/state.safetensors`)).size > 1000);
  const again = await start(command!.split(' '), /loss/);
  t.is(again.code, 130);
  t.true(steps(again.err) > steps(stopped.err));
});

test('mistakes are said with a way out and the right exit code', async (t) => {
  const { folder } = t.context;
  const broken = join(folder, 'broken.mid');
  await writeFile(broken, 'MThd and nothing else');
  const empty = join(folder, 'empty.mid');
  await writeFile(empty, '');
  const silent = join(folder, 'silent.mid');
  await writeFile(silent, writeMidi({ format: 1, ticksPerQuarter: 96, tracks: [[]] }));
  const cases: [string[], number, RegExp][] = [
    [['compose', '--sed', '3'], 2, /no option --sed[\s\S]*Did you mean --seed/],
    [['compose', '--bars', '5'], 2, /even number/],
    [['compose', '--key', 'H'], 2, /--key is 'H'[\s\S]*A to G/],
    [['compose', '--instrument', 'orgen'], 2, /Did you mean 'organ'/],
    [['compose', '--temperature', '9'], 2, /from 0 to 2/],
    [['compose', '-m', 'nowhere'], 1, /no model 'nowhere'/],
    [['rendr', 'a.mid'], 2, /Did you mean 'render'/],
    [['compose', '--like', silent], 1, /does not say how it was made/],
    [['render'], 2, /needs FILE: a .mid, .abc/],
    [['render', join(folder, 'none.mid')], 1, /does not exist/],
    [['render', broken], 1, /not a usable MIDI file[\s\S]*\.mid/],
    [['render', empty], 1, /the file is empty/],
    [['render', silent], 1, /no notes/],
    [['info', broken], 1, /not a usable MIDI file/],
    [['info', folder], 1, /no model\.json/],
    [['train', '--data', join(folder, 'nowhere')], 1, /the folder '.*nowhere' does not exist/],
    [['train', '--data', folder], 1, /left out broken\.mid[\s\S]*none of 3 files can be learned from/],
    [['train', '--data', data, '--out', folder], 1, /exists already/],
    [['train', '--data', 'groove-midi'], 2, /the name of a data set[\s\S]*learn from the JSB chorales/],
    [['train', 'grooves', '--at-start', '0.1'], 2, /--at-start has no meaning for grooves/],
    [['train', '--resume', folder, '--steps', '9'], 2, /--steps cannot be given with --resume/],
    [['train', '--resume', folder], 1, /is no run: it holds no config\.json/],
  ];
  for (const [argv, code, message] of cases) {
    const result = await run(argv);
    t.is(result.code, code, `${argv.join(' ')}: ${result.err}`);
    t.regex(result.err, message, argv.join(' '));
    t.is(result.out, '');
  }
});
