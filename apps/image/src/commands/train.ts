import type { Flow } from '@advect/core';
import {
  type CommandContext,
  defineCommand,
  dropCheckpoint,
  flag,
  numeric,
  readCheckpoint,
  refuseEarlierRun,
  runTraining,
  text,
  writeModelFolder,
} from '@advect/node';
import type { PictureSet } from '../data/picture-set.js';
import { readRunSettings, type RunSettings } from '../model/run-settings.js';

const options = {
  data: text({
    description: "'optdigits' (8 × 8 handwritten digits, included), or a folder of pictures",
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
  steps: numeric({ description: 'training steps', integer: true, min: 1, max: 1e7, default: 8000 }),
  batch: numeric({ description: 'pictures for each step', integer: true, min: 2, max: 65_536, default: 256 }),
  width: numeric({ description: 'width of the hidden layers', integer: true, min: 8, max: 2048, default: 256 }),
  depth: numeric({ description: 'number of hidden layers', integer: true, min: 1, max: 16, default: 4 }),
  learningRate: numeric({ description: 'peak of the learning rate', min: 1e-7, max: 1, default: 1e-3 }),
  weightDecay: numeric({ description: 'decay of the weights (AdamW)', min: 0, max: 10, default: 0.01 }),
  labelDropout: numeric({
    description: 'share of pictures shown without their class, so that the model also knows all classes together',
    min: 0,
    max: 1,
    default: 0.15,
  }),
  seed: numeric({ description: 'seed of weights, order and noise', integer: true, min: 0, max: Number.MAX_SAFE_INTEGER, default: 0 }),
  measure: numeric({ description: 'held-out pictures to measure at the end', integer: true, min: 10, max: 100_000, default: 200 }),
  checkpointEvery: numeric({ description: 'steps between checkpoints', integer: true, min: 1, max: 1e7, default: 500 }),
  out: text({ description: 'folder for the model', short: 'o', placeholder: 'DIR', default: 'model' }),
  resume: text({ description: 'go on from this checkpoint, with the settings it holds', placeholder: 'DIR' }),
  force: flag({ description: 'replace a model that exists' }),
};

export const train = defineCommand({
  name: 'train',
  summary: 'Learn a model from pictures.',
  details:
    'The model is a folder: model.json, weights.safetensors, MODEL_CARD.md. While it trains, DIR.checkpoint holds the\n' +
    'last checkpoint; Ctrl-C writes one and says how to go on. A run that was stopped and resumed gives the same model.',
  options,
  examples: [
    ['train --out digits', 'the included digits; some ten minutes'],
    ['train --data photos/ --size 16 --colour --out photos', 'your own pictures; sub-folders are classes'],
    ['train --resume digits.checkpoint --out digits', 'go on after an interruption'],
  ],
  run: runTrain,
});

async function runTrain(context: CommandContext<typeof options>): Promise<void> {
  const { options: o, note, print, json, signal } = context;
  const stored = o.resume === undefined ? undefined : await readCheckpoint(o.resume);
  const settings = stored ? readRunSettings(stored.settings) : settingsOf(o);
  await refuseEarlierRun(o.out, o);
  const set = await openData(settings, context);
  const classes = set.classes.length > 0 ? `, ${set.classes.length} classes` : '';
  note(`${set.credit.title}: ${set.train.count} pictures to learn from, ${set.test.count} to measure with${classes}`);

  const { makeRun } = await import('../model/run.js');
  const run = await makeRun(set, settings, stored?.state, signal);
  await runTraining(
    { ...run, settings, steps: settings.steps, checkpointEvery: o.checkpointEvery, out: o.out, goOn: `--out ${o.out}` },
    context,
  );
  await finish(run.flow, set, settings, context);
  await dropCheckpoint(o.out);
  print(json ? JSON.stringify({ model: o.out }) : o.out);
}

async function finish(flow: Flow, set: PictureSet, settings: RunSettings, context: CommandContext<typeof options>): Promise<void> {
  const { options: o, note, progress, signal } = context;
  const { measure } = await import('../model/measure.js');
  const { saveModelFiles } = await import('../model/save.js');
  const measured = await measure(flow, set, {
    count: settings.measure,
    signal,
    onProgress: (done, total) => progress.update(done, total, 'measuring'),
  });
  for (const [name, figure] of Object.entries(measured.metrics)) note(`${name}: ${Number(figure.toPrecision(4))}`);
  await writeModelFolder(o.out, await saveModelFiles(flow, set, { out: o.out, settings, measured }), { force: o.force });
  note(`Try it: sample --model ${o.out}`);
}

const settingsOf = (o: CommandContext<typeof options>['options']): RunSettings => ({
  data: o.data,
  size: o.size,
  colour: o.colour,
  width: o.width,
  depth: o.depth,
  steps: o.steps,
  batch: o.batch,
  learningRate: o.learningRate,
  weightDecay: o.weightDecay,
  labelDropout: o.labelDropout,
  seed: o.seed,
  measure: o.measure,
});

async function openData(
  { data, size, colour }: RunSettings,
  { note, progress, signal }: CommandContext<typeof options>,
): Promise<PictureSet> {
  if (data === 'optdigits') return (await import('../data/optdigits.js')).optdigits();
  const { pictureFolder } = await import('../data/folder.js');
  return pictureFolder(data, {
    size,
    channels: colour ? 3 : 1,
    signal,
    onBroken: (name, reason) => note(`left out ${name}: ${reason}`),
    onProgress: (done, total) => progress.update(done, total, 'reading pictures'),
  });
}
