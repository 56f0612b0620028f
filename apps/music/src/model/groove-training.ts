import { type Flow, flowMatching, type Sampler } from '@advect/core';
import { integers, split, uniforms } from '@advect/core/random';
import { grooveSteps, type GrooveWindow } from '../data/grooves.js';
import { encodeGroove } from './groove-code.js';
import { grooveSize, grooveWidth } from './groove-size.js';
import { drawGiven, grooveConditionDim, shownLabels, tellGroove } from './groove-given.js';
import { grooveFlow } from './groove-flow.js';
import type { RunSettings } from './run-settings.js';
import { recipe, type TrainingRecipe } from './recipe.js';

/** Windows drawn at random, with fresh noise; with probability `share` something of them is given (see `drawGiven`). */
export function drawnGrooves(windows: readonly GrooveWindow[], share: number): Sampler {
  return {
    sample(count, key) {
      const chosen = integers(split(key, 'window'), count, windows.length);
      const shown = integers(split(key, 'label'), count, shownLabels.length);
      const draws = uniforms(split(key, 'share'), count);
      const x = new Float32Array(count * grooveSize);
      const condition = new Float32Array(count * grooveConditionDim);
      for (let i = 0; i < count; i++) {
        const window = windows[chosen[i]];
        x.set(encodeGroove(window.groove, split(split(key, 'noise'), i)).x, i * grooveSize);
        const given = draws[i] < share ? { given: drawGiven(window.groove, split(split(key, 'given'), i)) } : {};
        tellGroove(
          { ...shownLabels[shown[i]](window), ...given },
          condition.subarray(i * grooveConditionDim, (i + 1) * grooveConditionDim),
        );
      }
      return {
        x: { shape: [count, grooveSteps, grooveWidth], data: x },
        condition: { shape: [count, grooveConditionDim], data: condition },
      };
    },
  };
}

/** Training by conditional flow matching: AdamW, cosine schedule, averaged weights; watched on 256 windows of unseen performances. */
export const grooveTraining = (
  grooves: { readonly train: readonly GrooveWindow[]; readonly valid: readonly GrooveWindow[] },
  settings: RunSettings,
  from?: Flow,
): TrainingRecipe =>
  recipe(from ?? grooveFlow(settings), settings, flowMatching({ timeDistribution: 'logit-normal' }), {
    data: drawnGrooves(grooves.train, settings.masks),
    validation: drawnGrooves(grooves.valid, settings.masks),
  });
