import { type Flow, flowMatching, ndarray, type TrainingData, type TrainOptions } from '@advect/core';
import type { PictureSet } from '../data/picture-set.js';
import { pictureFlow } from './recipe.js';
import type { RunSettings } from './run-settings.js';

/** What `train` and `findLearningRate` of the library take. */
export interface PictureTraining {
  readonly flow: Flow;
  readonly data: TrainingData;
  readonly options: Pick<TrainOptions, 'objective'> & Partial<TrainOptions>;
}

/** Training by flow matching: AdamW, cosine schedule, averaged weights. */
export function pictureTraining(set: PictureSet, settings: RunSettings): PictureTraining {
  const flow = pictureFlow(set, settings);
  const { count, pixels, labels } = set.train;
  const x = ndarray(pixels, [count, set.size, set.size, set.channels]);
  const { steps, batch, learningRate, weightDecay, labelDropout, seed } = settings;
  const classes = set.classes.length > 0;
  return {
    flow,
    data: classes ? { x, labels } : x,
    options: {
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
    },
  };
}
