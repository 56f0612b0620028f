import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Progress } from '@advect/core';
import { AdvectError } from '@advect/base/errors';
import { writeFileAtomic } from '../atomic-file.js';
import type { CommandContext } from '../cli/command.js';
import { type CheckpointNote, pruneCheckpoints, writeCheckpoint } from './checkpoint.js';
import { readRunConfig } from './config.js';
import type { LogEntry, SessionEntry } from './log.js';
import { type OpenRun, samplesOf } from './open.js';
import { vitals } from './vitals.js';

/** What a recorder asks of the training. */
export interface Recorded {
  /** Milliseconds between two attempts to write the last checkpoint. */
  readonly retryEvery: number;
  /** The training's state as bytes. */
  encode(): Uint8Array;
  tensors(): number;
  sample?(): Promise<ReadonlyMap<string, Uint8Array>>;
}

/** Writes what a training does into its run's folder. */
export interface Recorder {
  /** Told once, at the first update: where training stands, and who computed before and computes now. */
  begin(step: number, before: string | undefined, now: string | undefined): Promise<void>;
  step(at: Progress): Promise<void>;
  sample(step: number): Promise<void>;
  happened(event: SessionEntry['event'], step: number, message?: string): Promise<void>;
  /** Writes a checkpoint, if that of this step is not there yet. */
  save(note: Omit<CheckpointNote, 'seconds'>): Promise<void>;
  /** The same where it need not succeed this time. */
  trySave(step: number, save: () => Promise<void>): Promise<void>;
  /** The same where it must: as long as the disk has no room it waits, until the signal fires. */
  mustSave(save: () => Promise<void>): Promise<void>;
  /** Step of the last checkpoint that was written or gone on from. */
  saved(): number | undefined;
  /** Seconds of training, those before the run was resumed included. */
  seconds(): number;
}

export function recorder({ folder, config, checkpoint, log }: OpenRun, training: Recorded, context: CommandContext): Recorder {
  const { note, print, json, quiet, signal } = context;
  const clock = stopwatch(checkpoint?.seconds ?? 0, checkpoint?.step ?? 0);
  let saved = checkpoint?.step;
  let failing = false;

  const tell = async (entry: LogEntry): Promise<void> => {
    await log.add(entry);
    if (json && !quiet) print(JSON.stringify(entry));
  };
  const happened = (event: SessionEntry['event'], step: number, message?: string): Promise<void> =>
    tell({ event, step, time: new Date().toISOString(), ...(message !== undefined && { message }) });

  return {
    happened,
    saved: () => saved,
    seconds: clock.seconds,
    async begin(step, before, now) {
      if (before !== undefined && now !== before)
        note(`This run was computed by ${before} before, and is by ${now} now: it goes on alike, but not to the last bit.`);
      await happened(checkpoint ? 'resume' : 'start', step, now);
    },
    async step({ step, loss, smoothedLoss, gradientNorm, learningRate, validation, metrics }) {
      const told = { ...(validation !== undefined && { validation }), ...(metrics && { metrics }) };
      const around = { ...clock.lap(step), ...(await vitals(training.tensors())) };
      await tell({ event: 'step', step, loss, smoothedLoss, gradientNorm, learningRate, ...told, ...around });
    },
    async sample(step) {
      try {
        for (const [ending, bytes] of (await training.sample?.()) ?? []) {
          const file = `step-${String(step).padStart(8, '0')}.${ending}`;
          await writeFileAtomic(join(samplesOf(folder), file), bytes, { force: true });
          await tell({ event: 'sample', step, file: `samples/${file}` });
        }
      } catch (thrown) {
        if (!(thrown instanceof AdvectError)) throw thrown;
        note(`No sample at step ${step}: ${thrown.message}`);
      }
    },
    async save({ step, ...rest }) {
      if (saved === step) return;
      await refuseGoneFolder(folder, step, config.steps);
      await log.flush();
      const sha256 = await writeCheckpoint(folder, { step, seconds: clock.seconds(), ...rest, state: training.encode() });
      saved = step;
      await tell({ event: 'checkpoint', step, sha256, best: rest.best?.step === step });
      await pruneCheckpoints(folder, config.plan.keep, rest.best?.step);
    },
    async trySave(step, save) {
      try {
        await save();
        if (failing) note(`Checkpoints are written again, that of step ${step} first.`);
        failing = false;
      } catch (thrown) {
        if (!isForNow(thrown)) throw thrown;
        if (!failing)
          note(`The checkpoint of step ${step} was not written: ${thrown.message}. ${thrown.hint} Training goes on, and tries again.`);
        failing = true;
      }
    },
    async mustSave(save) {
      for (let waiting = false; ; waiting = true) {
        try {
          return await save();
        } catch (thrown) {
          if (!isForNow(thrown)) throw thrown;
          if (!waiting) note(`Waiting to write the last checkpoint: ${thrown.message}. ${thrown.hint} Ctrl-C gives up.`);
          await setTimeout(training.retryEvery, undefined, { signal }).catch(() => {});
          if (signal.aborted) throw thrown;
        }
      }
    },
  };
}

/** A fault of the disk that may pass, unlike a folder that is gone. */
const isForNow = (thrown: unknown): thrown is AdvectError => thrown instanceof AdvectError && thrown.code !== 'not-found';

async function refuseGoneFolder(folder: string, step: number, steps: number): Promise<void> {
  await readRunConfig(folder).catch((cause: unknown) => {
    throw new AdvectError(
      'not-found',
      `the folder '${folder}' of the run is gone, or its config.json is, after ${step} of ${steps} steps`,
      'Nothing can be kept there any more; start the training again.',
      cause,
    );
  });
}

/** Seconds of training, and updates a second since the last look. */
function stopwatch(before: number, from: number): { seconds(): number; lap(step: number): { seconds: number; rate: number } } {
  const started = performance.now();
  const seconds = (): number => before + (performance.now() - started) / 1000;
  let last = { at: before, step: from };
  return {
    seconds,
    lap(step) {
      const at = seconds();
      const rate = (step - last.step) / (at - last.at);
      last = { at, step };
      return { seconds: Number(at.toFixed(3)), rate: Number(rate.toPrecision(4)) };
    },
  };
}
