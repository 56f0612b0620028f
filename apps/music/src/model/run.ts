import {
  decodeTrainingState,
  encodeTrainingState,
  endpointMatching,
  type Flow,
  train,
  type Training,
  type TrainingState,
} from '@advect/core';
import type { Chorales } from '../data/chorales.js';
import { windowsOf } from '../data/windows.js';
import { choraleFlow } from './flow.js';
import type { RunSettings } from './run-settings.js';
import { trainingSet } from './training-set.js';

export interface Run {
  readonly flow: Flow;
  readonly training: Training;
  encode(state: TrainingState): Uint8Array;
}

/** Times around t = 0.4, where the pitches are being decided: earlier all is open, later the evidence settles it. */
const objective = endpointMatching({ timeMean: -0.4, timeSpread: 1 });

/** A training run (AdamW, cosine schedule, averaged weights), new or from the state that was stored. */
export function makeRun(chorales: Chorales, settings: RunSettings, stored: Uint8Array | undefined, signal: AbortSignal): Run {
  const { width, layers, steps, batch, learningRate, weightDecay, seed } = settings;
  const flow = choraleFlow({ width, layers, seed });
  const training = train(flow, trainingSet(windowsOf(chorales.train)), {
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
    validation: { data: trainingSet(windowsOf(chorales.valid)), every: Math.max(1, Math.min(500, steps)), count: 256 },
    signal,
    ...(stored && { resume: decodeTrainingState(stored) }),
  });
  return { flow, training, encode: encodeTrainingState };
}
