import type { NdArray } from '@advect/base/array';
import type { Sampler } from '@advect/core';
import { integers, split, uniforms } from '@advect/core/random';
import { windowSteps, type Place, type Window } from '../data/windows.js';
import { voiceCount } from '../score.js';
import { shownWishes, wishDim, wishRow } from './condition.js';
import { givenDim, slots, tell } from './given.js';
import { codeOf, codeSize, encodeScore } from './helix-code.js';
import { drawMask } from './masks.js';

/** How often a window is repeated: there is one beginning and one end in each chorale, and they matter most. */
const copies: Readonly<Record<Place, number>> = { opening: 2, middle: 1, closing: 3 };

const repeated = (windows: readonly Window[]): Window[] =>
  windows.flatMap((window) => Array.from({ length: copies[window.place] }, () => window));

const event = [windowSteps, voiceCount * codeSize];
const width = slots * codeSize;

/** Windows as codes [count, 32, 20] and wishes [count, 5], for a flow that is told nothing else. */
export function trainingSet(windows: readonly Window[]): { x: NdArray; condition: NdArray } {
  const rows = shownWishes.flatMap((shown) => repeated(windows).map((window) => ({ window, wish: shown(window) })));
  const x = new Float32Array(rows.length * width);
  const condition = new Float32Array(rows.length * wishDim);
  rows.forEach(({ window, wish }, i) => {
    x.set(encodeScore(window.score), i * width);
    condition.set(wishRow(wish), i * wishDim);
  });
  return { x: { shape: [rows.length, ...event], data: x }, condition: { shape: [rows.length, wishDim], data: condition } };
}

/**
 * Windows drawn at random for a flow that is told what is given: with probability `share` something is (see `drawMask`), else
 * nothing; wishes are shown as in `trainingSet`. Row i of a draw depends on its key and i alone.
 */
export function maskedWindows(windows: readonly Window[], share: number): Sampler {
  const all = repeated(windows);
  return {
    sample(count, key) {
      const chosen = integers(split(key, 'window'), count, all.length);
      const shown = integers(split(key, 'wish'), count, shownWishes.length);
      const draws = uniforms(split(key, 'share'), count);
      const x = new Float32Array(count * width);
      const condition = new Float32Array(count * givenDim);
      for (let i = 0; i < count; i++) {
        const window = all[chosen[i]];
        x.set(encodeScore(window.score), i * width);
        condition.set(wishRow(shownWishes[shown[i]](window)), (i + 1) * givenDim - wishDim);
        if (draws[i] >= share) continue;
        const mask = drawMask(split(split(key, 'mask'), i));
        tell(
          Int32Array.from(mask, (given, slot) => (given ? codeOf(window.score.pitches[slot]) : -1)),
          condition.subarray(i * givenDim, (i + 1) * givenDim),
        );
      }
      return { x: { shape: [count, ...event], data: x }, condition: { shape: [count, givenDim], data: condition } };
    },
  };
}
