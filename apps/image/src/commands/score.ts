import { AdvectError } from '@advect/base/errors';
import { choice, type CommandContext, defineCommand, flag, numeric, terminalPicture, text, writeFileAtomic } from '@advect/node';
import { type PictureForm, pictureDim } from '../data/picture-set.js';
import { openModel } from '../files/open.js';
import { colourMaps } from '../layout/colour-maps.js';
import type { Picture } from '../layout/picture.js';
import type { PictureScore } from '../model/picture-scores.js';
import { byError, solverSettings } from '../model/solver.js';
import { modelOption } from './model-option.js';
import { readOneLabel } from './own-label.js';
import { readingOptions, readPictures, refuseFailed } from './read-pictures.js';
import { chooseSolver, ownSolverOptions } from './solver-options.js';

const options = {
  model: modelOption,
  label: text({ description: 'the density under this class alone', placeholder: 'CLASS', defaultText: 'that of all classes together' }),
  draws: numeric({
    description: 'draws of the dequantisation noise averaged for each picture',
    aliases: ['k'],
    integer: true,
    min: 2,
    max: 1000,
    defaultText: '4 up to 64 numbers, else 16',
  }),
  probes: numeric({
    description: "random probes of each draw's divergence",
    integer: true,
    min: 1,
    max: 1000,
    defaultText: 'none up to 64 numbers (exact), else one for each draw',
  }),
  seed: numeric({ description: 'seed of that noise', short: 's', integer: true, min: 0, max: Number.MAX_SAFE_INTEGER - 1000, default: 0 }),
  ...ownSolverOptions(byError),
  ...readingOptions,
  sort: flag({ description: 'the oddest first: by p-value, then by bits/dim' }),
  codeLength: flag({ description: "compare bits with those of the picture's file, of a PNG, and of all levels as they are" }),
  heatMap: text({ description: 'write where the bits are as a PNG, a picture a tile', placeholder: 'FILE.png' }),
  colours: choice(colourMaps, { description: 'colours of the heat map', default: 'viridis' }),
  force: flag({ description: 'replace a heat map that exists', aliases: ['overwrite'] }),
};

type Context = CommandContext<typeof options>;

export const score = defineCommand({
  name: 'score',
  summary: 'Say how probable pictures are to a model, and where they are odd.',
  details:
    'Prints bits/dim (the lower, the more probable), its standard error, the share of held-out pictures that are less probable, the most\n' +
    'probable class, and a p-value: the share of held-out pictures that lie as far from the typical ones. Likelihood alone does not tell\n' +
    "what is of another kind: simpler pictures may be more probable than the model's own (Nalisnick et al. 2019), which is why the\n" +
    'p-value looks on both sides. --json gives all tests. A heat map shows what each pixel adds; the pixels add up to the whole.',
  positionals: [{ name: 'FILE', description: 'pictures, folders or archives of them', required: true, many: true }],
  options,
  examples: [
    ['score digit.png', 'with the digits that come with the app'],
    ['score digits/ --sort', 'the odd one out comes first'],
    ['score digit.png --heat-map odd.png', 'which strokes are surprising'],
    ['score digit.png --code-length', 'against PNG'],
  ],
  run: runScore,
});

async function runScore(context: Context): Promise<void> {
  const { options: o, positionals, note, json, signal, progress, given } = context;
  if (o.heatMap !== undefined) await refuseHeatMap(o.heatMap, o.force);
  const model = await openModel(o.model, signal);
  const { form, application, name } = model;
  const solver = chooseSolver(o, byError, given);
  const label = o.label === undefined ? undefined : oneClass(o.label, form);
  const read = await readPictures(positionals, form, o, context);
  const [{ flowOf }, { scorePictures }, { convention, usualDivergence, usualDraws }] = await Promise.all([
    import('../model/flow-of.js'),
    import('../model/picture-scores.js'),
    import('../model/density.js'),
  ]);
  const flow = await flowOf(model);
  const draws = o.draws ?? usualDraws(form);
  const divergence = o.probes === undefined ? usualDivergence(form) : ({ divergence: 'rademacher', probes: o.probes } as const);
  const scores = await scorePictures(flow, read.pictures, form, application, {
    ...solverSettings(solver),
    ...divergence,
    executor: o.executor,
    draws,
    solverError: false,
    seed: o.seed,
    ...(label !== undefined && { label }),
    pixels: o.heatMap !== undefined,
    signal,
    onProgress: (done, total) => progress.update(done, total, 'scoring'),
  });
  progress.clear();
  const order = scores.map((_, i) => i);
  if (o.sort) order.sort((a, b) => oddness(scores[a]) - oddness(scores[b]) || scores[b].bitsPerDim - scores[a].bitsPerDim);
  const pngs = o.codeLength ? await pngBits(read.pictures.pixels, form) : [];
  const width = Math.max(...read.files.map((file) => file.length));
  for (const i of order) {
    const [file, found] = [read.files[i], scores[i]];
    const lengths = o.codeLength ? { model: found.code.model, tight: found.code.tight, png: pngs[i], file: 8 * read.sizes[i], raw: found.code.raw } : undefined; // prettier-ignore
    const { code: _code, pixels: _pixels, classProbabilities: _classes, ...figures } = found;
    if (json) {
      const best = found.class === undefined ? {} : { class: form.classes[found.class] };
      context.print(JSON.stringify({ file, ...figures, ...best, ...(lengths && { bits: lengths }) }));
      continue;
    }
    context.print(`${file.padEnd(width)}  ${inWords(found, form.classes)}`);
    if (lengths) context.print(`${''.padEnd(width)}  ${codeInWords(lengths)}`);
  }
  if (o.heatMap !== undefined) await writeHeatMap(context, o.heatMap, order.map((i) => scores[i].pixels!), form.size, order.map((i) => read.files[i])); // prettier-ignore
  const how = label === undefined ? convention(form, draws) : `under one class; uniform dequantisation of ${form.levels} levels, mean of ${draws} draws`; // prettier-ignore
  note(`bits/dim under ${name}: ${how}`);
  if (!application.typicality) note('this model keeps no held-out pictures to test against: no p-values');
  refuseFailed(read);
}

/** The number of a class, −1 of none. Throws `invalid-option` for a mix, which has no density of its own. */
function oneClass(given: string, form: PictureForm): number {
  const { label } = readOneLabel(given, '--label', form);
  if (typeof label === 'number') return label;
  throw new AdvectError(
    'invalid-option',
    `--label is '${given}', and a mix of classes has no density`,
    'Give one class, or leave --label out.',
  );
}

const oddness = ({ tests }: PictureScore): number => tests?.parts ?? 1;

function inWords(found: PictureScore, classes: readonly string[]): string {
  const figure = `${found.bitsPerDim.toFixed(3)} ± ${found.standardError.toFixed(3)} bits/dim`;
  const place = `more usual than ${Math.round(found.percentile)} % of held-out pictures`;
  const verdict = found.class === undefined ? '' : `  class ${classes[found.class]} (${percent(found.probability!)})`;
  const odd =
    found.tests === undefined
      ? ''
      : `  ${found.tests.parts < 0.01 ? 'of another kind' : 'of the same kind'} (p = ${found.tests.parts.toFixed(3)})`;
  return `${figure}  ${place}${verdict}${odd}`;
}

const percent = (p: number): string => (p > 0.9995 ? '> 99.9 %' : `${(100 * p).toFixed(1)} %`);

const codeInWords = (bits: { model: number; tight: number; png: number; file: number; raw: number }): string =>
  `${bits.model.toFixed(0)} bits by the model (${bits.tight.toFixed(0)} by its draws together), ` +
  `${bits.png} as a PNG's data, ${bits.file} in the file, ${bits.raw.toFixed(0)} as levels`;

/** Bits of the compressed data of each picture as a PNG, without its header and what it says of itself. */
async function pngBits(pixels: Uint8Array, form: PictureForm): Promise<number[]> {
  const [{ encodePng }, { levelsToPicture }, { pngDataBytes }] = await Promise.all([
    import('../codec/encode.js'),
    import('../layout/levels.js'),
    import('../format/png-data-bytes.js'),
  ]);
  const dim = pictureDim(form);
  return Promise.all(
    Array.from({ length: pixels.length / dim }, async (_, i) => 8 * pngDataBytes(await encodePng(levelsToPicture(pixels.subarray(i * dim, (i + 1) * dim), form)))), // prettier-ignore
  );
}

async function refuseHeatMap(path: string, force: boolean): Promise<void> {
  if (!/\.png$/i.test(path)) {
    throw new AdvectError('invalid-option', `--heat-map is '${path}', and heat maps are written as PNG`, 'End it in .png.');
  }
  const { refuseExisting } = await import('@advect/node');
  if (!force) await refuseExisting(path, 'Give another name, or --overwrite to replace it.');
}

async function writeHeatMap(
  context: Context,
  path: string,
  maps: readonly Float64Array[],
  size: number,
  files: readonly string[],
): Promise<void> {
  const { options: o, note, terminal, json, quiet, print } = context;
  const [{ heatMap, rangeOf }, { enlarge, encodePng }, { seriesSheet }] = await Promise.all([
    import('../layout/heat-map.js'),
    import('../codec/encode.js'),
    import('../layout/series.js'),
  ]);
  const range = rangeOf(maps.flatMap((map) => Array.from(map)));
  const tiles: Picture[] = maps.map((map) => heatMap(map, size, range, o.colours));
  const scale = Math.max(1, Math.round(128 / size));
  const large = await Promise.all(tiles.map((tile) => enlarge(tile, scale, 'sharp')));
  await writeFileAtomic(path, await encodePng(seriesSheet(large, [])), o);
  note(
    `${path}: bits of each pixel, from ${range.low.toFixed(1)} (dark) to ${range.high.toFixed(1)} (light); ${files.length === 1 ? 'they add up to those of the picture' : 'pictures in the order above'}`,
  );
  if (!json && !quiet && terminal.interactive) print(terminalPicture(seriesSheet(tiles, []), terminal));
}
