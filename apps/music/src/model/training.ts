import { endpointMatching, type Flow, type Objective, type TrainingData } from '@advect/core';
import type { Chorales } from '../data/chorales.js';
import { windowsOf } from '../data/windows.js';
import type { Score } from '../score.js';
import { choraleFlow } from './flow.js';
import { isTold } from './given.js';
import { recipe, type TrainingRecipe } from './recipe.js';
import type { RunSettings } from './run-settings.js';
import { maskedWindows, trainingSet } from './training-set.js';

/**
 * Times around t = 0.4, where the pitches are being decided: earlier all is open, later the evidence settles it. Fewer than one
 * in 150 of them are below 0.05, so a share of the rows may be put at t = 0, where a note is asked for given others: that is
 * what mending and `framewise` do.
 */
export const pitchMatching = (atStart = 0): Objective => endpointMatching({ timeMean: -0.4, timeSpread: 1, atStart });

/** Training by endpoint matching of a new flow, or on from another, watched on 256 windows of unseen chorales. */
export function choraleTraining(chorales: Pick<Chorales, 'train' | 'valid'>, settings: RunSettings, from?: Flow): TrainingRecipe {
  const { width, layers, masks, atStart, seed } = settings;
  const flow = from ?? choraleFlow({ width, layers, told: masks > 0, seed });
  const dataOf = (part: readonly Score[]): TrainingData =>
    isTold(flow) ? maskedWindows(windowsOf(part), masks) : trainingSet(windowsOf(part));
  return recipe(flow, settings, pitchMatching(atStart), {
    data: dataOf(chorales.train),
    validation: dataOf(chorales.valid),
  });
}
