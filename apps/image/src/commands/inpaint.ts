import { randomInt } from 'node:crypto';
import type { Flow } from '@advect/core';
import { AdvectError } from '@advect/base/errors';
import { type CommandContext, defineCommand, numeric, readLimited, terminalPicture, text } from '@advect/node';
import { largestFile } from '../data/folder.js';
import type { Completions, InpaintSettings } from '../model/inpaint.js';
import { openModel } from '../files/open.js';
import { outputOptions } from '../files/output.js';
import { stillFormats } from '../format/formats.js';
import type { PictureSettings } from '../format/picture-settings.js';
import { modelOption } from './model-option.js';
import { readOneLabel } from './own-label.js';
import { plan } from './plan.js';
import { readingOptions, readPictures, refuseFailed } from './read-pictures.js';
import { record } from './record.js';
import { solverOptions } from './solver-options.js';
import { preparePictures, scaleOptions, writePictures } from './write-pictures.js';

const options = {
  model: modelOption,
  mask: text({ description: 'a picture that is light where FILE is to be made anew, dark where it stays', placeholder: 'M.png' }),
  box: text({ description: "what is to be made anew, in the model's pixels", placeholder: 'X,Y,W,H' }),
  label: text({
    description: "the class; 'none' for the model without a class",
    placeholder: 'CLASS',
    defaultText: 'inferred for each item',
  }),
  count: numeric({ description: 'completions', short: 'n', aliases: ['num'], integer: true, min: 1, max: 1000, default: 1 }),
  index: numeric({
    description: 'number of the first: item i depends on the seed and on i alone',
    integer: true,
    min: 0,
    max: 1e9,
    default: 0,
  }),
  seed: numeric({ description: 'where the noise comes from', short: 's', integer: true, min: 0, max: Number.MAX_SAFE_INTEGER - 1, defaultText: 'drawn, printed, and kept in the file' }), // prettier-ignore
  guidance: numeric({ description: 'scale of classifier-free guidance; 1 is the bare model', min: 0, max: 20, default: 1 }),
  steps: numeric({ description: 'steps from noise to picture', integer: true, min: 1, max: 10_000, default: 40 }),
  corrections: numeric({ description: 'at each step, rounds that bring what is new into accord with what is known', integer: true, min: 0, max: 1000, default: 5 }), // prettier-ignore
  executor: solverOptions.executor,
  ...readingOptions,
  ...scaleOptions,
  ...outputOptions(stillFormats, 'inpainted.png'),
};

export const inpaint = defineCommand({
  name: 'inpaint',
  summary: 'Make part of a picture anew, in accord with the rest.',
  details:
    'Pixels outside the mask or box stay exactly as they are. For models trained by flow matching, as image train does. More --corrections\n' +
    'cost time and fit better; --corrections 0 only puts the known pixels in. Without --label each item is completed without a class first,\n' +
    'and then under a class drawn by how probable it is. Ctrl-C keeps the completions that are finished.',
  positionals: [{ name: 'FILE', description: 'a picture', required: true }],
  options,
  examples: [
    ['inpaint digit.png --box 0,4,8,4 --count 9 --seed 1', 'nine other lower halves'],
    ['inpaint face.png --mask scratch.png --out mended.png', 'what is light in the mask'],
  ],
  run: runInpaint,
});

type Context = CommandContext<typeof options>;

async function runInpaint(context: Context): Promise<void> {
  const { options: o, positionals, note, print, json, quiet, terminal, progress, signal } = context;
  if ((o.mask === undefined) === (o.box === undefined)) {
    throw new AdvectError('invalid-option', 'what is to be made anew is not said, or twice', 'Give --mask M.png or --box X,Y,W,H.');
  }
  const model = await openModel(o.model, signal);
  const { form } = model;
  const label = o.label === undefined ? undefined : readOneLabel(o.label, '--label', form);
  const { outsideBox, completePicture } = await import('../model/inpaint.js');
  const known = o.box === undefined ? await readMask(o.mask!, form.size) : outsideBox(o.box.split(',').map(Number), form.size);
  const fresh = known.filter((v) => v === 0).length;
  if (fresh === 0) throw new AdvectError('invalid-option', `'${o.mask}' is dark everywhere`, 'Make light what is to be made anew.');
  const seed = o.seed ?? randomInt(2 ** 32);
  const indices = Array.from({ length: o.count }, (_, i) => o.index + i);
  const names = indices.map((i) => `${model.name}-inpaint-${seed}-${i}`);
  const output = await preparePictures(o, stillFormats, names);
  const read = await readPictures(positionals, form, o, context);
  if (read.files.length > 1) {
    throw new AdvectError('invalid-option', `'${positionals[0]}' holds ${read.files.length} pictures`, 'Give the file of one of them.');
  }
  const { guidance, steps, corrections, executor } = o;
  const settingsOf = (i: number | undefined, labels: readonly string[] | undefined): PictureSettings =>
    record(
      context,
      'inpaint',
      model,
      {
        seed,
        ...(i === undefined ? { count: labels?.length ?? o.count } : { index: indices[i] }),
        label: i === undefined ? labels : labels && [labels[i]],
        steps,
        guidance: guidance === 1 ? undefined : guidance,
        parent: read.hashes[0],
      },
      { corrections, mask: Array.from(known, (v) => 1 - v).join('') },
    );
  const one = o.count === 1 ? 0 : undefined;
  if (o.dryRun) return print(plan(settingsOf(one, label && indices.map(() => label.name)), output.files, json));
  const { flowOf } = await import('../model/flow-of.js');
  note(`${model.name}: ${fresh} of ${known.length} pixels made anew, ${o.count === 1 ? 'once' : `${o.count} times`}, seed ${seed}`);
  const settings = { seed, start: o.index, count: o.count, label: label?.label, guidance, steps, corrections, executor, signal };
  const labels: string[] = [];
  const pixels: Uint8Array[] = [];
  const written: string[] = [];
  let evaluations = 0;
  /** Writes the completions from one number on. */
  const put = async (from: number, levels: Uint8Array): Promise<void> => {
    const finished = { pixels: levels, form, names: names.slice(from, labels.length) };
    const target = { ...output, files: output.files.slice(from) };
    const files = await writePictures(context, target, finished, (i) => settingsOf(i === undefined ? undefined : from + i, labels));
    written.push(...files.written);
    progress.clear();
    if (output.to !== 'stdout' && !json && !quiet && terminal.interactive) print(terminalPicture(files.sheet, terminal));
  };
  let interrupted: unknown;
  try {
    const complete = (flow: Flow, part: InpaintSettings) => completePicture(flow, read.pictures.pixels, known, form, part);
    for await (const part of inBatches(context, settings, await flowOf(model), complete)) {
      const from = labels.length;
      for (const found of part.labels) labels.push(label?.name ?? (found < 0 ? 'none' : form.classes[found]));
      pixels.push(part.pixels);
      evaluations = Math.max(evaluations, part.report.evaluations);
      if (output.to === 'folder') await put(from, part.pixels);
    }
  } catch (thrown) {
    if (!signal.aborted || labels.length === 0) throw thrown;
    interrupted = thrown;
  }
  if (output.to !== 'folder') await put(0, new Uint8Array(Buffer.concat(pixels)));
  if (interrupted !== undefined) {
    note(`interrupted: ${labels.length} of ${o.count} completions are kept`);
    throw interrupted;
  }
  if (output.to !== 'stdout') print(json ? JSON.stringify({ seed, labels, evaluations, files: written }) : written.join('\n'));
  refuseFailed(read);
}

/** Completions solved at a time, so that one hears how far they are, and those which are finished can be kept. */
const atATime = 16;

/** The same completions as at once: each depends on the seed and its number alone. */
async function* inBatches(
  { progress }: Pick<Context, 'progress'>,
  settings: InpaintSettings,
  flow: Flow,
  complete: (flow: Flow, part: InpaintSettings) => Promise<Completions>,
): AsyncGenerator<Completions> {
  for (let done = 0; done < settings.count; done += atATime) {
    progress.update(done, settings.count, 'completing');
    yield await complete(flow, { ...settings, start: settings.start + done, count: Math.min(atATime, settings.count - done) });
  }
}

/** 1 where a mask is dark. */
async function readMask(path: string, size: number): Promise<Uint8Array> {
  const { decodePicture } = await import('../codec/decode.js');
  const { picture } = await decodePicture(await readLimited(path, largestFile), path, { size, channels: 1, fit: 'fill' });
  return Uint8Array.from(picture.data, (v) => Number(v < 128));
}
