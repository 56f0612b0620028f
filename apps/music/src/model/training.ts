import { endpointMatching, type Flow, type TrainingData, type TrainOptions } from '@advect/core';
import type { Chorales } from '../data/chorales.js';
import { windowsOf } from '../data/windows.js';
import type { Score } from '../score.js';
import { choraleFlow } from './flow.js';
import type { RunSettings } from './run-settings.js';
import { maskedWindows, trainingSet } from './training-set.js';

/** What `train` and `findLearningRate` of the library take, and what to watch. */
export interface ChoraleTraining {
  readonly flow: Flow;
  readonly data: TrainingData;
  readonly options: Pick<TrainOptions, 'objective'> & Partial<TrainOptions>;
  readonly validation: { readonly data: TrainingData; readonly count: number };
}

/** Times around t = 0.4, where the pitches are being decided: earlier all is open, later the evidence settles it. */
const objective = endpointMatching({ timeMean: -0.4, timeSpread: 1 });

/** Training by endpoint matching: AdamW, cosine schedule, averaged weights; watched on 256 windows of unseen chorales. */
export function choraleTraining(chorales: Chorales, settings: RunSettings): ChoraleTraining {
  const { width, layers, masks, steps, batch, learningRate, weightDecay, seed } = settings;
  const dataOf = (part: readonly Score[]): TrainingData =>
    masks > 0 ? maskedWindows(windowsOf(part), masks) : trainingSet(windowsOf(part));
  return {
    flow: choraleFlow({ width, layers, told: masks > 0, seed }),
    data: dataOf(chorales.train),
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
    validation: { data: dataOf(chorales.valid), count: 256 },
  };
}
