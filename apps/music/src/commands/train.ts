import type { Flow } from '@advect/core';
import { AdvectError } from '@advect/base/errors';
import {
  beginRun,
  choraleFile,
  type CommandContext,
  dataSets,
  defineCommand,
  earlyStopping,
  findRun,
  finishRun,
  modelOf,
  numeric,
  readLimited,
  refuseEarlierRun,
  refuseSettled,
  resumeRun,
  runConfig,
  runFolderOf,
  runOptions,
  shellWord,
  showLearningRate,
  text,
  trainRun,
  writeModelFolder,
} from '@advect/node';
import { type Chorales, readChorales } from '../data/chorales.js';
import { loadChorales } from '../files/chorale-source.js';
import { commandLine, readRunSettings, type RunSettings } from '../model/run-settings.js';

const options = {
  data: text({
    description: 'folder that holds Jsb16thSeparated.json, or another .json file of the same form; without it the chorales are fetched',
    placeholder: 'DIR|FILE',
  }),
  steps: numeric({ description: 'training steps', integer: true, min: 1, max: 1e7, default: 6000 }),
  batch: numeric({ description: 'windows of four bars for each step', integer: true, min: 1, max: 4096, default: 32 }),
  width: numeric({ description: 'width of the transformer, a multiple of 4', integer: true, min: 4, max: 1024, default: 96 }),
  layers: numeric({ description: 'blocks of the transformer', integer: true, min: 1, max: 32, default: 4 }),
  masks: numeric({
    description: 'share of the examples in which some notes are given, so that the model can harmonise, fill in and go on',
    min: 0,
    max: 1,
    default: 0.65,
  }),
  learningRate: numeric({ description: 'peak of the learning rate', min: 1e-7, max: 1, default: 1.5e-3 }),
  weightDecay: numeric({ description: 'decay of the weights (AdamW)', min: 0, max: 10, default: 0.01 }),
  seed: numeric({ description: 'seed of weights, order and noise', integer: true, min: 0, max: Number.MAX_SAFE_INTEGER, default: 0 }),
  measure: numeric({ description: 'tunes to compose and measure at the end', integer: true, min: 1, max: 10_000, default: 256 }),
  ...runOptions({ checkpointEvery: 250, validateEvery: 500, sampleEvery: 1000 }),
};

export const train = defineCommand({
  name: 'train',
  summary: 'Learn a model from the JSB chorales.',
  details:
    'The model is a folder: model.json, weights.safetensors, MODEL_CARD.md. The run lies beside it in DIR.run: config.json,\n' +
    'log.jsonl, checkpoints, samples (see `advect runs`). Ctrl-C writes a checkpoint and says how to go on; a run that was\n' +
    'stopped, or killed, and resumed gives the same model.',
  options,
  examples: [
    ['train --out chorales', 'an hour or two on one core'],
    ['train --data FOLDER --steps 1000 --out quick', 'from a local copy of the chorales, fewer steps'],
    ['train --resume chorales.run', 'go on after an interruption'],
  ],
  run: runTrain,
});

async function runTrain(context: CommandContext<typeof options>): Promise<void> {
  const { options: o, note, print, json, signal } = context;
  refuseSettled(context, ['data', 'measure']);
  const resumed = o.resume === undefined ? undefined : await findRun(o.resume);
  const settings = resumed ? readRunSettings(resumed.config.settings) : settingsOf(o);
  const out = o.out ?? (resumed ? modelOf(resumed.folder, resumed.config) : 'model');
  if (!o.findRate) await refuseEarlierRun(out, o);
  const chorales = await openChorales(o.data, context);
  note(`${chorales.train.length} chorales to learn from, ${chorales.valid.length} to watch, ${chorales.test.length} to measure with`);

  const { choraleTraining } = await import('../model/training.js');
  const { flow, data, options, validation } = choraleTraining(chorales, settings);
  if (o.findRate) return showLearningRate(flow, data, { ...options, signal }, context);
  const run = resumed
    ? await resumeRun(resumed.folder, resumed.config, context)
    : await beginRun(
        runFolderOf(out),
        runConfig(context, { settings, out, command: commandLine(settings), unit: 'nats a pitch' }),
        context,
      );
  try {
    const { watchedTune } = await import('../model/watch.js');
    const goOn = o.data === undefined ? '' : ` --data ${shellWord(o.data)}`;
    const work = { flow, data, options: { ...options, signal }, validation, sample: () => watchedTune(flow), goOn };
    const outcome = await trainRun(run, work, context);
    const command = `${commandLine(settings)}${earlyStopping(run.config.plan)}`;
    await finishRun(run, outcome, context, () => finish(flow, chorales, { settings, out, command }, context), goOn);
  } finally {
    await run.close();
  }
  note(`Try it: compose --model ${shellWord(out)}`);
  print(json ? JSON.stringify({ model: out, run: run.folder }) : out);
}

async function finish(
  flow: Flow,
  chorales: Chorales,
  about: { readonly settings: RunSettings; readonly out: string; readonly command: string },
  { options: { measure: count, force }, note, signal }: CommandContext<typeof options>,
): Promise<Readonly<Record<string, number>>> {
  note(`composing ${count} tunes to measure`);
  const { measure } = await import('../model/measure.js');
  const { metricsOf, saveModelFiles } = await import('../files/save.js');
  const measured = await measure(flow, chorales, { count, signal });
  await writeModelFolder(about.out, await saveModelFiles(flow, { ...about, measured }), { force });
  return metricsOf(measured);
}

const settingsOf = ({
  width,
  layers,
  masks,
  steps,
  batch,
  learningRate,
  weightDecay,
  seed,
}: CommandContext<typeof options>['options']): RunSettings => ({
  width,
  layers,
  masks,
  steps,
  batch,
  learningRate,
  weightDecay,
  seed,
});

async function openChorales(data: string | undefined, { note, signal }: Pick<CommandContext, 'note' | 'signal'>): Promise<Chorales> {
  if (data !== undefined && /\.json$/i.test(data))
    return readChorales(new TextDecoder().decode(await readLimited(data, choraleFile.limit)));
  if (dataSets.some(({ name }) => name === data)) {
    throw new AdvectError(
      'invalid-option',
      `--data is '${data}', the name of a data set, where a folder belongs`,
      'This program learns from the JSB chorales alone: leave --data out to fetch them, or give a folder that holds them.',
    );
  }
  return loadChorales({ directory: data, env: process.env, signal, onDownload: (url) => note(`fetching ${url}`) });
}
