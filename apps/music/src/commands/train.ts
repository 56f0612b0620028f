import type { Flow, Progress } from '@advect/core';
import {
  type CommandContext,
  defineCommand,
  dropCheckpoint,
  flag,
  numeric,
  readCheckpoint,
  readLimited,
  refuseEarlierRun,
  runTraining,
  text,
  writeModelFolder,
} from '@advect/node';
import { type Chorales, readChorales } from '../data/chorales.js';
import { choraleFile, loadChorales } from '../data/source.js';
import { readRunSettings, type RunSettings } from '../model/run-settings.js';

const options = {
  data: text({
    description: 'folder that holds Jsb16thSeparated.json, or another .json file of the same form; without it the chorales are fetched',
    placeholder: 'DIR|FILE',
  }),
  steps: numeric({ description: 'training steps', integer: true, min: 1, max: 1e7, default: 6000 }),
  batch: numeric({ description: 'windows of four bars for each step', integer: true, min: 1, max: 4096, default: 32 }),
  width: numeric({ description: 'width of the transformer, a multiple of 4', integer: true, min: 4, max: 1024, default: 96 }),
  layers: numeric({ description: 'blocks of the transformer', integer: true, min: 1, max: 32, default: 4 }),
  learningRate: numeric({ description: 'peak of the learning rate', min: 1e-7, max: 1, default: 1.5e-3 }),
  weightDecay: numeric({ description: 'decay of the weights (AdamW)', min: 0, max: 10, default: 0.01 }),
  seed: numeric({ description: 'seed of weights, order and noise', integer: true, min: 0, max: Number.MAX_SAFE_INTEGER, default: 0 }),
  measure: numeric({ description: 'tunes to compose and measure at the end', integer: true, min: 1, max: 10_000, default: 256 }),
  checkpointEvery: numeric({ description: 'steps between checkpoints', integer: true, min: 1, max: 1e7, default: 250 }),
  out: text({ description: 'folder for the model', short: 'o', placeholder: 'DIR', default: 'model' }),
  resume: text({ description: 'go on from this checkpoint, with the settings it holds', placeholder: 'DIR' }),
  force: flag({ description: 'replace a model that exists' }),
};

export const train = defineCommand({
  name: 'train',
  summary: 'Learn a model from the JSB chorales.',
  details:
    'The model is a folder: model.json, weights.safetensors, MODEL_CARD.md. While it trains, DIR.checkpoint holds the\n' +
    'last checkpoint; Ctrl-C writes one and says how to go on. A run that was stopped and resumed gives the same model.',
  options,
  examples: [
    ['train --out chorales', 'an hour or two on one core'],
    ['train --data FOLDER --steps 1000 --out quick', 'from a local copy of the chorales, fewer steps'],
    ['train --resume chorales.checkpoint --out chorales', 'go on after an interruption'],
  ],
  run: runTrain,
});

async function runTrain(context: CommandContext<typeof options>): Promise<void> {
  const { options: o, note, print, json, signal } = context;
  const stored = o.resume === undefined ? undefined : await readCheckpoint(o.resume);
  const settings = stored ? readRunSettings(stored.settings) : settingsOf(o);
  await refuseEarlierRun(o.out, o);
  const chorales = await openChorales(o.data, context);
  note(`${chorales.train.length} chorales to learn from, ${chorales.valid.length} to watch, ${chorales.test.length} to measure with`);

  const { makeRun } = await import('../model/run.js');
  const run = makeRun(chorales, settings, stored?.state, signal);
  const goOn = `--out ${o.out}${o.data === undefined ? '' : ` --data ${o.data}`}`;
  const onProgress = ({ step, smoothedLoss, validation }: Progress): void => {
    if (validation === undefined) return;
    note(`step ${step}: loss ${smoothedLoss.toFixed(4)}, on unseen chorales ${validation.toFixed(4)} nats a pitch`);
  };
  await runTraining({ ...run, settings, steps: settings.steps, checkpointEvery: o.checkpointEvery, out: o.out, goOn, onProgress }, context);
  await finish(run.flow, chorales, settings, context);
  await dropCheckpoint(o.out);
  print(json ? JSON.stringify({ model: o.out }) : o.out);
}

async function finish(flow: Flow, chorales: Chorales, settings: RunSettings, context: CommandContext<typeof options>): Promise<void> {
  const { options: o, note, signal } = context;
  note(`composing ${o.measure} tunes to measure`);
  const { measure } = await import('../model/measure.js');
  const { saveModelFiles } = await import('../model/save.js');
  const measured = await measure(flow, chorales, { count: o.measure, signal });
  await writeModelFolder(o.out, await saveModelFiles(flow, { out: o.out, settings, measured }), { force: o.force });
  note(`Try it: compose --model ${o.out}`);
}

const settingsOf = ({
  width,
  layers,
  steps,
  batch,
  learningRate,
  weightDecay,
  seed,
}: CommandContext<typeof options>['options']): RunSettings => ({
  width,
  layers,
  steps,
  batch,
  learningRate,
  weightDecay,
  seed,
});

async function openChorales(data: string | undefined, { note, signal }: Pick<CommandContext, 'note' | 'signal'>): Promise<Chorales> {
  if (data !== undefined && /\.json$/i.test(data))
    return readChorales(new TextDecoder().decode(await readLimited(data, choraleFile.limit)));
  return loadChorales({ directory: data, env: process.env, signal, onDownload: (url) => note(`fetching ${url}`) });
}
