import { readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AdvectError } from '@advect/base/errors';
import { integer, number, optional, readOptions, value } from '@advect/base/options';
import { temporaryBeside } from '../atomic-file.js';
import { sha256 } from '../data/checksum.js';
import { readModelFolder, writeModelFolder } from '../model-folder.js';
import { fromSystemError } from '../system-error.js';
import type { BestSoFar } from './best.js';

/** What a checkpoint holds beside the state of the training. */
export interface CheckpointNote extends BestSoFar {
  readonly step: number;
  /** Seconds of training so far. */
  readonly seconds: number;
  /** Who computed: two runs agree to the bit where this agrees. */
  readonly executor?: string;
}

export interface Checkpoint extends CheckpointNote {
  readonly state: Uint8Array;
}

const stateFile = 'state.safetensors';
const folderName = /^step-(\d{8,})$/;

export const checkpointsOf = (folder: string): string => join(folder, 'checkpoints');
const pathOf = (folder: string, step: number): string => join(checkpointsOf(folder), `step-${String(step).padStart(8, '0')}`);

/**
 * Writes checkpoints/step-N in a run's folder: the state, and its size and sha256 with the note in checkpoint.json. It is
 * there in full or not at all. Returns the sha256.
 */
export async function writeCheckpoint(folder: string, { state, ...note }: Checkpoint): Promise<string> {
  const hash = sha256(state);
  const text = JSON.stringify({ format: 'advect-checkpoint', ...note, bytes: state.length, sha256: hash }, null, 2);
  const files = new Map([
    ['checkpoint.json', new TextEncoder().encode(`${text}\n`)],
    [stateFile, state],
  ]);
  await writeModelFolder(pathOf(folder, note.step), files, { force: true });
  return hash;
}

/** Steps of the checkpoints in a run's folder, rising. */
export async function checkpointSteps(folder: string): Promise<number[]> {
  const names = await readdir(checkpointsOf(folder)).catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code === 'ENOENT') return [];
    throw fromSystemError(thrown, folder) ?? thrown;
  });
  return names.flatMap((name) => (folderName.test(name) ? [Number(name.slice(5))] : [])).sort((a, b) => a - b);
}

/** A checkpoint that is whole: it is as long as it says and has the sha256 that it says. Throws `invalid-file` or `not-found`. */
export async function readCheckpoint(folder: string, step: number): Promise<Checkpoint> {
  const path = pathOf(folder, step);
  const files = await readModelFolder(path, 'checkpoint.json');
  const state = files.get(stateFile);
  if (!state) throw damaged(path, `it has no ${stateFile}`);
  const { sha256: hash, bytes, ...note } = readNote(path, files.get('checkpoint.json')!);
  if (state.length !== bytes) throw damaged(path, `its state has ${state.length} bytes instead of ${bytes}`);
  if (sha256(state) !== hash) throw damaged(path, 'the sha256 of its state is another');
  if (note.step !== step) throw damaged(path, `it says that it is of step ${note.step}`);
  return { ...note, state };
}

type StoredNote = CheckpointNote & { readonly bytes: number; readonly sha256: string };

function readNote(path: string, bytes: Uint8Array): StoredNote {
  try {
    const { format, ...note } = JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
    if (format !== 'advect-checkpoint') throw new Error(`its format is ${JSON.stringify(format)}`);
    return readOptions<StoredNote>('checkpoint.json', note, {
      step: integer({ min: 0 }),
      seconds: number({ min: 0 }),
      executor: optional(value<string>((v) => typeof v === 'string', 'a text')),
      best: optional((given, name) =>
        readOptions<NonNullable<BestSoFar['best']>>(name, given as object, { step: integer({ min: 0 }), validation: number() }),
      ),
      since: integer({ min: 0 }),
      bytes: integer({ min: 0 }),
      sha256: value<string>((v) => typeof v === 'string', 'a text'),
    });
  } catch (cause) {
    throw damaged(path, cause instanceof Error ? cause.message : 'its checkpoint.json cannot be read', cause);
  }
}

const damaged = (path: string, reason: string, cause?: unknown): AdvectError =>
  new AdvectError('invalid-file', `the checkpoint '${path}' is damaged: ${reason}`, 'Go on from an earlier one.', cause);

/**
 * The last checkpoint that is whole; undefined where there is none. Damaged ones after it are set aside under another
 * name, and `onDamaged` is told of each.
 */
export async function lastCheckpoint(folder: string, onDamaged: (reason: string) => void): Promise<Checkpoint | undefined> {
  for (const step of (await checkpointSteps(folder)).reverse()) {
    try {
      return await readCheckpoint(folder, step);
    } catch (thrown) {
      if (!(thrown instanceof AdvectError) || isDisk(thrown.cause)) throw thrown;
      onDamaged(thrown.message);
      const path = pathOf(folder, step);
      await rm(`${path}.damaged`, { recursive: true, force: true });
      await rename(path, `${path}.damaged`);
    }
  }
  return undefined;
}

/** A file that cannot be read just now is not a damaged one. */
const isDisk = (cause: unknown): boolean => cause instanceof Error && 'syscall' in cause;

/** Removes all checkpoints but the last `keep` and the best. */
export async function pruneCheckpoints(folder: string, keep: number, best: number | undefined): Promise<void> {
  const steps = await checkpointSteps(folder);
  for (const step of steps.slice(0, Math.max(0, steps.length - keep))) {
    if (step !== best) await removeWhole(pathOf(folder, step));
  }
}

/** A removal that is cut short leaves no half checkpoint either. */
async function removeWhole(path: string): Promise<void> {
  const doomed = temporaryBeside(path);
  await rename(path, doomed);
  await rm(doomed, { recursive: true, force: true });
}
