import { breathe } from '../breathe.js';
import { AdvectError, throwIfAborted } from '@advect/base/errors';
import type { ExecutorReport } from '@advect/compiler';
import type { Parameters } from '../field/field.js';
import type { Flow } from '../flow/flow.js';
import { giveLate } from '../flow/late-parameters.js';
import { type Key, key as keyOf, split } from '../random/index.js';
import { ready } from '../tensor/index.js';
import { toBatch } from './batch.js';
import { clipByGlobalNorm, globalNorm } from './clip.js';
import { type DataSource, openData, type TrainingData } from './data.js';
import { copyParameters, emaUpdate } from './ema.js';
import { adamDefaults, adamUpdate, type Gradients } from './optimizer.js';
import { readTrainOptions, type TrainOptions, type TrainSettings } from './options.js';
import { schedules, warmUp } from './schedule.js';
import { inOneMemory } from './update-kernel.js';
import { copyState, type LiveState, newState, resumeState, type TrainingState } from './state.js';
import { openValidation } from './validation.js';

/** What one update did. */
export interface Progress {
  /** Updates made, and in all. */
  readonly step: number;
  readonly steps: number;
  /** Of this update's batch, before the update. */
  readonly loss: number;
  /** Mean of the losses so far, those of the last hundred updates or so weighing most. */
  readonly smoothedLoss: number;
  /** Global norm of the gradient before clipping. */
  readonly gradientNorm: number;
  readonly learningRate: number;
  /** The objective's further numbers. */
  readonly metrics?: Readonly<Record<string, number>>;
  /** Who computed the objective, with how many threads, and why. */
  readonly executor?: ExecutorReport;
  /** Mean loss on the held-out data, or what `measure` gave, at the updates where it is measured. */
  readonly validation?: number;
}

/**
 * A run of training, which has not begun. `await` it to run to the end, for the last progress; or iterate over it, one update
 * for each item: leave the loop whenever you like, then iterate again, or await the rest. (An async function that returns it
 * awaits it: return an object that holds it instead.)
 *
 * At each item, and after the loop however it ends, `flow.parameters` is a complete set of weights: the moving average
 * if the run keeps one, else the weights of the last update. No tensor outlives an item.
 */
export interface Training extends AsyncIterable<Progress>, PromiseLike<Progress> {
  /** A copy of everything that is needed to go on later (`resume`), consistent at any moment. */
  state(): TrainingState;
}

/** `cause` of a 'training-diverged' error. */
export interface Divergence {
  readonly step: number;
  readonly loss: number;
  readonly gradientNorm: number;
  /** The run before the update that failed. */
  readonly state: TrainingState;
}

const SMOOTHING = 0.99;

/**
 * Trains a flow: minimises an objective over its field's weights with AdamW.
 *
 * The randomness of step k (order of the data, dequantisation, the objective's noise, label dropout) comes from (seed, k)
 * alone, so that a resumed run gives the same bytes as an uninterrupted one on the same backend.
 *
 * Throws `unknown-option` and `invalid-option` at once. Iterating throws `invalid-value` or `invalid-shape` for data that
 * do not fit, before the first update, and for a schedule that is not finite; 'training-diverged' at a loss or gradient that is not finite, with a
 * {@link Divergence} as its cause and the last good weights in the flow; 'aborted' after the signal fires.
 *
 * @param data samples [count, ...event] in data space (the flow's transforms are applied at each step, with fresh noise),
 *   { x, labels }, { x, condition }, { x0, x1 } in the space of the field, or a sampler
 */
export function train(flow: Flow, data: TrainingData, options: TrainOptions): Training {
  const settings = readTrainOptions(options);
  const { objective, executor, threads } = settings;
  const computing = { executor, threads };
  if (!flow?.field) throw new AdvectError('invalid-value', 'train was given no flow', 'Give what `cnf` or `loadModel` returns.');
  const run = { seed: settings.seed, batch: settings.batch, objective: objective.name, ema: settings.ema !== false };
  const live = inOneMemory(settings.resume ? resumeState(settings.resume, run, flow.parameters) : newState(flow.parameters, run.ema));
  const state = (): TrainingState => ({ ...copyState(live), seed: run.seed, batch: run.batch, objective: run.objective });
  const weights = (): Parameters => copyParameters(live.ema ?? live.parameters);
  const learningRateAt = learningRates(settings);
  const keys = runKeys(settings.seed);
  let sources: Promise<Sources> | undefined;
  let running = false;
  let last: Progress | undefined;
  let end: Promise<Progress> | undefined;

  async function* iterate(): AsyncGenerator<Progress, void, void> {
    if (running) throw new AdvectError('unsupported', 'this training is already running', 'Iterate over it once at a time.');
    running = true;
    try {
      await ready();
      const { training, validation } = await (sources ??= openSources(flow, data, settings, keys.validation));
      while (live.step < settings.steps) {
        await breathe();
        throwIfAborted(settings.signal, 'train');
        const stepKey = split(keys.steps, live.step);
        const batch = toBatch(flow, training.draw(live.step, settings.batch, keys.order), stepKey, settings.labelDropout);
        const objectiveKey = split(stepKey, 'objective');
        const evaluation = await objective.evaluate(flow, live.parameters, batch, objectiveKey, computing);
        const { loss, gradients, metrics } = evaluation;
        const gradientNorm = settings.clip === false ? globalNorm(gradients) : clipByGlobalNorm(gradients, settings.clip);
        if (!Number.isFinite(loss) || !Number.isFinite(gradientNorm)) throw diverged(loss, gradientNorm, live.step + 1, state());
        const learningRate = learningRateAt(live.step);
        if (!Number.isFinite(learningRate)) throw unusable(learningRate, live.step);
        advance(live, gradients, loss, learningRate, settings);
        giveLate(flow, weights);
        const due = validation && isMeasured(live.step, settings);
        last = {
          step: live.step,
          steps: settings.steps,
          loss,
          smoothedLoss: live.smoothing.loss / live.smoothing.weight,
          gradientNorm,
          learningRate,
          ...(metrics && { metrics }),
          ...(evaluation.executor && { executor: evaluation.executor }),
          ...(due && { validation: await validation() }),
        };
        yield last;
      }
    } finally {
      running = false;
      flow.parameters = weights();
    }
  }

  async function finish(): Promise<Progress> {
    try {
      const rest = iterate();
      while (!(await rest.next()).done);
    } finally {
      end = undefined;
    }
    if (last) return last;
    throw new AdvectError('invalid-option', `train: all ${settings.steps} steps are done`, 'Ask for more steps.');
  }

  return {
    [Symbol.asyncIterator]: iterate,
    state,
    // oxlint-disable-next-line unicorn/no-thenable -- a run is awaited
    then: (fulfilled, rejected) => (end ??= finish()).then(fulfilled, rejected),
  };
}

const runKeys = (seed: number): { order: Key; steps: Key; validation: Key } => {
  const root = split(keyOf(seed), 'train');
  return { order: split(root, 'order'), steps: split(root, 'steps'), validation: split(root, 'validation') };
};

function learningRates({ schedule, warmup, steps, learningRate }: TrainSettings): (step: number) => number {
  const shape = warmUp(warmup, typeof schedule === 'function' ? schedule : schedules[schedule]);
  return (step) => learningRate * shape(step, steps);
}

/** Whether the held-out data are measured after this update. */
const isMeasured = (step: number, { validation, steps }: TrainSettings): boolean =>
  step % (validation?.every ?? steps) === 0 || step === steps;

interface Sources {
  readonly training: DataSource;
  readonly validation?: () => Promise<number>;
}

async function openSources(flow: Flow, data: TrainingData, settings: TrainSettings, key: Key): Promise<Sources> {
  return {
    training: await openData(data, flow.field.conditionDim, 'train: data'),
    ...(settings.validation && { validation: await openValidation(flow, settings.validation, settings, key) }),
  };
}

/** One update of everything in the state, without a pause in between, so that a copy taken at any moment is consistent. */
function advance(live: LiveState, gradients: Gradients, loss: number, learningRate: number, { weightDecay, ema }: TrainSettings): void {
  adamUpdate(live.parameters, gradients, live.optimizer, learningRate, { ...adamDefaults, weightDecay });
  live.step += 1;
  if (live.ema && ema !== false) emaUpdate(live.ema, live.parameters, ema, live.step);
  live.smoothing.loss = SMOOTHING * live.smoothing.loss + loss;
  live.smoothing.weight = SMOOTHING * live.smoothing.weight + 1;
}

const unusable = (learningRate: number, step: number): AdvectError =>
  new AdvectError(
    'invalid-value',
    `train: the schedule makes the learning rate ${learningRate} at step ${step}`,
    'Return a finite factor.',
  );

function diverged(loss: number, gradientNorm: number, step: number, state: TrainingState): AdvectError {
  return new AdvectError(
    'training-diverged',
    `train: at step ${step} the loss is ${loss} and the norm of the gradient ${gradientNorm}; the flow has the weights of step ${step - 1}`,
    'Lower the learning rate, or clip the gradient lower; then train on from these weights.',
    { step, loss, gradientNorm, state } satisfies Divergence,
  );
}
