import { AdvectError } from '@advect/base/errors';
import { type CommandContext, defineCommand, flag, numeric, readLimited } from '@advect/node';
import { largestFile } from '../data/folder.js';
import type { PictureForm, Pictures } from '../data/picture-set.js';
import { percentileOf } from '../model/form.js';
import { openModel } from '../files/open.js';
import { modelOption } from './model-option.js';
import { solverSettings } from '../model/solver.js';
import { chooseSolver, solverOptions } from './solver-options.js';

const options = {
  model: modelOption,
  draws: numeric({
    description: 'draws of the dequantisation noise averaged for each picture',
    integer: true,
    min: 2,
    max: 1000,
    default: 4,
  }),
  seed: numeric({ description: 'seed of that noise', short: 's', integer: true, min: 0, max: Number.MAX_SAFE_INTEGER - 1000, default: 0 }),
  ...solverOptions,
  invert: flag({ description: 'for dark writing on light paper: exchange black and white first' }),
};

export const score = defineCommand({
  name: 'score',
  summary: 'Say how probable a picture is to a model.',
  details:
    'Prints bits/dim (the lower, the more usual the picture), its standard error, the share of held-out pictures that are\n' +
    'less usual, and the most probable class. Pictures are cut square and resized to what the model knows.',
  positionals: [{ name: 'FILE', description: 'PNG, JPEG or WebP pictures', required: true, many: true }],
  options,
  examples: [['score digit.png', 'with the digits that come with the app']],
  run: runScore,
});

async function runScore(context: CommandContext<typeof options>): Promise<void> {
  const { options: o, positionals, note, print, json, signal, progress } = context;
  const model = await openModel(o.model, signal);
  const { form, application, name } = model;
  const { pictures, files, failed } = await readPictures(context, form);
  const [{ flowOf }, { convention, pictureDensities }] = await Promise.all([import('../model/flow-of.js'), import('../model/density.js')]);
  const flow = await flowOf(model);
  const solver = solverSettings(chooseSolver(o, model.manifest.defaults, context.given));
  const settings = { ...solver, executor: o.executor, draws: o.draws, seed: o.seed, signal };
  const onProgress = (done: number, total: number): void => progress.update(done, total, 'scoring');
  const densities = await pictureDensities(flow, pictures, form, { ...settings, onProgress });
  const { bitsPerDim, standardError, classProbabilities: classes } = densities;

  const width = Math.max(...files.map((file) => file.length));
  files.forEach((file, i) => {
    const percentile = percentileOf(bitsPerDim[i], application.heldOut);
    const best = classes[i]?.reduce((top, p, c, all) => (p > all[top] ? c : top), 0);
    if (json) {
      const classed = best === undefined ? {} : { class: form.classes[best], probability: classes[i][best] };
      print(JSON.stringify({ file, bitsPerDim: bitsPerDim[i], standardError: standardError[i], percentile, ...classed }));
      return;
    }
    const figure = `${bitsPerDim[i].toFixed(3)} ± ${standardError[i].toFixed(3)} bits/dim`;
    const place = `more usual than ${Math.round(percentile)} % of held-out pictures`;
    const verdict = best === undefined ? '' : `  class ${form.classes[best]} (${percent(classes[i][best])})`;
    print(`${file.padEnd(width)}  ${figure}  ${place}${verdict}`);
  });
  note(`bits/dim under ${name}: ${convention(form, o.draws)}`);
  if (failed > 0) {
    throw new AdvectError('invalid-file', `${failed} of ${positionals.length} files could not be scored`, 'The reasons stand above.');
  }
}

/** The pictures of all files that can be read; the others are reported. With a single file its error is thrown. */
async function readPictures({ positionals, options: o, note }: CommandContext<typeof options>, form: PictureForm) {
  const { decodePicture } = await import('../codec/decode.js');
  const { invert, pictureToLevels } = await import('../layout/levels.js');
  const rows: Uint8Array[] = [];
  const files: string[] = [];
  for (const file of positionals) {
    try {
      const { picture, remarks } = await decodePicture(await readLimited(file, largestFile), file, form);
      for (const remark of remarks) note(`${file}: ${remark}`);
      rows.push(pictureToLevels(o.invert ? invert(picture) : picture, form.levels));
      files.push(file);
    } catch (thrown) {
      if (positionals.length === 1 || !(thrown instanceof AdvectError)) throw thrown;
      note(`left out ${file}: ${thrown.message}`);
    }
  }
  const failed = positionals.length - files.length;
  if (files.length === 0) throw new AdvectError('invalid-file', `none of the ${failed} files could be read`, 'The reasons stand above.');
  const pixels = new Uint8Array(rows.length * rows[0].length);
  rows.forEach((row, i) => pixels.set(row, i * row.length));
  const pictures: Pictures = { count: rows.length, pixels, labels: new Int32Array(rows.length).fill(-1) };
  return { pictures, files, failed };
}

const percent = (p: number): string => (p > 0.9995 ? '> 99.9 %' : `${(100 * p).toFixed(1)} %`);
