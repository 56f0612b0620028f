import { resolve } from 'node:path';
import { AdvectError } from '@advect/base/errors';
import type { Flow } from '@advect/core';
import {
  beginRun,
  choice,
  type CommandContext,
  defineCommand,
  earlyStopping,
  findRun,
  finishRun,
  flag,
  modelOf,
  numeric,
  refuseEarlierRun,
  refuseSettled,
  resumeRun,
  type RunConfig,
  runConfig,
  runFolderOf,
  runOptions,
  shellWord,
  showLearningRate,
  text,
  trainRun,
  writeModelFolder,
} from '@advect/node';
import { namedSets, openPictures, type PictureSource } from '../data/open-pictures.js';
import type { PictureSet } from '../data/picture-set.js';
import { validationCount, withValidation } from '../model/validation.js';
import { openModel } from '../files/open.js';
import { commandLine, readRunSettings, type RunSettings } from '../files/run-settings.js';
import { orDefault } from './solver-options.js';
import { fieldKinds, pictureObjectives, storedWeights, suitsUnet, trainingTimes, usual, usualPairs } from '../model/field-kind.js';

const options = {
  data: text({
    description: `'optdigits' (8 × 8 handwritten digits, included), a public set (${namedSets.slice(1).join(', ')}), or a folder or archive (.zip, .tar, .tar.gz) of pictures`,
    default: 'optdigits',
    placeholder: 'NAME|DIR',
  }),
  size: numeric({
    description: "pixels along each side; a folder's pictures are cut square and resized",
    integer: true,
    min: 4,
    max: 64,
    default: 16,
  }),
  colour: flag({ description: "learn a folder's pictures in colour instead of grey" }),
  from: text({
    description: 'a model to go on from: its net, its weights and its pictures’ form (--field, --width and --depth are its own)',
    placeholder: 'MODEL',
  }),
  objective: choice(pictureObjectives, {
    description:
      'what to learn: to make pictures; with --from also to make them in few steps (reflow), or to give them a high density (likelihood)',
    default: 'flow-matching',
  }),
  times: choice(trainingTimes, {
    description:
      'times of training: uniform, the default, towards the middle (logit-normal), or as they count in the likelihood: to go on with for bits/dim',
  }),
  pairs: numeric({ description: `pairs of noise and picture for reflow; default ${usualPairs}`, integer: true, min: 2, max: 1e7 }),
  guidance: numeric({
    description: 'guidance under which these pairs are made: the new model does without; default: what the model itself asks for, else 1',
    min: 0,
    max: 20,
  }),
  field: choice(fieldKinds, {
    description: 'the net: an MLP for tiny pictures, a U-Net for others (sides from 12 that 4 divides); default: what suits the size',
  }),
  steps: numeric({
    description: `training steps; default ${usual.mlp.steps}, for a U-Net ${usual.unet.steps}`,
    integer: true,
    min: 1,
    max: 1e7,
  }),
  batch: numeric({
    description: `pictures for each step; default ${usual.mlp.batch}, for a U-Net ${usual.unet.batch}`,
    integer: true,
    min: 2,
    max: 65_536,
  }),
  width: numeric({
    description: `width of an MLP's hidden layers, default ${usual.mlp.width}; channels of a U-Net at its largest size, default ${usual.unet.width}`,
    integer: true,
    min: 8,
    max: 2048,
  }),
  depth: numeric({
    description: `hidden layers of an MLP, default ${usual.mlp.depth}; blocks of a U-Net at each size, default ${usual.unet.depth}`,
    integer: true,
    min: 1,
    max: 16,
  }),
  learningRate: numeric({ description: 'peak of the learning rate', min: 1e-7, max: 1, default: 1e-3 }),
  weightDecay: numeric({ description: 'decay of the weights (AdamW)', min: 0, max: 10, default: 0.01 }),
  labelDropout: numeric({
    description: 'share of pictures shown without their class, so that the model also knows all classes together',
    min: 0,
    max: 1,
    default: 0.15,
  }),
  seed: numeric({ description: 'seed of weights, order and noise', integer: true, min: 0, max: Number.MAX_SAFE_INTEGER, default: 0 }),
  weights: choice(storedWeights, {
    description: 'how the file keeps the weights: float32, the default, or float16, half as large; the model is measured as it is kept',
  }),
  measure: numeric({ description: 'held-out pictures to measure at the end', integer: true, min: 10, max: 100_000, default: 200 }),
  ...runOptions({ checkpointEvery: 500, validateEvery: 500, sampleEvery: 1000 }),
};

export const train = defineCommand({
  name: 'train',
  summary: 'Learn a model from pictures.',
  details:
    'The model is a folder: model.json, weights.safetensors, MODEL_CARD.md. The run lies beside it in DIR.run: config.json,\n' +
    'log.jsonl, checkpoints, samples (see `advect runs`). Ctrl-C writes a checkpoint and says how to go on; a run that was\n' +
    'stopped, or killed, and resumed gives the same model.',
  options,
  examples: [
    ['train --out digits', 'the included digits; some ten minutes'],
    ['train --data photos/ --size 16 --colour --out photos', 'your own pictures; sub-folders are classes'],
    ['train --data mnist --validate-every 1000 --patience 5 --out mnist', 'until the held-out pictures get no more probable'],
    ['train --data mnist --from digits --objective reflow --steps 3000 --out quick', 'straight ways: pictures in few steps'],
    ['train --data photos/ --find-rate', 'which learning rate to take'],
    ['train --resume digits.run', 'go on after an interruption'],
  ],
  run: runTrain,
});

async function runTrain(context: CommandContext<typeof options>): Promise<void> {
  const { options: o, note, print, json, signal, progress } = context;
  refuseSettled(context);
  const resumed = o.resume === undefined ? undefined : await findRun(o.resume);
  if (!resumed) refuseIdle(context);
  const out = o.out ?? (resumed ? modelOf(resumed.folder, resumed.config) : 'model');
  if (!o.findRate) await refuseEarlierRun(out, o);
  const { set, settings } = resumed
    ? await picturesAgain(readRunSettings(resumed.config.settings), resumed.config, context)
    : await picturesOf(context);
  const classes = set.classes.length > 0 ? `, ${set.classes.length} classes` : '';
  const watched = set.validation ? `${set.validation.count} to watch, ` : '';
  note(`${set.credit.title}: ${set.train.count} pictures to learn from, ${watched}${set.test.count} to measure with${classes}`);

  const flow = await flowToTrain(set, settings, signal);
  const { pictureTraining } = await import('../model/training.js');
  const { data, options } = await pictureTraining(flow, set, settings, {
    signal,
    onProgress: (done, total) => progress.update(done, total, 'making pairs'),
  });
  if (o.findRate) return showLearningRate(flow, data, { ...options, signal }, context);
  const run = resumed
    ? await resumeRun(resumed.folder, resumed.config, context)
    : await beginRun(runFolderOf(out), runConfig(context, { settings, out, command: commandLine(settings), unit: 'bits/dim' }), context);
  try {
    const [{ watchedBitsPerDim, watchedSheet }, { encodePng }] = await Promise.all([
      import('../model/watch.js'),
      import('../codec/encode.js'),
    ]);
    const outcome = await trainRun(
      run,
      {
        flow,
        data,
        options: { ...options, signal },
        validation: { measure: (now) => watchedBitsPerDim(now, set) },
        sample: async () => new Map([['png', await encodePng(await watchedSheet(flow, set))]]),
      },
      context,
    );
    const command = `${commandLine(settings)}${earlyStopping(run.config.plan)}`;
    await finishRun(run, outcome, context, () => finish(flow, set, { settings, out, command }, context));
  } finally {
    await run.close();
  }
  note(`Try it: sample --model ${shellWord(out)}`);
  print(json ? JSON.stringify({ model: out, run: run.folder }) : out);
}

/** The pictures of a new run; one that stops early sets some apart to watch where the set has none for it, and its settings say how many. */
async function picturesOf(context: CommandContext<typeof options>): Promise<RunPictures> {
  const { data, size, colour, patience } = context.options;
  const source = { data, ...(!namedSets.includes(data) && { folder: resolve(data), size, colour }) };
  const set = await openPictures({ ...source, folder: undefined }, context);
  const settings = await settingsOf(context, source, set);
  if (patience === undefined || set.validation) return { set, settings };
  const validation = validationCount(set.train.count);
  return { set: withValidation(set, validation, settings.seed), settings: { ...settings, validation } };
}

/** The same pictures again for a run that goes on. */
async function picturesAgain(settings: RunSettings, { plan }: RunConfig, context: CommandContext<typeof options>): Promise<RunPictures> {
  const set = await openPictures(settings, context);
  if (settings.validation !== undefined) return { set: withValidation(set, settings.validation, settings.seed), settings };
  if (plan.patience !== undefined && !set.validation)
    context.note('This run began with no pictures set apart to watch: it stops by those that measure it, and they will look too good.');
  return { set, settings };
}

interface RunPictures {
  readonly set: PictureSet;
  readonly settings: RunSettings;
}

async function finish(
  trained: Flow,
  set: PictureSet,
  about: { readonly settings: RunSettings; readonly out: string; readonly command: string },
  { options: { force }, note, progress, signal }: CommandContext<typeof options>,
): Promise<Readonly<Record<string, number>>> {
  const { measure } = await import('../model/measure.js');
  const { asStored, saveModelFiles } = await import('../files/save.js');
  const flow = await asStored(trained, about.settings.weights);
  const measured = await measure(flow, set, {
    count: about.settings.measure,
    signal,
    onProgress: (done, total) => progress.update(done, total, 'measuring'),
  });
  for (const [name, figure] of Object.entries(measured.metrics)) note(`${name}: ${Number(figure.toPrecision(4))}`);
  await writeModelFolder(about.out, await saveModelFiles(flow, set, { ...about, measured }), { force });
  return measured.metrics;
}

/** Throws `invalid-option` for options that would change nothing, and for objectives that need a model to go on from. */
function refuseIdle(context: CommandContext<typeof options>): void {
  refuseForm(context);
  const { given, options: o } = context;
  const refuse = (problem: string, hint: string): never => {
    throw new AdvectError('invalid-option', problem, hint);
  };
  const net = ['field', 'width', 'depth'].filter((name) => given.includes(name)).map((name) => `--${name}`);
  if (o.from !== undefined && net.length > 0)
    refuse(`${net.join(' and ')} would change nothing: the net is that of '${o.from}'`, 'Leave it out.');
  if (o.from === undefined && o.objective !== 'flow-matching')
    refuse(`--objective ${o.objective} is for a model that has learned already`, 'Name it with --from.');
  if (o.times !== undefined && o.objective === 'likelihood')
    refuse('--times would change nothing: likelihood solves from end to end', 'Leave it out.');
  if (o.pairs !== undefined && o.objective !== 'reflow')
    refuse('--pairs would change nothing: only reflow learns from pairs', 'Leave it out.');
  if (o.guidance !== undefined && o.objective !== 'reflow')
    refuse('--guidance would change nothing: only the pairs of reflow are made under guidance', 'Leave it out.');
}

/** Throws `invalid-option` for the form of pictures that have their own. */
function refuseForm({ given, options: { data } }: CommandContext<typeof options>): void {
  const idle = ['size', 'colour'].filter((name) => given.includes(name)).map((name) => `--${name}`);
  if (idle.length === 0 || !namedSets.includes(data)) return;
  throw new AdvectError(
    'invalid-option',
    `${idle.join(' and ')} would change nothing: the pictures of '${data}' have their own size and colour`,
    'Leave it out, or give a folder of pictures with --data.',
  );
}

async function settingsOf(
  { options: o, signal }: CommandContext<typeof options>,
  source: PictureSource,
  set: PictureSet,
): Promise<RunSettings> {
  const field = o.field ?? (suitsUnet(set) ? 'unet' : 'mlp');
  const suits = usual[field];
  return {
    ...source,
    ...(o.from === undefined ? { field, width: o.width ?? suits.width, depth: o.depth ?? suits.depth } : { from: o.from }),
    objective: o.objective,
    ...(o.times !== undefined && { times: o.times }),
    ...(o.objective === 'reflow' && { pairs: o.pairs ?? usualPairs, ...(await guidanceOfPairs(o, set, signal)) }),
    steps: o.steps ?? suits.steps,
    batch: o.batch ?? suits.batch,
    learningRate: o.learningRate,
    weightDecay: o.weightDecay,
    labelDropout: o.labelDropout,
    seed: o.seed,
    ...(o.weights !== undefined && { weights: o.weights }),
    measure: o.measure,
  };
}

/** None for pictures without classes. Throws `invalid-option` where it is asked for all the same. */
async function guidanceOfPairs(
  { guidance, from }: CommandContext<typeof options>['options'],
  { classes }: PictureSet,
  signal: AbortSignal,
): Promise<Pick<RunSettings, 'guidance'>> {
  if (classes.length > 0) return { guidance: orDefault(guidance, (await openModel(from!, signal)).manifest.defaults, 'guidance', 1) };
  if (guidance === undefined) return {};
  throw new AdvectError('invalid-option', `--guidance ${guidance} would change nothing: the pictures have no classes`, 'Leave it out.');
}

/** A new flow, or the one to go on from; throws `invalid-option` where it does not suit the pictures. */
async function flowToTrain(set: PictureSet, { from, field = 'mlp', width, depth, seed }: RunSettings, signal: AbortSignal): Promise<Flow> {
  if (from !== undefined) {
    const model = await openModel(from, signal);
    const [theirs, ours] = [model.form, set].map(
      (form) => `${form.size} × ${form.size} × ${form.channels} in ${form.levels} levels, classes: ${form.classes.join(', ') || 'none'}`,
    );
    if (theirs !== ours) {
      const hint = 'Go on from a model of pictures of this form, or leave --from out.';
      throw new AdvectError('invalid-option', `the pictures of '${model.name}' are ${theirs}; these are ${ours}`, hint);
    }
    const { flowOf } = await import('../model/flow-of.js');
    return flowOf(model);
  }
  if (field === 'unet' && set.size % 4 !== 0) {
    const hint = 'Choose a --size that 4 divides, or --field mlp.';
    throw new AdvectError('invalid-option', `a U-Net cannot halve pictures of ${set.size} × ${set.size} pixels twice`, hint);
  }
  const { pictureFlow } = await import('../model/recipe.js');
  return pictureFlow(set, { field, width: width ?? usual[field].width, depth: depth ?? usual[field].depth, seed });
}
