// Runs alone: it starts processes and ends them.
import { execFile } from 'node:child_process';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { encodePng } from '#src/codec/encode.js';
import type { Pictures, PictureSet } from '#src/data/picture-set.js';
import { validationCount, withValidation } from '#src/model/validation.js';
import { cli, inFolder, run } from './command-line.js';

const small = ['--width', '8', '--depth', '1', '--batch', '16', '--measure', '10', '--seed', '3', '--sample-every', '0'];

interface Config {
  readonly command: string;
  readonly settings: { readonly data: string; readonly folder?: string; readonly validation?: number };
}
const configOf = async (out: string): Promise<Config> => JSON.parse(await readFile(`${out}.run/config.json`, 'utf8')) as Config;

/** Pictures of 4 × 4 pixels, each of one grey. */
async function greyPictures(folder: string, count: number): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (let i = 0; i < count; i++) {
    const data = new Uint8Array(16).fill(5 * i);
    await writeFile(join(folder, `${i}.png`), await encodePng({ width: 4, height: 4, channels: 1, data }));
  }
}

const numbered = (from: number, count: number): Pictures => ({
  count,
  pixels: Uint8Array.from({ length: count }, (_, i) => from + i),
  labels: Int32Array.from({ length: count }, (_, i) => (from + i) % 7),
});

test('pictures to watch are a twentieth of the training pictures, drawn by the seed, and none of them is learned or measures', (t) => {
  t.deepEqual([2, 10, 29, 31, 1000, 3823, 800_000].map(validationCount), [1, 1, 1, 2, 50, 100, 100]);
  const form = { size: 1, channels: 1, levels: 256, classes: [] } as const;
  const set: PictureSet = { ...form, name: 'n', credit: { title: 'n', licence: 'n' }, train: numbered(0, 200), test: numbered(200, 50) };
  const { train, validation, test } = withValidation(set, 10, 5);
  t.deepEqual(test, set.test);
  t.is(validation?.count, 10);
  t.deepEqual(
    [...train.pixels, ...validation!.pixels].sort((a, b) => a - b),
    [...set.train.pixels],
  );
  for (const { pixels, labels } of [train, validation!])
    t.deepEqual(
      [...labels],
      [...pixels].map((pixel) => pixel % 7),
    );
  t.deepEqual(withValidation(set, 10, 5).validation, validation);
  t.notDeepEqual(withValidation(set, 10, 6).validation, validation);
  t.throws(() => withValidation({ ...set, train: numbered(0, 1) }, 1, 0), {
    code: 'invalid-value',
    message: /of 1 training picture 1 cannot/,
  });
});

test('with --patience config.json and the card say which pictures were watched; without it none are set apart', (t) =>
  inFolder(async (folder) => {
    await greyPictures(join(folder, 'photos'), 50);
    const early = join(folder, 'early');
    const photos = ['--data', join(folder, 'photos'), '--size', '4', ...small];
    const stopped = await run('train', ...photos, '--steps', '6', '--validate-every', '3', '--patience', '2', '--out', early);
    t.is(stopped.code, 0, stopped.err);
    t.regex(stopped.err, /43 pictures to learn from, 2 to watch, 5 to measure with/);
    const { settings, command } = await configOf(early);
    t.is(settings.validation, 2);
    t.notRegex(command, /--validation /);
    const card = await readFile(join(early, 'MODEL_CARD.md'), 'utf8');
    t.regex(card, /When to stop was decided on other pictures: 2, set apart from the training pictures by the seed 3\./);
    t.regex(card, /--validate-every 3 --patience 2/);
    const manifest = JSON.parse(await readFile(join(early, 'model.json'), 'utf8')) as { training: object };
    t.like(manifest.training, { pictures: 43, 'validation pictures': '2, set apart from the training pictures by the seed 3' });

    const plain = join(folder, 'plain');
    const whole = await run('train', ...photos, '--steps', '2', '--validate-every', '0', '--out', plain);
    t.regex(whole.err, /45 pictures to learn from, 5 to measure with/);
    t.is((await configOf(plain)).settings.validation, undefined);
    t.notRegex(await readFile(join(plain, 'MODEL_CARD.md'), 'utf8'), /When to stop/);
  }));

test('a run of a folder goes on from anywhere, and says which folder is gone', (t) =>
  inFolder(async (folder) => {
    const [home, away] = [join(folder, 'home'), join(folder, 'away')];
    await mkdir(away);
    await greyPictures(join(home, 'photos'), 6);
    const inside = (cwd: string, ...argv: string[]) =>
      new Promise<string>((resolve) => {
        execFile(process.execPath, [cli, 'train', ...argv], { cwd }, (_, out, err) => resolve(out + err));
      });
    const begun = await inside(home, '--data', 'photos', '--size', '4', '--steps', '3', '--patience', '9', ...small, '--out', 'model');
    t.regex(begun, /4 pictures to learn from, 1 to watch, 1 to measure with/);
    const { settings, command } = await configOf(join(home, 'model'));
    t.like(settings, { data: 'photos', validation: 1 });
    t.regex(settings.folder!, /home.photos$/);
    t.true(command.startsWith('advect-image train --data photos --size 4 '), command);
    t.false((await readFile(join(home, 'model/MODEL_CARD.md'), 'utf8')).includes(folder), 'a card shows nobody the folders of a machine');

    await rename(join(home, 'model'), join(home, 'first'));
    t.regex(await inside(away, '--resume', '../home/model.run'), /4 pictures to learn from, 1 to watch[^]*home.model\n$/);
    t.deepEqual(await readFile(join(home, 'model/weights.safetensors')), await readFile(join(home, 'first/weights.safetensors')));

    await rename(join(home, 'photos'), join(home, 'moved'));
    await rename(join(home, 'model'), join(home, 'second'));
    const gone = await inside(away, '--resume', '../home/model.run');
    t.regex(gone, /home.photos' does not exist\n +The run learns from the pictures there \('photos' when it began\): put them back/);
  }));

test('the size and colour of a set that has its own are refused', async (t) => {
  const { code, err } = await run('train', '--data', 'optdigits', '--size', '8', '--colour');
  t.is(code, 2);
  t.regex(err, /--size and --colour would change nothing: the pictures of 'optdigits' have their own[^]*give a folder/);
});

test('pictures from 12 pixels on get a U-Net, and the model scores and is read again', (t) =>
  inFolder(async (folder) => {
    await greyPictures(join(folder, 'photos'), 20);
    const out = join(folder, 'model');
    const { code, err } = await run('train', '--data', join(folder, 'photos'), '--size', '12', ...small, '--steps', '3', '--out', out);
    t.is(code, 0, err);
    const manifest = JSON.parse(await readFile(join(out, 'model.json'), 'utf8'));
    t.is(manifest.field.kind, 'unet');
    t.deepEqual(manifest.field.event, [12, 12, 1]);
    t.deepEqual(
      manifest.transforms.map(({ kind }: { kind: string }) => kind),
      ['dequantise', 'quantile', 'affine'],
    );
    const scored = await run('score', join(folder, 'photos/0.png'), '--model', out, '--json');
    t.true(JSON.parse(scored.out).bitsPerDim > 0, scored.err);
    const half = join(folder, 'half');
    const again = await run(
      'train',
      '--data',
      join(folder, 'photos'),
      '--size',
      '12',
      ...small,
      '--steps',
      '3',
      '--weights',
      'float16',
      '--out',
      half,
    );
    t.is(again.code, 0, again.err);
    const kept = JSON.parse(await readFile(join(half, 'model.json'), 'utf8'));
    t.is(kept.weights.dtype, 'float16');
    t.true(kept.weights.bytes < 0.6 * manifest.weights.bytes);
    t.not(kept.metrics['test bits/dim'], undefined);
    const odd = await run('train', '--data', join(folder, 'photos'), '--size', '10', '--field', 'unet', '--out', join(folder, 'odd'));
    t.is(odd.code, 2);
    t.regex(odd.err, /cannot halve pictures of 10 × 10 pixels twice/);
  }));

test('a model goes on from another: along straight ways that it makes itself, or by likelihood, and says so', (t) =>
  inFolder(async (folder) => {
    await greyPictures(join(folder, 'photos'), 20);
    const common = ['--data', join(folder, 'photos'), '--size', '4', '--batch', '16', '--measure', '10', '--sample-every', '0'];
    const first = join(folder, 'first');
    t.is((await run('train', ...common, '--width', '8', '--depth', '1', '--steps', '3', '--out', first)).code, 0);
    const weightsOf = (model: string): Promise<Buffer> => readFile(join(model, 'weights.safetensors'));

    const go = (objective: string, out: string, ...more: string[]) =>
      run('train', ...common, '--from', first, '--objective', objective, '--steps', '2', ...more, '--out', join(folder, out));
    const straight = await go('reflow', 'straight', '--pairs', '30', '--checkpoint-every', '1');
    t.is(straight.code, 0, straight.err);
    t.regex(straight.err, /making pairs/);
    const card = await readFile(join(folder, 'straight/MODEL_CARD.md'), 'utf8');
    t.regex(card, /begun with \| .*first/);
    t.regex(card, /--objective reflow --pairs 30/);
    t.is((await go('reflow', 'again', '--pairs', '30')).code, 0);
    t.deepEqual(await weightsOf(join(folder, 'again')), await weightsOf(join(folder, 'straight')));

    t.is((await go('flow-matching', 'late', '--times', 'likelihood')).code, 0);
    t.regex(await readFile(join(folder, 'late/MODEL_CARD.md'), 'utf8'), /times drawn \| likelihood/);

    const likely = await go('likelihood', 'likely');
    t.is(likely.code, 0, likely.err);
    t.notDeepEqual(await weightsOf(join(folder, 'likely')), await weightsOf(first));

    const refused: [string[], RegExp][] = [
      [['--from', first, '--width', '8'], /--width would change nothing/],
      [['--objective', 'reflow'], /for a model that has learned already/],
      [['--pairs', '5'], /only reflow learns from pairs/],
      [['--guidance', '2'], /only the pairs of reflow are made under guidance/],
      [['--from', first, '--objective', 'reflow', '--guidance', '2'], /--guidance 2 would change nothing: the pictures have no classes/],
      [['--from', first, '--size', '6'], /are 4 × 4 × 1 .*these are 6 × 6 × 1/],
    ];
    for (const [argv, message] of refused) {
      const { code, err } = await run('train', ...common, ...argv, '--out', join(folder, 'none'));
      t.is(code, 2);
      t.regex(err, message);
    }
  }));
