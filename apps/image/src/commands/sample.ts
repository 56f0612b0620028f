import { choice, type CommandContext, defineCommand, flag, numeric, terminalPicture } from '@advect/node';
import type { Report } from '@advect/core';
import { fileIn, outputOptions, readOutput, refuseQuality, refuseTaken, writeResult } from '../files/output.js';
import { stillFormats } from '../format/formats.js';
import type { Picture } from '../layout/picture.js';
import { seriesSheet } from '../layout/series.js';
import type { NamedLabel } from './labels.js';
import { plan } from './plan.js';
import { drawingOptions, prepareDrawing } from './prepare.js';

const options = {
  ...drawingOptions,
  ...outputOptions(stillFormats, 'pictures.png'),
  scale: numeric({ description: 'enlarge by this whole number', integer: true, min: 1, max: 64, defaultText: 'to 64 pixels' }),
  style: choice(['smooth', 'sharp'], {
    description: 'how to enlarge: smooth interpolates, sharp repeats pixels',
    defaultText: 'smooth on a sheet; sharp for a single picture, which score then reads exactly',
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

async function runSample(context: CommandContext<typeof options>): Promise<void> {
  const { note, print, json, terminal, signal, progress } = context;
  const drawing = await prepareDrawing(context, 'sample', options);
  const { o, model, labels, start, count, draw } = drawing;
  const output = await readOutput(o, stillFormats);
  const further = { scale: o.scale, style: o.style, quality: o.quality };
  const scale = o.scale ?? Math.max(1, Math.round(64 / model.form.size));
  const labelOf = (index: number): NamedLabel => labels[index % labels.length];
  const titles = labels.map((_, i) => labelOf(start + i).name.replace(/^none$/, ''));

  const name = (index: number): string => `${model.name}-${draw.seed}-${index}`;
  const sheetFile = fileIn(output, count === 1 ? name(start) : `${model.name}-${draw.seed}`);
  const apart = output.to === 'folder' && count > 1;
  const singles = apart ? Array.from({ length: count }, (_, i) => fileIn(output, name(start + i))) : [];
  await refuseTaken(output, [sheetFile, ...singles], o.force);
  refuseQuality(output.format, o.quality);
  if (o.dryRun) return print(plan(drawing.settings(start, count, further), [sheetFile, ...singles], json));

  const written: string[] = [];
  const put = async (file: string, pictures: readonly Picture[], first: number, report: Report): Promise<void> => {
    const { encodePicture, enlarge } = await import('../codec/encode.js');
    const style = o.style ?? (pictures.length === 1 ? 'sharp' : 'smooth');
    const large = await Promise.all(pictures.map((picture) => enlarge(picture, scale, style)));
    const settings = o.noMetadata ? undefined : drawing.settings(first, pictures.length, further, report);
    const bytes = await encodePicture(seriesSheet(large, titles), output.format, { settings, quality: o.quality });
    await writeResult(output, file, bytes, { write: context.write, force: o.force });
    written.push(file);
  };

  note(`${model.name}: ${count === 1 ? 'one picture' : `${count} pictures`}, seed ${draw.seed}`);
  const [{ flowOf }, { drawInBatches }] = await Promise.all([import('../model/flow-of.js'), import('./draw-in-batches.js')]);
  const pictures: Picture[] = [];
  let report: Report | undefined;
  const wanted = Array.from({ length: count }, (_, i) => labelOf(start + i).label);
  try {
    for await (const batch of drawInBatches(await flowOf(model), model.form, wanted, draw, progress)) {
      report = batch.report;
      for (const picture of batch.pictures) {
        if (apart) await put(singles[pictures.length], [picture], start + pictures.length, report);
        pictures.push(picture);
      }
    }
  } catch (thrown) {
    if (!signal.aborted || !report || pictures.length === 0) throw thrown;
    await put(sheetFile, pictures, start, report);
    note(`interrupted: ${pictures.length} of ${count} pictures are kept`);
    print(json ? JSON.stringify({ ...drawing.settings(start, pictures.length, further, report), files: written }) : sheetFile);
    throw thrown;
  }
  await put(sheetFile, pictures, start, report!);
  if (output.to === 'stdout') return;
  if (!json && (terminal.interactive || o.show)) print(terminalPicture(seriesSheet(pictures, titles), terminal));
  print(json ? JSON.stringify({ ...drawing.settings(start, count, further, report), files: [sheetFile, ...singles] }) : sheetFile);
  if (apart) note(`and ${count} single pictures in ${output.path}`);
}
