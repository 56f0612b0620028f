import type { Parameters } from '../field/field.js';
import { kernelOf } from './update-kernel.js';

/**
 * The decay used after `step` updates (1, 2, …): it rises as (1 + step)/(10 + step) up to `decay`, so that the average
 * forgets the untrained weights quickly.
 */
export const emaDecay = (decay: number, step: number): number => Math.min(decay, (1 + step) / (10 + step));

/** average ← d·average + (1 − d)·parameters, in place, with d = {@link emaDecay}. */
export function emaUpdate(average: Parameters, parameters: Parameters, decay: number, step: number): void {
  const d = emaDecay(decay, step);
  for (const [name, { data: mean }] of Object.entries(average)) {
    const now = parameters[name].data;
    (kernelOf(mean)?.ema ?? emaLoop)(mean, now, 1 - d);
  }
}

function emaLoop(average: Float32Array, weights: Float32Array, share: number): void {
  for (let i = 0; i < average.length; i++) average[i] += share * (weights[i] - average[i]);
}

/** A deep copy of a set of weights. */
export const copyParameters = (parameters: Parameters): Parameters =>
  Object.fromEntries(Object.entries(parameters).map(([name, { shape, data }]) => [name, { shape: [...shape], data: data.slice() }]));
