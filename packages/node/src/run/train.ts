import { join } from 'node:path';
import type { Flow, Progress, Training } from '@advect/core';
import { AdvectError } from '@advect/base/errors';
import { writeFileAtomic } from '../atomic-file.js';
import type { CommandContext } from '../cli/command.js';
import { duration, sparkline } from '../progress.js';
import { type BestSoFar, measured, nothingMeasured, patienceIsOver } from './best.js';
import { pruneCheckpoints, readCheckpoint, writeCheckpoint } from './checkpoint.js';
import { readRunConfig } from './config.js';
import type { LogEntry, SessionEntry } from './log.js';
import { type OpenRun, samplesOf } from './open.js';
import { progressText } from './progress-text.js';
import { vitals } from './vitals.js';

export interface RunTraining {
  /** What is trained. */
  readonly flow: Flow;
  /** The training, resumed from the run's checkpoint where there is one. */
  readonly training: Training;
  /** Makes files that show what the flow has learned, by the endings of their names. It must not change the flow. */
  readonly sample?: () => Promise<ReadonlyMap<string, Uint8Array>>;
}

/** How a training ended. */
export interface RunOutcome extends BestSoFar {
  readonly step: number;
  readonly seconds: number;
}

type Context = Pick<CommandContext, 'note' | 'progress' | 'print' | 'json' | 'quiet'>;

/**
 * Trains to the end with a progress line, log, samples and checkpoints, as the run's plan says. An abort (Ctrl-C) writes a
 * checkpoint and throws `aborted` with the command that goes on. With `patience` training may end early, and the flow gets
 * the best weights that were measured.
 *
 * A checkpoint that cannot be written (a full disk) is said aloud and tried again at the next; only the last must succeed. The
 * same holds for lines of the log and for samples. A run's folder that is gone ends the training.
 */
export async function trainRun(run: OpenRun, { flow, training, sample }: RunTraining, context: Context): Promise<RunOutcome> {
  const { folder, config, log } = run;
  const { plan, steps } = config;
  const { note, progress } = context;
  const core = await import('@advect/core');
  const clock = stopwatch(run.checkpoint?.seconds ?? 0);
  const losses: number[] = [];
  let so: BestSoFar = run.checkpoint ?? nothingMeasured;
  let executor = run.checkpoint?.executor;
  let validation: number | undefined;
  let step = run.checkpoint?.step ?? 0;
  let saved = run.checkpoint?.step;
  let begun = false;

  const tell = async (entry: LogEntry): Promise<void> => {
    await log.add(entry);
    if (context.json && !context.quiet) context.print(JSON.stringify(entry));
  };
  const happened = (event: SessionEntry['event'], message?: string): Promise<void> =>
    tell({ event, step, time: new Date().toISOString(), ...(message !== undefined && { message }) });

  const save = async (): Promise<void> => {
    if (saved === step) return;
    await readRunConfig(folder).catch((cause: unknown) => {
      throw new AdvectError('not-found', `the folder '${folder}' of the run is gone, after ${step} of ${steps} steps`, 'Start again.', cause);
    });
    await log.flush();
    const { best, since } = so;
    const state = core.encodeTrainingState(training.state());
    const hash = await writeCheckpoint(folder, { step, seconds: clock.seconds(), ...(executor && { executor }), ...(best && { best }), since, state });
    saved = step;
    await tell({ event: 'checkpoint', step, sha256: hash, best: best?.step === step });
    await pruneCheckpoints(folder, plan.keep, best?.step);
  };
  const trySave = async (): Promise<void> => {
    try {
      await save();
    } catch (thrown) {
      if (!(thrown instanceof AdvectError) || thrown.code === 'not-found') throw thrown;
      note(`The checkpoint of step ${step} could not be written: ${thrown.message}. ${thrown.hint} Training goes on and tries again.`);
    }
  };
  const makeSample = async (): Promise<void> => {
    try {
      for (const [ending, bytes] of await sample!()) {
        const file = `step-${String(step).padStart(8, '0')}.${ending}`;
        await writeFileAtomic(join(samplesOf(folder), file), bytes, { force: true });
        await tell({ event: 'sample', step, file: `samples/${file}` });
      }
    } catch (thrown) {
      if (!(thrown instanceof AdvectError)) throw thrown;
      note(`No sample at step ${step}: ${thrown.message}`);
    }
  };
  const begin = async (at: Progress): Promise<void> => {
    begun = true;
    const now = at.executor && `${[at.executor.executor, at.executor.target].filter(Boolean).join(' ')}, threads: ${at.executor.threads}`;
    if (executor !== undefined && now !== executor)
      note(`This run was computed by ${executor} before, and is by ${now} now: it goes on alike, but not to the last bit.`);
    executor = now;
    await happened(run.checkpoint ? 'resume' : 'start', now);
  };

  try {
    const isOver = (): boolean => patienceIsOver(so, plan.patience);
    if (!isOver()) {
      for await (const at of training) {
        if (!begun) await begin(at);
        step = at.step;
        const isLast = step === steps;
        if (at.validation !== undefined) so = measured(so, step, (validation = at.validation));
        const improved = so.best?.step === step;
        progress.update(step, steps, progressText(at.smoothedLoss, validation, config.unit));
        if (isLast || isLogged(step, steps) || at.validation !== undefined) {
          losses.push(at.smoothedLoss);
          const { loss, smoothedLoss, gradientNorm, learningRate, metrics } = at;
          const numbers = { loss, smoothedLoss, gradientNorm, learningRate, ...(at.validation !== undefined && { validation: at.validation }) };
          const rest = { ...clock.lap(step), ...(await vitals(core.countTensors())) };
          await tell({ event: 'step', step, ...numbers, ...(metrics && { metrics }), ...rest });
        }
        if (sample && plan.sampleEvery !== undefined && (isLast || step % plan.sampleEvery === 0)) await makeSample();
        if (isLast || isOver()) await save();
        else if (improved || step % plan.checkpointEvery === 0) await trySave();
        if (isOver()) break;
      }
    }
  } catch (thrown) {
    if (thrown instanceof AdvectError && thrown.code === 'aborted') {
      await save();
      await happened('interrupted');
      await log.flush();
      throw interruption(run, step, thrown);
    }
    await happened('failed', thrown instanceof Error ? thrown.message : String(thrown));
    if (saved !== undefined) note(`The last checkpoint is of step ${saved}: go on with train --resume ${shellWord(folder)}`);
    throw thrown;
  }
  if (isEarly(so, plan.patience) && so.best) {
    const { parameters, ema } = core.decodeTrainingState((await readCheckpoint(folder, so.best.step)).state);
    flow.parameters = ema ?? parameters;
    note(`Taking the weights of step ${so.best.step}, the best measured: ${so.best.validation.toFixed(4)} ${config.unit ?? ''}`.trimEnd());
  }
  if (begun) await happened('trained', step < steps ? `no better for ${plan.patience} measurements` : undefined);
  if (losses.length > 0) note(`loss ${sparkline(losses)} ${losses.at(-1)!.toFixed(4)}, ${duration(clock.seconds())}`);
  return { ...so, step, seconds: clock.seconds() };
}

/** Tells the log that the model is there, with what was measured of it. */
export async function finishRun({ log, config }: OpenRun, { step }: RunOutcome, metrics?: Readonly<Record<string, number>>): Promise<void> {
  await log.add({ event: 'finished', step: Math.min(step, config.steps), time: new Date().toISOString(), ...(metrics && { metrics }) });
  await log.flush();
}

/** About a thousand lines whatever the number of updates, and the first. */
const isLogged = (step: number, steps: number): boolean => step === 1 || step % Math.max(1, Math.round(steps / 1000)) === 0;

const isEarly = ({ best }: BestSoFar, patience: number | undefined): boolean => patience !== undefined && best !== undefined;

const interruption = ({ folder, config }: OpenRun, step: number, cause: unknown): AdvectError =>
  new AdvectError(
    'aborted',
    `training was interrupted after ${step} of ${config.steps} steps`,
    `Go on with: train --resume ${shellWord(folder)}`,
    cause,
  );

/** A word that a shell takes as it is. */
export const shellWord = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`);

/** Seconds of training, those of earlier sessions included, and updates a second since the last look. */
function stopwatch(before: number): { seconds(): number; lap(step: number): { seconds: number; rate: number } } {
  const started = performance.now();
  let last: { at: number; step: number } | undefined;
  const seconds = (): number => before + (performance.now() - started) / 1000;
  return {
    seconds,
    lap(step) {
      const at = seconds();
      const rate = last && at > last.at ? (step - last.step) / (at - last.at) : 0;
      last = { at, step };
      return { seconds: Number(at.toFixed(3)), rate: Number(rate.toPrecision(4)) };
    },
  };
}
