import { type Flow, flowMatching, ndarray, type TrainingData, type TrainOptions } from '@advect/core';
import type { PictureSet } from '../data/picture-set.js';
import { pictureFlow, type RecipeSettings } from './recipe.js';

/** What decides how a model learns, beside the pictures themselves. */
export interface TrainingSettings extends RecipeSettings {
  readonly steps: number;
  readonly batch: number;
  readonly learningRate: number;
  readonly weightDecay: number;
  /** Share of pictures shown without their class. */
  readonly labelDropout: number;
}

/** What `train` and `findLearningRate` of the library take. */
export interface PictureTraining {
  readonly flow: Flow;
  readonly data: TrainingData;
  readonly options: Pick<TrainOptions, 'objective'> & Partial<TrainOptions>;
}

/** Training by flow matching: AdamW, cosine schedule, averaged weights. */
export function pictureTraining(set: PictureSet, settings: TrainingSettings): PictureTraining {
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
