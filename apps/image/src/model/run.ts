import {
  encodeTrainingState,
  decodeTrainingState,
  type Flow,
  flowMatching,
  ndarray,
  train,
  type Training,
  type TrainingState,
} from '@advect/core';
import type { PictureSet } from '../data/picture-set.js';
import { pictureFlow } from './recipe.js';
import type { RunSettings } from './run-settings.js';

export interface Run {
  readonly flow: Flow;
  readonly training: Training;
  encode(state: TrainingState): Uint8Array;
}

/** A training run by flow matching (AdamW, cosine schedule, averaged weights), new or from the state that was stored. */
export async function makeRun(set: PictureSet, settings: RunSettings, stored: Uint8Array | undefined, signal: AbortSignal): Promise<Run> {
  const flow = pictureFlow(set, settings);
  const { count, pixels, labels } = set.train;
  const x = ndarray(pixels, [count, set.size, set.size, set.channels]);
  const { steps, batch, learningRate, weightDecay, labelDropout, seed } = settings;
  const classes = set.classes.length > 0;
  const training = train(flow, classes ? { x, labels } : x, {
    objective: flowMatching(),
    steps,
    batch: Math.min(batch, count),
    learningRate,
    weightDecay,
    ...(classes && { labelDropout }),
    schedule: 'cosine',
    warmup: Math.min(200, Math.ceil(steps / 10)),
    ema: 0.999,
    seed,
    signal,
    ...(stored && { resume: decodeTrainingState(stored) }),
  });
  return { flow, training, encode: encodeTrainingState };
}
