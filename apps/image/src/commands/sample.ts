import { choice, type CommandContext, defineCommand, flag, terminalPicture } from '@advect/node';
import type { Report } from '@advect/core';
import { fileIn, outputOptions, readOutput, refuseQuality, refuseTaken, writeResult } from '../files/output.js';
import { stillFormats } from '../format/formats.js';
import type { Picture } from '../layout/picture.js';
import { seriesSheet } from '../layout/series.js';
import type { Cell } from '../model/cells.js';
import { enlargement, scaleOption } from './enlarging.js';
import { titlesOf } from './labels.js';
import { plan } from './plan.js';
import { type Drawing, drawingOptions, prepareDrawing } from './prepare.js';

const options = {
  ...drawingOptions,
  ...outputOptions(stillFormats, 'pictures.png'),
  scale: scaleOption,
  style: choice(['smooth', 'sharp'], {
    description: 'how to enlarge: smooth interpolates, sharp repeats pixels',
    defaultText: 'smooth on a sheet; sharp for a single picture, which score then reads exactly',
  }),
  bits: flag({
    description: 'measure bits/dim of each picture under the bare model given its class, with one draw of noise: under it, and in its file',
  }),
  show: flag({ description: 'show the pictures as text also where the output is no terminal' }),
};

export const sample = defineCommand({
  name: 'sample',
  summary: 'Generate pictures.',
  details:
    'Item i of a series depends on the seed, its class and i alone: --index i makes it again. Files carry seed, settings and\n' +
    'model: info FILE shows them, sample --like FILE makes the file again. Ctrl-C keeps the pictures that are finished.',
  options,
  examples: [
    ['sample --seed 7', 'sixteen pictures on a sheet, pictures.png'],
    ['sample --label 3 --count 20 --out threes/', 'twenty threes, a sheet and single files'],
    ['sample --seed 7 --index 12 --out one.webp', 'item 12 of the first series alone'],
    ['sample --like pictures.png --temperature 0.8 --out calmer.png', 'the same pictures again, but for one setting'],
  ],
  run: runSample,
});

type Context = CommandContext<typeof options>;
type O = Context['options'];

/** A picture of the series, and its bits/dim where they were asked for. */
interface Item {
  readonly picture: Picture;
  readonly bitsPerDim?: number;
}

async function runSample(context: Context): Promise<void> {
  const { note, print, json, terminal, signal } = context;
  const drawing = await prepareDrawing(context, 'sample', options);
  const { o, model, labels, start, count, draw } = drawing;
  const output = await readOutput(o, stillFormats);
  refuseQuality(output.format, o.quality);
  const name = (index: number): string => `${model.name}-${draw.seed}-${index}`;
  const sheetFile = fileIn(output, count === 1 ? name(start) : `${model.name}-${draw.seed}`);
  const apart = output.to === 'folder' && count > 1;
  const singles = apart ? Array.from({ length: count }, (_, i) => fileIn(output, name(start + i))) : [];
  await refuseTaken(output, [sheetFile, ...singles], o.force);
  if (o.dryRun) return print(plan(drawing.settings(start, count, furtherOf(o)), [sheetFile, ...singles], json));

  const titles = titlesOf(labels, start);
  const scale = enlargement(o.scale, model.form);
  const put = async (file: string, items: readonly Item[], first: number, report: Report): Promise<void> => {
    const { encodePicture, enlarge } = await import('../codec/encode.js');
    const style = o.style ?? (items.length === 1 ? 'sharp' : 'smooth');
    const large = await Promise.all(items.map(({ picture }) => enlarge(picture, scale, style)));
    const made = drawing.settings(first, items.length, furtherOf(o), report);
    const settings = items.length === 1 && items[0].bitsPerDim !== undefined ? { ...made, bitsPerDim: items[0].bitsPerDim } : made;
    const captions = o.bits ? items.map(({ bitsPerDim }) => bitsPerDim?.toFixed(2) ?? '-') : [];
    const sheet = seriesSheet(large, titles, captions);
    const bytes = await encodePicture(sheet, output.format, { settings: o.noMetadata ? undefined : settings, quality: o.quality });
    await writeResult(output, file, bytes, { write: context.write, force: o.force });
    if (json && output.to !== 'stdout') print(JSON.stringify({ ...settings, file }));
  };

  note(`${model.name}: ${count === 1 ? 'one picture' : `${count} pictures`}, seed ${draw.seed}`);
  const items: Item[] = [];
  let report: Report | undefined;
  const finish = async (): Promise<void> => {
    if (items.length === 0) return;
    await put(sheetFile, items, start, report!);
    if (output.to === 'stdout' || json) return;
    const pictures = items.map(({ picture }) => picture);
    if (terminal.interactive || o.show) print(terminalPicture(seriesSheet(pictures, titles), terminal));
    if (o.bits) for (const line of bitLines(items, titles, start)) print(line);
    print(sheetFile);
  };
  try {
    for await (const batch of batches(context, drawing)) {
      report = batch.report;
      for (const item of batch.items) {
        if (apart) await put(singles[items.length], [item], start + items.length, report);
        items.push(item);
      }
    }
  } catch (thrown) {
    if (!signal.aborted) throw thrown;
    await finish();
    if (items.length > 0) note(`interrupted: ${items.length} of ${count} pictures are kept`);
    throw thrown;
  }
  await finish();
  if (apart) note(`and ${count} single pictures in ${output.path}`);
}

const furtherOf = ({ scale, style, quality, bits }: O) => ({ scale, style, quality, bits });

/** The items a few at a time, each with its bits/dim where they are asked for. */
async function* batches({ progress, signal }: Context, { o, model, labels, draw, start, count, solver }: Drawing<O>) {
  const [{ flowOf }, { drawInBatches }, { bitsOfCells }] = await Promise.all([
    import('../model/flow-of.js'),
    import('./draw-in-batches.js'),
    import('../model/cells.js'),
  ]);
  const flow = await flowOf(model);
  const wanted = Array.from({ length: count }, (_, i) => labels[(start + i) % labels.length].label);
  let done = 0;
  for await (const { pictures, report } of drawInBatches(flow, model.form, wanted, draw, progress)) {
    const { guidance, temperature, seed, executor } = draw;
    const cells = pictures.map((_, i): Cell => ({
      ...solver,
      guidance,
      temperature,
      seed,
      index: start + done + i,
      label: wanted[done + i],
    }));
    const bits = o.bits ? await bitsOfCells(flow, model.form, cells, pictures, { executor, signal }) : [];
    done += pictures.length;
    yield { report, items: pictures.map((picture, i): Item => ({ picture, ...(bits[i] !== undefined && { bitsPerDim: bits[i] }) })) };
  }
}

const bitLines = (items: readonly Item[], titles: readonly string[], start: number): string[] =>
  items.map(
    ({ bitsPerDim }, i) =>
      `item ${start + i}  ${titles[i % titles.length]}  ${bitsPerDim === undefined ? 'between classes' : `${bitsPerDim.toFixed(3)} bits/dim`}`,
  );
