import type { Flow, Sampler } from '@advect/core';
import { integers, type Key, split, uniforms } from '@advect/core/random';
import type { Chorales } from '../data/chorales.js';
import { type MelodyWindow, melodiesOf } from '../data/melodies.js';
import { windowsOf, windowSteps } from '../data/windows.js';
import { stepsPerBar } from '../score.js';
import { shownWishes } from './condition.js';
import { codebook, codeOf, codeSize } from './helix-code.js';
import { melodyConditionDim, melodyFlow, tellMelody } from './melody-flow.js';
import { recipe, type TrainingRecipe } from './recipe.js';
import type { RunSettings } from './run-settings.js';
import { pitchMatching } from './training.js';

/** Draws which steps of a melody are given: its beginning, all but a bar, or steps at random. */
function drawSteps(key: Key): (step: number) => boolean {
  const [kind, where, rate] = uniforms(split(key, 'kind'), 3);
  if (kind < 0.4) return (step) => step < Math.ceil(where * (windowSteps - 2));
  const bar = Math.floor(where * (windowSteps / stepsPerBar));
  if (kind < 0.7) return (step) => Math.floor(step / stepsPerBar) !== bar;
  const draws = uniforms(split(key, 'steps'), windowSteps);
  return (step) => draws[step] < rate;
}

/** Melodies drawn at random: two thirds with the chords under them; with probability `share` some notes are given. */
export function drawnMelodies(melodies: readonly MelodyWindow[], share: number): Sampler {
  const width = windowSteps * codeSize;
  return {
    sample(count, key) {
      const chosen = integers(split(key, 'melody'), count, melodies.length);
      const shown = integers(split(key, 'wish'), count, shownWishes.length);
      const draws = uniforms(split(key, 'share'), 2 * count);
      const x = new Float32Array(count * width);
      const condition = new Float32Array(count * melodyConditionDim);
      for (let i = 0; i < count; i++) {
        const { pitches, chords, mode, place } = melodies[chosen[i]];
        const codes = Int32Array.from(pitches, codeOf);
        codes.forEach((code, step) => x.set(codebook[code], i * width + step * codeSize));
        const isGiven = draws[2 * i] < share ? drawSteps(split(split(key, 'given'), i)) : () => false;
        const wish = {
          ...shownWishes[shown[i]]({ mode, place }),
          ...(draws[2 * i + 1] < 2 / 3 && { chords }),
          given: codes.map((code, step) => (isGiven(step) ? code : -1)),
        };
        tellMelody(wish, condition.subarray(i * melodyConditionDim, (i + 1) * melodyConditionDim));
      }
      return {
        x: { shape: [count, windowSteps, codeSize], data: x },
        condition: { shape: [count, melodyConditionDim], data: condition },
      };
    },
  };
}

/** Training by endpoint matching on the sopranos of chorales, watched on those of unseen ones. */
export function melodyTraining(chorales: Pick<Chorales, 'train' | 'valid'>, settings: RunSettings, from?: Flow): TrainingRecipe {
  const dataOf = (part: Chorales['train']): Sampler => drawnMelodies(melodiesOf(windowsOf(part)), settings.masks);
  return recipe(from ?? melodyFlow(settings), settings, pitchMatching(settings.atStart), {
    data: dataOf(chorales.train),
    validation: dataOf(chorales.valid),
  });
}
