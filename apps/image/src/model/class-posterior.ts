import type { Flow } from '@advect/core';
import { choosePictures, type PictureForm, pictureDim, type Pictures } from '../data/picture-set.js';
import { type ScoreSettings, scoreDraws, summarise } from './score.js';

/** Settings that tell classes apart at little cost: a loose tolerance, few probes and one draw. */
export const roughly = {
  method: 'dopri5',
  rtol: 1e-2,
  atol: 1e-2,
  divergence: 'rademacher',
  probes: 4,
  solverError: false,
  draws: 1,
} as const;

/**
 * p(class | picture) of each picture, [pictures][classes], by Bayes' rule with equal prior probabilities: from its bits/dim under
 * each class, with the same noise under all. Empty rows for a model without classes. Costs draws × classes solves.
 */
export async function classPosterior(
  flow: Flow,
  pictures: Pictures,
  form: PictureForm,
  settings: ScoreSettings,
): Promise<readonly (readonly number[])[]> {
  const classes = form.classes.length;
  if (classes === 0) return Array.from({ length: pictures.count }, () => []);
  const rows = Array.from({ length: pictures.count * classes }, (_, row) => Math.floor(row / classes));
  const label = rows.map((_, row) => row % classes);
  const { bitsPerDim } = summarise(await scoreDraws(flow, choosePictures(pictures, rows), form, { ...settings, label }));
  const nats = pictureDim(form) * Math.LN2;
  return Array.from({ length: pictures.count }, (_, i) => shares(Array.from(bitsPerDim.subarray(i * classes, (i + 1) * classes), (b) => -b * nats))); // prettier-ignore
}

/** exp of some logs, scaled to add up to 1. */
export function shares(logs: readonly number[]): number[] {
  const top = Math.max(...logs);
  const parts = logs.map((log) => Math.exp(log - top));
  const total = parts.reduce((sum, part) => sum + part, 0);
  return parts.map((part) => part / total);
}

/** The number of the largest; −1 of none. */
export const mostProbable = (probabilities: readonly number[]): number => probabilities.indexOf(Math.max(...probabilities));
