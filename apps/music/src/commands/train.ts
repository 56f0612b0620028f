import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Flow, TrainingState } from '@advect/core';
import { AdvectError } from '@advect/core/errors';
import { type CommandContext, defineCommand, duration, flag, numeric, readLimited, sparkline, text, writeModelFolder } from '@advect/node';
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
  const { options: o, note, print, signal, progress } = context;
  const stored = o.resume === undefined ? undefined : await readCheckpoint(o.resume);
  const settings = stored?.settings ?? settingsOf(o);
  const checkpoint = `${o.out.replace(/\/+$/, '')}.checkpoint`;
  if (!o.force) await refuseExisting(o.out);
  const chorales = await openChorales(o.data, context);
  note(`${chorales.train.length} chorales to learn from, ${chorales.valid.length} to watch, ${chorales.test.length} to measure with`);

  const { makeRun } = await import('../model/run.js');
  const run = makeRun(chorales, settings, stored?.state, signal);
  const save = (state: TrainingState): Promise<void> =>
    writeModelFolder(
      checkpoint,
      new Map([
        ['checkpoint.json', new TextEncoder().encode(`${JSON.stringify(settings, null, 2)}\n`)],
        ['state.safetensors', run.encode(state)],
      ]),
      { force: true },
    );
  const losses: number[] = [];
  const started = performance.now();
  try {
    for await (const { step, steps, smoothedLoss, validation } of run.training) {
      losses.push(smoothedLoss);
      progress.update(step, steps, `loss ${smoothedLoss.toFixed(4)}`);
      if (validation !== undefined)
        note(`step ${step}: loss ${smoothedLoss.toFixed(4)}, on unseen chorales ${validation.toFixed(4)} nats a pitch`);
      if (step % o.checkpointEvery === 0 || step === steps) await save(run.training.state());
    }
  } catch (thrown) {
    if (!(thrown instanceof AdvectError) || thrown.code !== 'aborted') throw thrown;
    const state = run.training.state();
    await save(state);
    const goOn = `train --resume ${checkpoint} --out ${o.out}${o.data === undefined ? '' : ` --data ${o.data}`}`;
    throw new AdvectError(
      'aborted',
      `training was interrupted after ${state.step} of ${settings.steps} steps`,
      `Go on with: ${goOn}`,
      thrown,
    );
  }
  if (losses.length > 0) note(`loss ${sparkline(losses)} ${losses.at(-1)!.toFixed(4)}, ${duration((performance.now() - started) / 1000)}`);
  await finish(run.flow, chorales, settings, context);
  await rm(checkpoint, { recursive: true, force: true });
  print(o.out);
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

async function readCheckpoint(folder: string): Promise<{ settings: RunSettings; state: Uint8Array }> {
  const settings = readRunSettings(new TextDecoder().decode(await readLimited(join(folder, 'checkpoint.json'), 2 ** 16)));
  return { settings, state: await readLimited(join(folder, 'state.safetensors'), 2 ** 30) };
}

/** Said before an hour of training, not after. */
async function refuseExisting(out: string): Promise<void> {
  const exists = await stat(out).then(
    () => true,
    () => false,
  );
  if (exists) throw new AdvectError('invalid-file', `'${out}' exists already`, 'Give another name with --out, or --force to replace it.');
}
