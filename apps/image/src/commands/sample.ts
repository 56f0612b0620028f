import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { AdvectError } from '@advect/base/errors';
import {
  choice,
  type CommandContext,
  defineCommand,
  flag,
  list,
  numeric,
  refuseExisting,
  terminalPicture,
  text,
  writeFileAtomic,
} from '@advect/node';
import type { PictureSettings } from '../format/picture-settings.js';
import { type Item, type Series, seriesSheet } from '../layout/series.js';
import { readLabels } from './labels.js';
import { openModel } from '../files/open.js';
import { optionsLike } from './like.js';
import { modelOption } from './model-option.js';
import { solverOptions, solverRecord, solverSettings } from './solver-options.js';

const options = {
  model: modelOption,
  label: list({ description: "classes, one row each: names, ranges such as 2-5, 'all' or 'none'", default: 'all', placeholder: 'A,B' }),
  count: numeric({ description: 'pictures of each class', short: 'n', integer: true, min: 1, max: 1000, default: 8 }),
  index: numeric({ description: 'make only this item of the series, as it would be in the whole', integer: true, min: 0, max: 1e9 }),
  seed: numeric({
    description: 'where the noise comes from: the same seed gives the same pictures',
    short: 's',
    integer: true,
    min: 0,
    max: Number.MAX_SAFE_INTEGER,
    defaultText: 'drawn, printed, and kept in the file',
  }),
  like: text({ description: 'make the pictures of this file again: seed, classes and solver are taken from it', placeholder: 'FILE.png' }),
  temperature: numeric({ description: 'scale of the noise: below 1 more typical, less varied', min: 0, max: 2, default: 1 }),
  ...solverOptions(1e-3),
  out: text({
    description: 'a .png file for one sheet, or a folder for the sheet and each picture',
    short: 'o',
    placeholder: 'PATH',
    default: 'pictures.png',
  }),
  scale: numeric({ description: 'enlarge by this whole number', integer: true, min: 1, max: 64, defaultText: 'to 64 pixels' }),
  style: choice(['smooth', 'sharp'], {
    description: 'how to enlarge: smooth interpolates, sharp repeats pixels',
    defaultText: 'smooth on a sheet; sharp for a single picture, which score then reads exactly',
  }),
  force: flag({ description: 'replace files that exist' }),
  show: flag({ description: 'show the pictures as text also where the output is no terminal' }),
};

export const sample = defineCommand({
  name: 'sample',
  summary: 'Generate pictures.',
  details:
    'Item i of a series depends on the seed and on i alone: items go through the classes in turn, so that more pictures\n' +
    'of each class keep the earlier ones. A PNG carries seed, settings and model; image info FILE.png shows them.',
  options,
  examples: [
    ['sample --seed 7', 'eight of each digit on a sheet, pictures.png'],
    ['sample --label 3 --count 20 --out threes/', 'twenty threes, a sheet and single files'],
    ['sample --like pictures.png --style sharp --out again.png', 'the same pictures again'],
    ['sample --seed 7 --index 12 --out one.png', 'item 12 of the first series alone'],
  ],
  run: runSample,
});

async function runSample(context: CommandContext<typeof options>): Promise<void> {
  const { note, print, signal } = context;
  const like = context.options.like === undefined ? undefined : await optionsLike(context.options.like);
  const o = { ...context.options, ...like?.options };
  const model = await openModel(o.model, signal);
  if (like && like.model.sha256 !== model.hash) throw otherModel(like.model.name);
  const { form } = model;
  const labels = readLabels(o.label, form.classes);
  const { sheet, folder } = readOut(o.out);
  if (!o.force) await refuseExisting(sheet);
  const seed = o.seed ?? randomInt(2 ** 32);
  const indices = o.index === undefined ? Array.from({ length: labels.length * o.count }, (_, i) => i) : [o.index];

  const [{ flowOf }, { generate }] = await Promise.all([import('../model/flow-of.js'), import('../model/generate.js')]);
  note(`${model.name}: ${indices.length === 1 ? 'one picture' : `${indices.length} pictures`}, seed ${seed}`);
  const labelOf = (index: number): number => labels[index % labels.length];
  const settings = { ...solverSettings(o), seed, temperature: o.temperature, signal };
  const pictures = await generate(await flowOf(model), form, indices, labelOf, settings);
  const items = indices.map((index, i): Item => ({ index, label: labelOf(index), picture: pictures[i] }));

  const nameOf = (label: number): string => (label < 0 ? 'none' : form.classes[label]);
  const settingsOf = (given: readonly Item[]): PictureSettings => ({
    v: 1,
    app: 'advect-image',
    version: context.program.split(' ').at(-1)!,
    task: 'sample',
    model: { name: model.name, sha256: model.hash },
    seed,
    ...(given.length === 1 ? { index: given[0].index } : { count: given.length }),
    label: labels.map(nameOf),
    temperature: o.temperature,
    ...solverRecord(o),
  });
  const singles = folder === undefined || items.length === 1 ? [] : items;
  const fileOf = ({ label, index }: Item): string => `${nameOf(label)}-${seed}-${index}.png`.replace(/[^\w.-]+/g, '_');
  const series: Series = { items, labels, titles: labels.map((label) => (label < 0 ? '' : form.classes[label])) };
  const enlarging = { scale: o.scale ?? Math.max(1, Math.round(64 / form.size)), style: o.style };
  await writeFileAtomic(sheet, await seriesPng(series, settingsOf(items), enlarging), o);
  for (const item of singles) {
    const alone = { ...series, items: [item] };
    await writeFileAtomic(join(folder!, fileOf(item)), await seriesPng(alone, settingsOf([item]), enlarging), o);
  }

  if (!context.json && (context.terminal.interactive || o.show)) print(terminalPicture(seriesSheet(series), context.terminal));
  const files = [sheet, ...singles.map((item) => join(folder!, fileOf(item)))];
  print(context.json ? JSON.stringify({ ...settingsOf(items), files }) : sheet);
  if (singles.length > 0) note(`and ${singles.length} single pictures in ${folder}`);
}

/** A series as a PNG file that says how it was made: a sheet, or the picture alone where it is one. */
async function seriesPng(series: Series, made: PictureSettings, enlarging: { scale: number; style: 'smooth' | 'sharp' | undefined }) {
  const { encodePng, enlarge } = await import('../codec/encode.js');
  const style = enlarging.style ?? (series.items.length === 1 ? 'sharp' : 'smooth');
  const items = await Promise.all(
    series.items.map(async (item) => ({ ...item, picture: await enlarge(item.picture, enlarging.scale, style) })),
  );
  return encodePng(seriesSheet({ ...series, items }), made);
}

const otherModel = (name: string): AdvectError =>
  new AdvectError(
    'invalid-option',
    `that file was made by other weights, those of '${name}' at the time`,
    'Give --model with the model that made it.',
  );

function readOut(out: string): { sheet: string; folder: string | undefined } {
  if (/\.png$/i.test(out)) return { sheet: out, folder: undefined };
  if (/\.[a-z]{3,4}$/i.test(out)) {
    throw new AdvectError(
      'invalid-option',
      `--out is '${out}', and pictures are written as PNG`,
      'Give a name that ends in .png, or a folder.',
    );
  }
  return { sheet: join(out, 'sheet.png'), folder: out };
}
