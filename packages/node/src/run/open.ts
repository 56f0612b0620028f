import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AdvectError } from '@advect/base/errors';
import { makeFolder, refuseExisting, removeTemporaries } from '../atomic-file.js';
import type { CommandContext } from '../cli/command.js';
import { fromSystemError } from '../system-error.js';
import { type Checkpoint, checkpointSteps, checkpointsOf, lastCheckpoint } from './checkpoint.js';
import { configFile, modelOf, readRunConfig, type RunConfig, runFolderOf, writeRunConfig } from './config.js';
import { lockRun } from './lock.js';
import { logFile, openRunLog, type RunLog } from './log.js';

/** A run that this process trains. */
export interface OpenRun {
  readonly folder: string;
  readonly config: RunConfig;
  /** The model's folder. */
  readonly model: string;
  /** Where it goes on from; undefined at the beginning. */
  readonly checkpoint?: Checkpoint;
  readonly log: RunLog;
  /** Gives the folder back. */
  close(): Promise<void>;
}

/** The run that `--resume` names, by its folder or by that of its model. Throws `not-found` where it is none. */
export async function findRun(path: string): Promise<{ readonly folder: string; readonly config: RunConfig }> {
  const beside = runFolderOf(path);
  const folder = !(await exists(configFile(path))) && (await exists(configFile(beside))) ? beside : path;
  return { folder, config: await readRunConfig(folder) };
}

/**
 * Throws `invalid-file` where the model, or the run of an earlier training of it, exists: said before the work, not after
 * it. A resumed run must only not have made its model yet.
 */
export async function refuseEarlierRun(model: string, { force, resume }: { force: boolean; resume?: string }): Promise<void> {
  if (force) return;
  await refuseExisting(model);
  const folder = runFolderOf(model);
  if (resume === undefined)
    await refuseExisting(folder, `Go on from it with --resume ${folder}, give another name with --out, or --force to begin anew.`);
}

/** Begins a run: its folder with config.json, taken for this process. With `--force` it replaces one that exists. */
export async function beginRun(
  folder: string,
  config: RunConfig,
  { note, options: { force } }: Pick<CommandContext, 'note'> & { readonly options: { readonly force: boolean } },
): Promise<OpenRun> {
  if (!force) await refuseExisting(folder);
  await refuseForeign(folder);
  await makeFolder(folder);
  const unlock = await lockRun(folder);
  try {
    for (const path of [configFile(folder), checkpointsOf(folder), samplesOf(folder), logFile(folder)])
      await rm(path, { recursive: true, force: true });
    await writeRunConfig(folder, config);
    return await opened(folder, config, undefined, unlock, note);
  } catch (thrown) {
    await unlock();
    throw fromSystemError(thrown, folder) ?? thrown;
  }
}

/** Goes on with a run from its last checkpoint that is whole, and says so; from the beginning where there is none yet. */
export async function resumeRun(
  folder: string,
  config: RunConfig,
  { note, program }: Pick<CommandContext, 'note' | 'program'>,
): Promise<OpenRun> {
  const unlock = await lockRun(folder);
  try {
    const had = (await checkpointSteps(folder)).length > 0;
    const checkpoint = await lastCheckpoint(folder, note);
    if (had && !checkpoint) {
      throw new AdvectError('invalid-file', `no checkpoint in '${folder}' is whole`, 'Start the training again with --force.');
    }
    const { node } = config.versions;
    for (const [then, now] of [
      [config.program, program],
      [node && `Node ${node}`, `Node ${process.version}`],
    ])
      if (then !== undefined && then !== now)
        note(`This run began with ${then}; with ${now} it goes on alike, but perhaps not to the last bit.`);
    note(`Going on from step ${checkpoint?.step ?? 0} of ${config.steps} in ${folder}`);
    return await opened(folder, config, checkpoint, unlock, note);
  } catch (thrown) {
    await unlock();
    throw thrown;
  }
}

async function opened(
  folder: string,
  config: RunConfig,
  checkpoint: Checkpoint | undefined,
  unlock: () => Promise<void>,
  note: CommandContext['note'],
): Promise<OpenRun> {
  for (const part of [folder, checkpointsOf(folder), samplesOf(folder)]) await removeTemporaries(part);
  const log = await openRunLog(folder, checkpoint?.step ?? 0, note);
  return {
    folder,
    config,
    model: modelOf(folder, config),
    ...(checkpoint && { checkpoint }),
    log,
    close: async () => {
      await log.close();
      await unlock();
    },
  };
}

export const samplesOf = (folder: string): string => join(folder, 'samples');

/** Only a run is ever replaced. */
async function refuseForeign(folder: string): Promise<void> {
  const names = await readdir(folder).catch((thrown: NodeJS.ErrnoException): string[] => {
    if (thrown.code === 'ENOENT') return [];
    throw fromSystemError(thrown, folder) ?? thrown;
  });
  if (names.length > 0 && !names.includes('config.json') && !names.includes('run.lock')) {
    throw new AdvectError('invalid-file', `'${folder}' exists and is no run, so it is not replaced`, 'Give another name with --out.');
  }
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
