import { realpathSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import {
  beginRun,
  defineCommand,
  findRun,
  finishRun,
  main,
  modelOf,
  numeric,
  type Program,
  refuseEarlierRun,
  refuseSettled,
  resumeRun,
  runConfig,
  runFolderOf,
  runOptions,
  showLearningRate,
  trainRun,
  writeModelFolder,
} from '#src/index.js';

interface Settings {
  readonly seed: number;
  readonly steps: number;
  readonly pause: number;
  readonly threads?: number;
}

const options = {
  steps: numeric({ description: 'updates', integer: true, min: 1, default: 60 }),
  seed: numeric({ description: 'seed', integer: true, min: 0, default: 0 }),
  pause: numeric({ description: 'milliseconds that a measurement takes', min: 0, default: 0 }),
  threads: numeric({ description: 'threads', integer: true, min: 1 }),
  ...runOptions({ checkpointEvery: 5, validateEvery: 10, sampleEvery: 20 }),
};

/** A `train` command as apps have it, of a flow small enough to be trained in a second. */
const train = defineCommand({
  name: 'train',
  summary: 'Train a small flow.',
  options,
  run: async (context) => {
    const { options: o, signal, print, json } = context;
    const core = await import('@advect/core');
    refuseSettled(context);
    const resumed = o.resume === undefined ? undefined : await findRun(o.resume);
    const settings = (resumed?.config.settings ?? { seed: o.seed, steps: o.steps, pause: o.pause, threads: o.threads }) as Settings;
    const out = o.out ?? (resumed ? modelOf(resumed.folder, resumed.config) : 'model');
    await refuseEarlierRun(out, o);
    const { seed, threads, pause } = settings;
    const flow = core.cnf({ field: core.mlp({ dim: 2, hidden: [24, 24] }), seed });
    const training = { objective: core.flowMatching(), batch: 64, learningRate: 1e-2, seed, signal, ...(threads && { threads }) };
    if (o.findRate) return showLearningRate(flow, core.distributions.moons, training, context);
    const held = core.distributions.moons.sample(32, core.key(99));
    const measure = async (now: typeof flow): Promise<number> => {
      await new Promise((resolve) => setTimeout(resolve, pause));
      const { logProb } = await now.logProb(held, { rtol: 1e-2, atol: 1e-2 });
      return -logProb.reduce((sum: number, v: number) => sum + v, 0) / held.shape[0];
    };
    const run = resumed
      ? await resumeRun(resumed.folder, resumed.config, context)
      : await beginRun(runFolderOf(out), runConfig(context, { settings, out, command: 'small train', unit: 'nats' }), context);
    try {
      const sample = async () => new Map([['json', new TextEncoder().encode(JSON.stringify((await flow.sample(4, { seed: 0 })).x))]]);
      const outcome = await trainRun(
        run,
        { flow, data: core.distributions.moons, options: training, validation: { measure }, sample },
        context,
      );
      await finishRun(run, outcome, context, async () => {
        await wait(pause, undefined, { signal }).catch(() => {});
        signal.throwIfAborted();
        await writeModelFolder(out, await core.saveModel(flow, { name: 'small', description: 'small' }), o);
        return { validation: outcome.best?.validation ?? NaN };
      });
    } finally {
      await run.close();
    }
    print(json ? JSON.stringify({ model: out, run: run.folder }) : out);
  },
});

export const smallProgram: Program = { name: 'small', version: '1.0.0', summary: 'A test.', commands: [train] };
export const smallFile = fileURLToPath(import.meta.url);

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === smallFile) await main(smallProgram);
