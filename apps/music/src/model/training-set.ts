import type { NdArray } from '@advect/base/array';
import { windowSteps, type Place, type Window } from '../data/windows.js';
import { voiceCount } from '../score.js';
import { conditionDim, conditionRow, shownWishes } from './condition.js';
import { codeSize, encodeScore } from './helix-code.js';

/** How often a window is repeated: there is one beginning and one end in each chorale, and they matter most. */
const copies: Readonly<Record<Place, number>> = { opening: 2, middle: 1, closing: 3 };

/** Windows as codes [count, 32, 20] and conditions [count, 5], for `train`. */
export function trainingSet(windows: readonly Window[]): { x: NdArray; condition: NdArray } {
  const rows = shownWishes.flatMap((shown) =>
    windows.flatMap((window) => Array.from({ length: copies[window.place] }, () => ({ window, wish: shown(window) }))),
  );
  const width = windowSteps * voiceCount * codeSize;
  const x = new Float32Array(rows.length * width);
  const condition = new Float32Array(rows.length * conditionDim);
  rows.forEach(({ window, wish }, i) => {
    x.set(encodeScore(window.score), i * width);
    condition.set(conditionRow(wish), i * conditionDim);
  });
  return {
    x: { shape: [rows.length, windowSteps, voiceCount * codeSize], data: x },
    condition: { shape: [rows.length, conditionDim], data: condition },
  };
}
