import type { Flow, Objective, TrainingData, TrainOptions } from '@advect/core';
import type { RunSettings } from './run-settings.js';

/** What `train` and `findLearningRate` of the library take, and what to watch. */
export interface TrainingRecipe {
  readonly flow: Flow;
  readonly data: TrainingData;
  readonly options: Pick<TrainOptions, 'objective'> & Partial<TrainOptions>;
  readonly validation: { readonly data: TrainingData; readonly count: number };
}

/** The recipe that all models of this app share: AdamW, cosine schedule, averaged weights, some conditions left out. */
export function recipe(
  flow: Flow,
  { steps, batch, learningRate, weightDecay, seed }: RunSettings,
  objective: Objective,
  { data, validation }: { readonly data: TrainingData; readonly validation: TrainingData },
): TrainingRecipe {
  return {
    flow,
    data,
    options: {
      objective,
      steps,
      batch,
      learningRate,
      weightDecay,
      schedule: 'cosine',
      warmup: Math.min(100, Math.ceil(steps / 10)),
      ema: 0.999,
      labelDropout: 0.05,
      seed,
    },
    validation: { data: validation, count: 256 },
  };
}
