import { AdvectError } from '@advect/base/errors';
import { type CommandContext, defineCommand, list, numeric, terminalPicture, text } from '@advect/node';
import type { PictureForm } from '../data/picture-set.js';
import { openModel } from '../files/open.js';
import { outputOptions } from '../files/output.js';
import { stillFormats } from '../format/formats.js';
import type { PictureSettings } from '../format/picture-settings.js';
import type { Label, LabelShares } from '../model/label.js';
import { byError, exactly, solverSettings } from '../model/solver.js';
import { betweenLevelsSeed } from './between-levels-seed.js';
import { modelOption } from './model-option.js';
import { labelsOf, ownLabelOption, ownLabels, readOneLabel } from './own-label.js';
import { plan } from './plan.js';
import { readingOptions, readPictures, refuseFailed } from './read-pictures.js';
import { record } from './record.js';
import { chooseSolver, ownSolverOptions, solverRecord } from './solver-options.js';
import { preparePictures, scaleOptions, writePictures } from './write-pictures.js';

const options = {
  model: modelOption,
  label: ownLabelOption,
  to: text({ description: 'the class that the same hand is to write instead', placeholder: 'CLASS' }),
  mix: list({ description: 'classes in shares instead of one, such as 3:2,8:1', placeholder: 'CLASS:SHARE,…' }),
  typical: numeric({ description: 'how much more typical: 0 not at all, 1 as typical as can be', min: 0, max: 1, default: 0 }),
  daring: numeric({ description: 'how much more daring: 1 is twice as far from the middle', min: 0, max: 4, default: 0 }),
  pull: numeric({
    description: 'pull along ∇log p on the way from noise to picture: above 0 more typical, below 0 more daring',
    min: -1,
    max: 1,
    default: 0,
  }),
  seed: betweenLevelsSeed,
  ...ownSolverOptions(exactly),
  ...readingOptions,
  ...scaleOptions,
  ...outputOptions(stillFormats, 'edited.png'),
};

export const edit = defineCommand({
  name: 'edit',
  summary: 'Change the class of a picture, or how typical it is, and keep the rest.',
  details:
    'A picture is encoded to its noise under its own class, the noise is scaled (--typical, --daring), and decoded under another class\n' +
    '(--to) or several in shares (--mix), pulled along the gradient of log p on the way if asked (--pull). Bits/dim before and after\n' +
    'are printed. An edit of nothing gives the picture back exactly.',
  positionals: [{ name: 'FILE', description: 'pictures, folders or archives of them', required: true, many: true }],
  options,
  examples: [
    ['edit seven.png --to 1', 'the same hand, another digit'],
    ['edit digit.png --typical 0.5', 'more as digits mostly are'],
    ['edit digit.png --pull 0.2', 'more probable, by the gradient of its density'],
    ['edit digit.png --mix 3:1,8:1', 'between a three and an eight'],
  ],
  run: runEdit,
});

async function runEdit(context: CommandContext<typeof options>): Promise<void> {
  const { options: o, positionals, print, note, json, quiet, terminal, signal, progress, given } = context;
  if (o.to !== undefined && o.mix.length > 0) throw new AdvectError('invalid-option', 'both --to and --mix are given', 'Give one of them.');
  if (o.typical > 0 && o.daring > 0) {
    throw new AdvectError('invalid-option', '--typical and --daring go opposite ways', 'Give one of them.');
  }
  const model = await openModel(o.model, signal);
  const { form } = model;
  const to = o.to === undefined ? (o.mix.length > 0 ? readMix(o.mix, form) : undefined) : readOneLabel(o.to, '--to', form).label;
  const solver = chooseSolver(o, exactly, given);
  const read = await readPictures(positionals, form, o, context);
  const names = read.hashes.map((hash) => `${model.name}-edit-${hash.slice(0, 8)}`);
  const output = await preparePictures(o, stillFormats, names);
  const toName = o.to ?? (o.mix.length > 0 ? o.mix.join('+') : undefined);
  const settingsOf = (i: number | undefined, labels: readonly string[] | undefined, figures: object = {}): PictureSettings =>
    record(
      context,
      'edit',
      model,
      {
        seed: o.seed,
        label: i === undefined ? labels : labels && [labels[i]],
        ...solverRecord(solver),
        ...figures,
        ...(i !== undefined && { parent: read.hashes[i] }),
      },
      { to: toName, typical: o.typical || undefined, daring: o.daring || undefined, pull: o.pull || undefined },
    );
  if (o.dryRun) {
    const own = o.label === undefined ? undefined : names.map(() => readOneLabel(o.label!, '--label', form).name);
    return print(plan(settingsOf(names.length === 1 ? 0 : undefined, own), output.files, json));
  }
  const [{ flowOf }, { editPictures, radiusOf }, { scoreDraws, summarise }, { usualDivergence, usualDraws }] = await Promise.all([
    import('../model/flow-of.js'),
    import('../model/edit.js'),
    import('../model/score.js'),
    import('../model/density.js'),
  ]);
  const flow = await flowOf(model);
  const { seed, executor } = o;
  const onProgress = (done: number, total: number): void => progress.update(done, total, 'telling classes');
  const named = await ownLabels(flow, read.pictures, form, o.label, { seed, executor, signal, onProgress });
  const from = labelsOf(named);
  const change = { to, radius: radiusOf(o), pull: o.pull };
  const made = await editPictures(flow, read.pictures, form, from, change, { ...solverSettings(solver), seed, executor, signal });
  const density = {
    ...solverSettings(byError),
    solverError: false,
    ...usualDivergence(form),
    draws: usualDraws(form),
    seed,
    executor,
    signal,
  };
  const goal = to === undefined ? from : from.map(() => to);
  const classes = isPure(from) && isPure(goal) ? [classOf(from), classOf(goal)] : [{}, {}];
  const before = summarise(await scoreDraws(flow, read.pictures, form, { ...density, ...classes[0] }));
  const after = summarise(await scoreDraws(flow, made.pictures, form, { ...density, ...classes[1] }));
  progress.clear();
  const labels = named.map(({ name }) => name);
  const files = await writePictures(context, output, { pixels: made.pictures.pixels, form, names }, (i) =>
    settingsOf(i, labels, i === undefined ? {} : { bitsPerDim: after.bitsPerDim[i], standardError: after.standardError[i] }),
  );
  if (output.to === 'stdout') return refuseFailed(read);
  if (!json && !quiet && terminal.interactive) print(terminalPicture(files.sheet, terminal));
  const width = Math.max(...read.files.map((file) => file.length));
  read.files.forEach((file, i) => {
    const bits = { before: before.bitsPerDim[i], after: after.bitsPerDim[i] };
    if (json) return print(JSON.stringify({ file, label: named[i].name, to: toName, bitsPerDim: bits, exact: made.exact[i] }));
    const way = toName === undefined ? named[i].name : `${named[i].name} → ${toName}`;
    return print(`${file.padEnd(width)}  ${way}  ${bits.before.toFixed(3)} → ${bits.after.toFixed(3)} bits/dim`);
  });
  if (!made.exact.every(Boolean)) note('encoding and decoding again does not give back every level: lower --tol');
  print(json ? JSON.stringify({ files: files.written }) : files.written.join('\n'));
  refuseFailed(read);
}

/** Mixes of classes have no density: where there is one, bits/dim before and after are both those without a class, to be compared. */
const isPure = (labels: readonly (Label | LabelShares)[]): labels is number[] => labels.every((label) => typeof label === 'number');

/** The label option of a density; nothing where no picture has a class, which a model without classes wants. */
const classOf = (label: number[]): { label?: number[] } => (label.every((number) => number === -1) ? {} : { label });

/** Shares of classes. Throws `invalid-option` for what is no class or no share. */
function readMix(given: readonly string[], form: PictureForm): LabelShares {
  const weights = new Float64Array(form.classes.length);
  for (const part of given) {
    const [, name, share = '1'] = /^(.+?)(?::([\d.]+))?$/.exec(part) ?? [];
    const { label } = readOneLabel(name ?? part, '--mix', form);
    if (typeof label !== 'number' || label < 0 || !(Number(share) > 0)) {
      throw new AdvectError('invalid-option', `--mix holds '${part}'`, 'Give classes with positive shares, such as 3:2,8:1.');
    }
    weights[label] += Number(share);
  }
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return { shares: Array.from(weights, (weight) => weight / total) };
}
