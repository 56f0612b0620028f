import { decodeTrainingState, encodeTrainingState, type Flow, ndarray, train as trainFlow } from '@advect/core';
import type { CurvePoint, Job } from '@advect/web/worker';
import type { PictureSet } from '../../../data/picture-set.js';
import { suitsUnet } from '../../../model/field-kind.js';
import { measure } from '../../../model/measure.js';
import { pictureFlow } from '../../../model/recipe.js';
import { pictureTraining } from '../../../model/training.js';
import type { Bench } from '../../worker/bench.js';
import { setOf } from '../train/lesson.js';
import { learnedFiles } from '../train/model-files.js';
import type { Checkpoint, Trained, TrainingProgress, TrainingRequest } from '../train/verbs.js';
import { levelsOf } from './rows.js';

/** Updates between two points of the curves. */
const every = 25;
const checkpointEvery = 30;
/** Pictures in a look at what the model makes. */
const looks = 8;
const endless = 1_000_000;

/** Trains a small model on few pictures; it may be stopped at any time. */
export async function train(
  bench: Bench,
  { seed, minutes, resume, ...lesson }: TrainingRequest,
  { signal, progress }: Job<TrainingProgress>,
): Promise<Trained> {
  const set = setOf(lesson);
  const [recipe, batch] = recipeFor(set);
  const flow = pictureFlow(set, { ...recipe, seed });
  const { data, options } = await pictureTraining(flow, set, {
    objective: 'flow-matching',
    batch,
    learningRate: 1e-3,
    weightDecay: 0.01,
    labelDropout: 0,
    steps: endless,
    seed,
  });
  const began = performance.now();
  const seconds = (): number => (performance.now() - began) / 1000;
  let stopped = false;
  bench.stopTraining = () => (stopped = true);
  const [learned, held] = [[...(resume?.curve.train ?? [])], [...(resume?.curve.held ?? [])]] as [CurvePoint[], CurvePoint[]];
  let step = learned.at(-1)?.[0] ?? 0;
  let samples: Uint8Array = new Uint8Array(0);
  let checkpoint: Checkpoint | undefined;
  let [nextLook, nextCheckpoint] = [2, checkpointEvery];

  const { executor } = await bench.engines.run((engine) => Promise.resolve(engine));
  const { size, channels } = set;
  const run = trainFlow(flow, data, {
    ...options,
    schedule: 'constant',
    ema: 0.995,
    validation: { data: ndarray(set.test.pixels, [set.test.count, size, size, channels]), every },
    ...(resume && { resume: decodeTrainingState(resume.state) }),
    executor,
    signal,
  });
  const curve = () => ({ train: [...learned], held: [...held] });
  const checkpointNow = (): Checkpoint => ({ state: encodeTrainingState(run.state()), curve: curve() });
  for await (const now of run) {
    ({ step } = now);
    if (step % every === 0) learned.push([step, now.smoothedLoss]);
    if (now.validation !== undefined) held.push([step, now.validation]);
    if (seconds() > nextLook) {
      samples = await lookAt(flow, { executor, signal });
      nextLook = seconds() + Math.min(12, 1 + seconds() / 4);
    }
    if (seconds() > nextCheckpoint) {
      checkpoint = checkpointNow();
      nextCheckpoint = seconds() + checkpointEvery;
    }
    progress(() => {
      const told = { step, seconds: seconds(), curve: curve(), samples, ...(checkpoint && { checkpoint }) };
      checkpoint = undefined;
      return told;
    });
    if (stopped || seconds() > 60 * minutes) break;
  }
  bench.stopTraining = undefined;
  const measured = await measure(flow, set, { count: set.test.count, signal });
  return {
    checkpoint: checkpointNow(),
    step,
    samples: await lookAt(flow, { executor, signal }),
    files: await learnedFiles(flow, set, { steps: step, seconds: seconds(), seed, measured }),
    heldBitsPerDim: measured.metrics['test bits/dim'],
  };
}

/** A net, and a batch, that learn something from few pictures in a few minutes on one thread. */
const recipeFor = (set: PictureSet) =>
  suitsUnet(set) ? ([{ field: 'unet', width: 16, depth: 1 }, 16] as const) : ([{ field: 'mlp', width: 128, depth: 3 }, 32] as const);

const lookAt = async (flow: Flow, how: object): Promise<Uint8Array> =>
  levelsOf((await flow.sample(looks, { method: 'heun', steps: 8, seed: 0, ...how })).x);
