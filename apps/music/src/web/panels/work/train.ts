import { decodeTrainingState, encodeTrainingState, type Flow, loadModel, saveModel, train as trainFlow } from '@advect/core';
import type { CurvePoint, Handlers, Job } from '@advect/web/worker';
import { compose } from '../../../model/compose.js';
import { composeDefaults } from '../../../model/defaults.js';
import type { FillSettings } from '../../../model/fill.js';
import { choraleFlow } from '../../../model/flow.js';
import { isTold } from '../../../model/given.js';
import { netSize } from '../../../model/net-size.js';
import { choraleTraining } from '../../../model/training.js';
import { type Bench, openedOn } from '../../worker/bench.js';
import { learnedFiles } from '../train/model-files.js';
import type { Checkpoint, EarlyTune, Trained, TrainingProgress, TrainingRequest, TrainingVerbs } from '../train/verbs.js';

/** Updates between two points of the curves, and windows that are kept apart for each of them. */
const every = 10;
const watched = 32;
const checkpointEvery = 30;
const endless = 1_000_000;

/** A net that learns something in some minutes on one thread. */
const small = { width: 48, layers: 2, told: true };

/** The worker's answers to the panel that trains. */
export function trainingHandlers(bench: Bench): Handlers<TrainingVerbs> {
  let paused = false;
  return {
    train(request, job) {
      paused = false;
      return train(bench, request, job, () => paused);
    },
    pauseTraining: () => void (paused = true),
    async openModelFiles() {
      const { flow, manifest } = openedOn(bench);
      const { name, description, defaults, application, training, metrics } = manifest;
      return { name, files: await saveModel(flow, { name, description, defaults, application, training, metrics }) };
    },
  };
}

async function train(
  bench: Bench,
  { lesson, from, seed, minutes, resume }: TrainingRequest,
  { signal, progress }: Job<TrainingProgress>,
  isPaused: () => boolean,
): Promise<Trained> {
  const flow = from ? await loadModel(from.files) : choraleFlow({ ...small, seed });
  const { data, options, validation } = choraleTraining(
    { train: lesson.train, valid: lesson.held },
    {
      subject: 'chorales',
      ...netSize(flow),
      masks: isTold(flow) ? 0.65 : 0,
      steps: endless,
      batch: 8,
      learningRate: from ? 3e-4 : 1.5e-3,
      weightDecay: 0.01,
      seed,
    },
    flow,
  );
  const began = performance.now();
  const seconds = (): number => (performance.now() - began) / 1000;
  const [learned, held] = [[...(resume?.curve.train ?? [])], [...(resume?.curve.held ?? [])]] as [CurvePoint[], CurvePoint[]];
  let step = learned.at(-1)?.[0] ?? 0;
  let tune: EarlyTune | undefined;
  let checkpoint: Checkpoint | undefined;
  let [nextTune, nextCheckpoint] = [3, checkpointEvery];

  const { executor } = await bench.engines.run((engine) => Promise.resolve(engine));
  const run = trainFlow(flow, data, {
    ...options,
    schedule: 'constant',
    warmup: 20,
    ema: from ? 0.99 : 0.995,
    validation: { data: validation.data, count: watched, every },
    ...(resume && { resume: decodeTrainingState(resume.state) }),
    executor,
    signal,
  });
  const curve = () => ({ train: [...learned], held: [...held] });
  const checkpointNow = (): Checkpoint => ({ state: encodeTrainingState(run.state()), curve: curve() });
  const tuneNow = () => earlyTune(flow, step, { executor, signal });
  for await (const now of run) {
    ({ step } = now);
    if (step % every === 0) learned.push([step, now.smoothedLoss]);
    if (now.validation !== undefined) held.push([step, now.validation]);
    if (seconds() > nextTune) {
      tune = await tuneNow();
      nextTune = seconds() + Math.min(20, 2 + seconds() / 4);
    }
    if (seconds() > nextCheckpoint) {
      checkpoint = checkpointNow();
      nextCheckpoint = seconds() + checkpointEvery;
    }
    progress(() => {
      const told = { step, seconds: seconds(), curve: curve(), tune, checkpoint };
      checkpoint = undefined;
      return told;
    });
    if (isPaused() || seconds() > 60 * minutes) break;
  }
  const heldLoss = held.at(-1)?.[1] ?? NaN;
  return {
    checkpoint: checkpointNow(),
    step,
    tune: await tuneNow(),
    files: await learnedFiles(flow, lesson, { from: from?.name, steps: step, seconds: seconds(), seed, heldLoss }),
    heldLoss,
  };
}

async function earlyTune(flow: Flow, step: number, how: Pick<FillSettings, 'executor' | 'signal'>): Promise<EarlyTune> {
  const [{ score, key }] = await compose(flow, { ...composeDefaults, ...how, best: 1, steps: 30, seed: 0, index: 0, count: 1, bars: 4 });
  return { step, score, key };
}
