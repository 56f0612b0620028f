import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { AdvectError } from '@advect/core/errors';
import {
  choice,
  type CommandContext,
  defineCommand,
  flag,
  list,
  numeric,
  type Picture,
  refuseExisting,
  terminalPicture,
  text,
  writeFileAtomic,
} from '@advect/node';
import type { Origin } from '../codec/origin.js';
import { contactSheet, type SheetRow } from '../layout/contact-sheet.js';
import { readLabels } from './labels.js';
import { openModel } from '../model/open.js';
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
  style: choice(['smooth', 'sharp'], { description: 'how to enlarge: smooth interpolates, sharp repeats pixels', default: 'smooth' }),
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

/** One generated picture and its place in the series. */
interface Item {
  readonly index: number;
  readonly label: number;
  readonly picture: Picture;
}

async function runSample(context: CommandContext<typeof options>): Promise<void> {
  const { note, signal } = context;
  const like = context.options.like === undefined ? undefined : await optionsLike(context.options.like);
  const o = { ...context.options, ...like?.options };
  const model = await openModel(o.model);
  if (like && like.model.weights !== model.hash) throw otherModel(like.model.name);
  const labels = readLabels(o.label, model.form.classes);
  const { sheet, folder } = readOut(o.out);
  if (!o.force) await refuseExisting(sheet);
  const [{ flowOf }, { generate }, { encodePng, enlarge }] = await Promise.all([
    import('../model/flow-of.js'),
    import('../model/generate.js'),
    import('../codec/encode.js'),
  ]);
  const seed = o.seed ?? randomInt(2 ** 32);
  const indices = o.index === undefined ? Array.from({ length: labels.length * o.count }, (_, i) => i) : [o.index];
  const settings = { ...solverSettings(o), seed, temperature: o.temperature, signal };
  note(`${model.name}: ${indices.length === 1 ? 'one picture' : `${indices.length} pictures`}, seed ${seed}`);
  const pictures = await generate(await flowOf(model), model.form, indices, (index) => labels[index % labels.length], settings);
  const items = indices.map((index, i): Item => ({ index, label: labels[index % labels.length], picture: pictures[i] }));

  const origin = (given: readonly Item[]): Origin => ({
    program: context.program,
    model: { name: model.name, weights: model.hash },
    seed,
    items: given.length === 1 ? { index: given[0].index } : { count: given.length },
    labels: [...new Set(given.map((item) => nameOf(item.label)))],
    series: labels.map(nameOf),
    temperature: o.temperature,
    ...solverRecord(o),
  });
  const nameOf = (label: number): string => (label < 0 ? 'none' : model.form.classes[label]);
  const titleOf = (label: number): string => (label < 0 ? '' : model.form.classes[label]);
  const scale = o.scale ?? Math.max(1, Math.round(64 / model.form.size));
  const large = new Map<Item, Picture>();
  for (const item of items) large.set(item, await enlarge(item.picture, scale, o.style));

  const sheetOf = (pictureOf: (item: Item) => Picture): Picture =>
    items.length === 1 ? pictureOf(items[0]) : contactSheet(rowsOf(items, labels, titleOf, pictureOf));
  const files = new Map<string, Uint8Array>();
  files.set(
    sheet,
    await encodePng(
      sheetOf((item) => large.get(item)!),
      origin(items),
    ),
  );
  if (folder && items.length > 1) {
    for (const item of items) {
      const name = `${nameOf(item.label)}-${seed}-${item.index}.png`.replace(/[^\w.-]+/g, '_');
      files.set(join(folder, name), await encodePng(large.get(item)!, origin([item])));
    }
  }
  for (const [path, bytes] of files) await writeFileAtomic(path, bytes, { force: o.force });

  if (context.terminal.interactive || o.show) {
    const small = sheetOf((item) => item.picture);
    context.print(terminalPicture(small, context.terminal));
  }
  if (context.json) context.print(JSON.stringify({ ...origin(items), files: [...files.keys()] }));
  else for (const path of [...files.keys()].slice(0, 1)) context.print(path);
  if (files.size > 1) note(`and ${files.size - 1} single pictures in ${folder}`);
}

/** One row for each class, in the order in which they were asked for; pictures without a class fill rows of ten. */
function rowsOf(
  items: readonly Item[],
  labels: readonly number[],
  titleOf: (label: number) => string,
  pictureOf: (item: Item) => Picture,
): SheetRow[] {
  if (labels.length > 1) {
    return labels.map((label, row) => ({
      title: titleOf(label),
      pictures: items.filter((item) => item.index % labels.length === row).map(pictureOf),
    }));
  }
  const columns = Math.max(1, Math.ceil(Math.sqrt(items.length)));
  return Array.from({ length: Math.ceil(items.length / columns) }, (_, row) => ({
    title: '',
    pictures: items.slice(row * columns, (row + 1) * columns).map(pictureOf),
  }));
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
