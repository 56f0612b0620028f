import type { Flow, Parameters, TrainingData, TrainingState, TrainOptions, Validation } from '@advect/core';
import { AdvectError } from '@advect/base/errors';
import { shellWord } from '@advect/base/shell-word';
import type { CommandContext } from '../cli/command.js';
import { duration, sparkline } from '../progress.js';
import { type BestSoFar, measured, nothingMeasured, patienceIsOver } from './best.js';
import { readCheckpoint } from './checkpoint.js';
import { describeExecutor } from './executor.js';
import type { OpenRun } from './open.js';
import { progressText } from './progress-text.js';
import { recorder } from './recorder.js';

/** What to train, as `train` of the library takes it; the run adds when to validate, and where to go on from. */
export interface RunTraining {
  readonly flow: Flow;
  readonly data: TrainingData;
  readonly options: Pick<TrainOptions, 'objective'> & Partial<Omit<TrainOptions, 'validation' | 'resume'>>;
  /** What to measure on the way; lower is better. */
  readonly validation?: WithoutEvery<Validation>;
  /** Makes files that show what the flow has learned, by the endings of their names. It must not change the flow. */
  readonly sample?: () => Promise<ReadonlyMap<string, Uint8Array>>;
  /** Milliseconds between two attempts to write the last checkpoint on a full disk. Default 10,000. */
  readonly retryEvery?: number;
  /** What the command line that goes on needs behind `train --resume RUN`. */
  readonly goOn?: string;
}

type WithoutEvery<V> = V extends Validation ? Omit<V, 'every'> : never;

/** How a training ended. */
export interface RunOutcome extends BestSoFar {
  readonly step: number;
  readonly seconds: number;
}

/**
 * Trains to the end with a progress line, log, samples and checkpoints, as the run's plan says. An abort (Ctrl-C) writes a
 * checkpoint and throws `aborted` with the command that goes on. With `patience` training may end early, and the flow gets
 * the best weights that were measured.
 *
 * A checkpoint that cannot be written (a full disk) is said aloud and tried again at the next; for the last the run waits
 * until there is room. Lines of the log wait too. A run's folder that is gone ends the training with `not-found`.
 */
export async function trainRun(run: OpenRun, work: RunTraining, context: CommandContext): Promise<RunOutcome> {
  const { flow, data, options, validation: watched, sample } = work;
  const { folder, config, checkpoint } = run;
  const { plan, steps } = config;
  const goOn = `train --resume ${shellWord(folder)}${work.goOn ?? ''}`;
  const core = await import('@advect/core');
  const validation = watched && plan.validateEvery !== undefined && ({ ...watched, every: plan.validateEvery } as Validation);
  const resume = checkpoint && core.decodeTrainingState(checkpoint.state);
  const training = core.train(flow, data, { ...options, steps, ...(validation && { validation }), ...(resume && { resume }) });
  const encode = (): Uint8Array => core.encodeTrainingState(training.state());
  const record = recorder(run, { encode, tensors: core.countTensors, sample, retryEvery: work.retryEvery ?? 10_000 }, context);

  let so: BestSoFar = checkpoint ? { best: checkpoint.best, since: checkpoint.since } : nothingMeasured;
  let executor = checkpoint?.executor;
  let step = checkpoint?.step ?? 0;
  let last: number | undefined;
  let begun = false;
  let bestWeights: Parameters | undefined;
  const losses: number[] = [];
  const isOver = (): boolean => patienceIsOver(so, plan.patience);
  const save = (): Promise<void> => record.save({ step, ...(executor !== undefined && { executor }), ...so });

  const follow = async (): Promise<void> => {
    for await (const at of training) {
      if (!begun) {
        const now = describeExecutor(at.executor);
        await record.begin(step, executor, now);
        [begun, executor] = [true, now];
      }
      step = at.step;
      if (at.validation !== undefined) {
        so = measured(so, step, at.validation);
        last = at.validation;
        if (plan.patience !== undefined && so.best?.step === step) bestWeights = flow.parameters;
      }
      context.progress.update(step, steps, progressText(at.smoothedLoss, last, config.unit));
      const ends = step === steps || isOver();
      if (ends || isLogged(step, steps) || at.validation !== undefined) {
        losses.push(at.smoothedLoss);
        await record.step(at);
      }
      if (plan.sampleEvery !== undefined && (ends || step % plan.sampleEvery === 0)) await record.sample(step);
      if (ends) await record.mustSave(save);
      else if (so.best?.step === step || step % plan.checkpointEvery === 0) await record.trySave(step, save);
      if (isOver()) return;
    }
  };
  try {
    if (!isOver()) await follow();
  } catch (thrown) {
    if (thrown instanceof AdvectError && thrown.code === 'aborted') {
      // A measurement that was cut short is made again: its update counts as not made.
      if (training.state().step === step) await save();
      await record.happened('interrupted', step);
      throw new AdvectError('aborted', `training was interrupted after ${step} of ${steps} steps`, `Go on with: ${goOn}`, thrown);
    }
    await record.happened('failed', step, thrown instanceof Error ? thrown.message : String(thrown));
    if (record.saved() !== undefined) context.note(`The checkpoint of step ${record.saved()} is safe: ${goOn}`);
    throw thrown;
  }
  if (plan.patience !== undefined && so.best) {
    const { step: bestStep, validation: value } = so.best;
    flow.parameters = bestWeights ?? weightsOf(core.decodeTrainingState((await readCheckpoint(folder, bestStep)).state));
    context.note(`Taking the weights of step ${bestStep}, where ${value.toFixed(4)} ${config.unit ?? ''} was measured`);
  }
  if (begun) {
    await record.happened('trained', step, isOver() ? `no better for ${plan.patience} measurements` : undefined);
    context.note(`loss ${sparkline(losses)} ${losses.at(-1)!.toFixed(4)}, ${duration(record.seconds())}`);
  }
  return { ...so, step, seconds: record.seconds() };
}

/** About a thousand lines whatever the number of updates; the same lines however often a run is stopped. */
const isLogged = (step: number, steps: number): boolean => step === 1 || step % Math.max(1, Math.round(steps / 1000)) === 0;

/** The weights that a flow has: the average where there is one. */
const weightsOf = ({ parameters, ema }: TrainingState): Parameters => ema ?? parameters;
