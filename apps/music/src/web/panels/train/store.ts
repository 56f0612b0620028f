import { openStore } from '@advect/web';
import type { Checkpoint, Forebear, Lesson, ModelFiles } from './verbs.js';

/** A training that may go on later. */
export interface KeptTraining {
  readonly lesson: Lesson;
  readonly from: Forebear | undefined;
  readonly seed: number;
  readonly checkpoint: Checkpoint;
}

/** A model that was trained in this browser. */
export interface KeptModel {
  readonly name: string;
  readonly files: ModelFiles;
  /** Updates of its weights, and nats for each pitch of what was kept apart. */
  readonly step: number;
  readonly heldLoss: number;
}

const only = 'latest';
const trainings = () => openStore<KeptTraining>('advect-music training');
const models = () => openStore<KeptModel>('advect-music models');

/** The training that was kept last in this browser, if it keeps any. */
export async function keptTraining(): Promise<KeptTraining | undefined> {
  try {
    return (await (await trainings()).all())[0];
  } catch {
    return undefined;
  }
}

/** Keeps a training in place of the one before. Rejects with `unsupported` where the browser keeps nothing. */
export const keepTraining = async (training: KeptTraining): Promise<void> => (await trainings()).put(only, training);

/** The models that this browser keeps, by their names; none where it keeps nothing. */
export async function keptModels(): Promise<readonly KeptModel[]> {
  try {
    return await (await models()).all();
  } catch {
    return [];
  }
}

/** Keeps a model in place of one of the same name. Rejects with `unsupported` where the browser keeps nothing. */
export const keepModel = async (model: KeptModel): Promise<void> => (await models()).put(model.name, model);

export const forgetModel = async ({ name }: KeptModel): Promise<void> => (await models()).remove(name);
