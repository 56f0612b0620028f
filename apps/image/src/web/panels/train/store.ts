import { openStore } from '@advect/web';
import type { Checkpoint, Lesson } from './verbs.js';

/** A training that may go on later. */
export interface KeptTraining {
  readonly lesson: Lesson;
  readonly seed: number;
  readonly checkpoint: Checkpoint;
}

const only = 'latest';
const opened = () => openStore<KeptTraining>('advect-image training');

/** The training that was kept last in this browser, if it keeps any. */
export async function keptTraining(): Promise<KeptTraining | undefined> {
  try {
    return (await (await opened()).all())[0];
  } catch {
    return undefined;
  }
}

/** Keeps a training in place of the one before. Rejects with `unsupported` where the browser keeps nothing. */
export async function keepTraining(training: KeptTraining): Promise<void> {
  await (await opened()).put(only, training);
}
