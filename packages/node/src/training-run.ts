import { rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Progress, Training, TrainingState } from '@advect/core';
import { AdvectError } from '@advect/base/errors';
import { refuseExisting } from './atomic-file.js';
import type { CommandContext } from './cli/command.js';
import { readModelFolder, writeModelFolder } from './model-folder.js';
import { duration, sparkline } from './progress.js';

export interface TrainingRun {
  readonly training: Training;
  /** Updates in all. */
  readonly steps: number;
  /** What a resumed run needs besides the state, kept in the checkpoint as JSON. */
  readonly settings: object;
  /** The state as bytes (`encodeTrainingState`). */
  encode(state: TrainingState): Uint8Array;
  /** Updates between checkpoints. */
  readonly checkpointEvery: number;
  /** The model's folder; the checkpoint lies beside it. */
  readonly out: string;
  /** The rest of the command line that goes on after an interruption, behind `train --resume CHECKPOINT`. */
  readonly goOn: string;
  /** Called at each update, after the progress line. */
  readonly onProgress?: (progress: Progress) => void;
}

/**
 * Runs a training to its end with a progress line and checkpoints. An abort (Ctrl-C) writes a checkpoint and throws
 * `aborted` with the command that goes on. The last checkpoint stays until `dropCheckpoint`, when the model is written.
 */
export async function runTraining(run: TrainingRun, { note, progress }: Pick<CommandContext, 'note' | 'progress'>): Promise<void> {
  const { training, steps, checkpointEvery, out, goOn, onProgress } = run;
  const folder = checkpointOf(out);
  const save = (state: TrainingState): Promise<void> =>
    writeModelFolder(
      folder,
      new Map([
        ['checkpoint.json', new TextEncoder().encode(`${JSON.stringify(run.settings, null, 2)}\n`)],
        ['state.safetensors', run.encode(state)],
      ]),
      { force: true },
    );
  const losses: number[] = [];
  const started = performance.now();
  try {
    for await (const at of training) {
      losses.push(at.smoothedLoss);
      progress.update(at.step, steps, `loss ${at.smoothedLoss.toFixed(4)}`);
      onProgress?.(at);
      if (at.step % checkpointEvery === 0 || at.step === steps) await save(training.state());
    }
  } catch (thrown) {
    if (!(thrown instanceof AdvectError) || thrown.code !== 'aborted') throw thrown;
    const state = training.state();
    await save(state);
    throw new AdvectError(
      'aborted',
      `training was interrupted after ${state.step} of ${steps} steps`,
      `Go on with: train --resume ${folder} ${goOn}`,
      thrown,
    );
  }
  if (losses.length > 0) note(`loss ${sparkline(losses)} ${losses.at(-1)!.toFixed(4)}, ${duration((performance.now() - started) / 1000)}`);
}

/**
 * Throws `invalid-file` where the model, or the checkpoint of an earlier run towards it, exists: said before the training,
 * not after it.
 */
export async function refuseEarlierRun(out: string, { force, resume }: { force: boolean; resume?: string }): Promise<void> {
  if (force) return;
  await refuseExisting(out);
  const folder = checkpointOf(out);
  if (resume !== undefined && resolve(resume) === resolve(folder)) return;
  await refuseExisting(folder, `Go on from it with --resume ${folder}, give another name with --out, or --force to begin anew.`);
}

/** The two files of a checkpoint: settings as text, state as bytes. */
export async function readCheckpoint(folder: string): Promise<{ settings: string; state: Uint8Array }> {
  const files = await readModelFolder(folder, 'checkpoint.json');
  const state = files.get('state.safetensors');
  if (!state) throw new AdvectError('invalid-file', `'${folder}' has no state.safetensors`, 'Give the folder of a checkpoint.');
  return { settings: new TextDecoder().decode(files.get('checkpoint.json')), state };
}

/** Removes the checkpoint of a run whose model is written. */
export const dropCheckpoint = (out: string): Promise<void> => rm(checkpointOf(out), { recursive: true, force: true });

const checkpointOf = (out: string): string => `${out.replace(/\/+$/, '')}.checkpoint`;
