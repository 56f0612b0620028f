import { AdvectError } from '@advect/base/errors';
import type { Manifest } from '@advect/core/io';
import { type CommandContext, defineCommand, flag, numeric, readLimited, terminalPicture, text, writeFileAtomic } from '@advect/node';
import { largestFile } from '../data/folder.js';
import type { PictureModel } from '../model/form.js';
import { openModel } from '../files/open.js';

const options = {
  heldOut: numeric({
    description: 'write held-out picture N of the included digits as a PNG (something to score)',
    integer: true,
    min: 0,
    max: 1796,
  }),
  out: text({ description: 'the file for it', short: 'o', placeholder: 'FILE.png' }),
  force: flag({ description: 'replace a file that exists' }),
};

export const info = defineCommand({
  name: 'info',
  summary: 'Say what a model is, or how a picture was made.',
  positionals: [
    {
      name: 'WHAT',
      description: 'a model by name, folder, address or npm:NAME, or a PNG from image sample (default: digits8)',
      required: false,
    },
  ],
  options,
  examples: [
    ['info', 'the model that comes with the app'],
    ['info pictures.png', 'seed, settings and model of a generated picture'],
    ['info --held-out 1000 --out digit.png', 'a real digit, for score'],
  ],
  run: runInfo,
});

async function runInfo(context: CommandContext<typeof options>): Promise<void> {
  const { options: o, positionals, print, json, signal } = context;
  if (o.heldOut !== undefined) return writeHeldOut(context, o.heldOut);
  const what = positionals[0] ?? 'digits8';
  if (/\.(png|jpe?g|webp|gif|avif|mp4)$/i.test(what)) {
    const { readSettings } = await import('../format/settings-in-file.js');
    const settings = await readSettings(await readLimited(what, largestFile), what);
    print(json ? JSON.stringify(settings) : table(Object.entries(settings).map(([name, value]) => [name, show(value)])));
    return;
  }
  const { manifest, application } = await openModel(what, signal);
  print(json ? JSON.stringify(manifest) : describe(manifest, application));
}

function describe(manifest: Manifest, { size, channels, levels, data }: PictureModel): string {
  const parameters = Object.values(manifest.parameters).reduce((sum, shape) => sum + shape.reduce((product, n) => product * n, 1), 0);
  const by = [data.by, data.doi && `doi:${data.doi}`].filter(Boolean).join(', ');
  return table([
    ['model', manifest.name],
    ['', manifest.description],
    ['pictures', `${size} × ${size}, ${channels === 1 ? 'grey' : 'colour'}, ${levels} levels`],
    ...(manifest.labels.length > 0 ? [['classes', manifest.labels.join(', ')] as const] : []),
    ['field', `${manifest.field.kind}, ${parameters.toLocaleString('en')} parameters (${(manifest.weights.bytes / 1e6).toFixed(2)} MB)`],
    ['data', `${data.title}${by ? ` (${by})` : ''}`],
    ['licence', data.licence],
    ['made with', show(manifest.training.command)],
    ...Object.entries(manifest.metrics).map(([name, figure]) => [name, String(Number(figure.toPrecision(5)))] as const),
    ['weights', `sha256 ${manifest.weights.sha256}`],
  ]);
}

async function writeHeldOut(context: CommandContext<typeof options>, index: number): Promise<void> {
  const { options: o, print, note, json, terminal } = context;
  if (o.out === undefined || !/\.png$/i.test(o.out)) {
    throw new AdvectError('invalid-option', '--held-out needs a file to write', 'Give --out FILE.png.');
  }
  const [{ optdigits }, { choosePictures }, { levelsToPicture }, { encodePng, enlarge }] = await Promise.all([
    import('../data/optdigits.js'),
    import('../data/picture-set.js'),
    import('../layout/levels.js'),
    import('../codec/encode.js'),
  ]);
  const set = await optdigits();
  const { pixels, labels } = choosePictures(set.test, [index]);
  const picture = levelsToPicture(pixels, set);
  await writeFileAtomic(o.out, await encodePng(await enlarge(picture, 8, 'sharp')), { force: o.force });
  note(`held-out picture ${index} of ${set.credit.title}, a ${set.classes[labels[0]]} (${set.credit.licence}, doi:${set.credit.doi})`);
  if (terminal.interactive && !json) print(terminalPicture(picture, terminal));
  print(json ? JSON.stringify({ file: o.out, class: set.classes[labels[0]] }) : o.out);
}

const show = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

function table(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join('\n');
}
