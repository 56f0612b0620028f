import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { AdvectError } from '@advect/base/errors';
import type { Manifest } from '@advect/core/io';
import {
  type CommandContext,
  defineCommand,
  flag,
  numeric,
  readLimited,
  terminalPicture,
  text,
  textTable,
  writeFileAtomic,
} from '@advect/node';
import { largestFile } from '../data/folder.js';
import { formatOf } from '../format/formats.js';
import type { PictureModel } from '../model/form.js';
import { openModel } from '../files/open.js';
import { effectiveOptions, effectiveSettings } from './effective.js';
import { modelOption } from './model-option.js';
import { describeSettings } from './plan.js';

const options = {
  model: modelOption,
  effective: flag({ description: 'say what the shared settings are after all, and where each comes from' }),
  ...effectiveOptions,
  heldOut: numeric({
    description: 'write held-out picture N of the included digits as a PNG (something to score)',
    integer: true,
    min: 0,
    max: 1796,
  }),
  out: text({ description: 'the file for it', short: 'o', placeholder: 'FILE.png' }),
  force: flag({ description: 'replace a file that exists', aliases: ['overwrite'] }),
};

export const info = defineCommand({
  name: 'info',
  summary: 'Say what a model is, how a picture was made, or which settings hold.',
  details:
    'Settings come from the command line, else from the environment (ADVECT_IMAGE_STEPS=20), else from advect.config.json in the\n' +
    'current folder ({ "image": { "steps": 20 } }), else from the model, else they are built in; --effective shows which.',
  positionals: [
    {
      name: 'WHAT',
      description: 'a model by name, folder, address or npm:NAME, or a PNG, JPEG, WebP, GIF, AVIF or MP4 of this app (default: the model)',
      required: false,
    },
  ],
  options,
  examples: [
    ['info', 'the model that comes with the app'],
    ['info pictures.png', 'seed, settings and model of a generated picture'],
    ['info --effective', 'the settings that sample and its kin would take'],
    ['info --held-out 1000 --out digit.png', 'a real digit, for score'],
  ],
  run: runInfo,
});

async function runInfo(context: CommandContext<typeof options>): Promise<void> {
  const { options: o, positionals, given, print, json, signal } = context;
  if (o.heldOut !== undefined) return writeHeldOut(context, o.heldOut);
  const what = positionals[0] ?? o.model;
  if (await isPicture(what)) {
    const { readSettings } = await import('../format/settings-in-file.js');
    const settings = await readSettings(await readLimited(what, largestFile), what);
    return print(json ? JSON.stringify(settings) : describeSettings(settings));
  }
  const model = await openModel(what, signal);
  if (o.effective) {
    const sources = positionals.length > 0 ? { ...context.sources, model: 'the command line' } : context.sources;
    const settings = effectiveSettings({ options: o, given, sources }, model);
    return print(
      json
        ? JSON.stringify(settings)
        : textTable(settings.map(({ setting, value, source }) => [setting, String(value), source])).join('\n'),
    );
  }
  const stray = given.find((name) => Object.hasOwn(effectiveOptions, name));
  if (stray) throw new AdvectError('invalid-option', `--${stray} changes nothing about a model`, 'Give --effective with it.');
  print(json ? JSON.stringify(model.manifest) : describe(model.manifest, model.application));
}

/** Whether a path is to be read as a picture: any file but a model's, and what is named like one. */
async function isPicture(path: string): Promise<boolean> {
  if (/^(https?|file|npm):/i.test(path) || basename(path) === 'model.json') return false;
  if (formatOf(path) !== undefined) return true;
  return (await stat(path).catch(() => undefined))?.isFile() ?? false;
}

function describe(manifest: Manifest, { size, channels, levels, data }: PictureModel): string {
  const parameters = Object.values(manifest.parameters).reduce((sum, shape) => sum + shape.reduce((product, n) => product * n, 1), 0);
  const by = [data.by, data.doi && `doi:${data.doi}`].filter(Boolean).join(', ');
  return textTable([
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
  ]).join('\n');
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
