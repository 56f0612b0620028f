import type { NdArray } from '@advect/base/array';
import type { Flow } from '@advect/core';
import { windowSteps } from '../data/windows.js';
import { voiceCount } from '../score.js';
import { wishDim } from './condition.js';
import { codebook, codeSize } from './helix-code.js';

/** Pitches of a window, one for each step and voice. */
export const slots = windowSteps * voiceCount;

/** What of a window is given: numbers of the alphabet, [step, voice] row by row, and −1 where the flow is to choose. */
export type Given = Int32Array;

/** Numbers that tell a step what of it is given: for each voice the code, and a 1 beside it; zeros where it is open. */
export const toldPerStep = voiceCount * (codeSize + 1);

const toldDim = windowSteps * toldPerStep;

/** Width of the condition of a flow that is told what is given: step by step, then the wish. */
export const givenDim = toldDim + wishDim;

/** Whether a flow was trained to be told what is given. */
export const isTold = (flow: Flow): boolean => flow.field.conditionDim === givenDim;

/** The condition of windows, [count, conditionDim], for a flow that is told what is given and for one that is not. */
export function conditionsOf(flow: Flow, count: number, wish: readonly number[], given?: (row: number) => Given | undefined): NdArray {
  const width = flow.field.conditionDim;
  const data = new Float32Array(count * width);
  for (let row = 0; row < count; row++) {
    const told = isTold(flow) ? given?.(row) : undefined;
    if (told) tell(told, data.subarray(row * width, row * width + toldDim));
    data.set(wish, (row + 1) * width - wishDim);
  }
  return { shape: [count, width], data };
}

/** Writes what is given as the planes that a flow reads. */
export function tell(given: Given, out: Float32Array): void {
  given.forEach((code, slot) => {
    if (code < 0) return;
    out.set(codebook[code], slot * (codeSize + 1));
    out[slot * (codeSize + 1) + codeSize] = 1;
  });
}
