import type { Flow } from '@advect/core';
import { type PictureForm, pictureDim, type Pictures } from '../data/picture-set.js';
import { type ScoreSettings, scorePictures } from './score.js';

/**
 * p(class | picture) for each picture, [pictures][classes], from the class-conditional densities by Bayes' rule with equal
 * prior probabilities. Every class meets the same noise, so that its influence largely cancels. Cost: as many scores as
 * there are classes, with two draws each.
 */
export async function classProbabilities(flow: Flow, pictures: Pictures, form: PictureForm, settings: ScoreSettings): Promise<number[][]> {
  const logs: Float64Array[] = [];
  for (const label of form.classes.keys()) {
    const { bitsPerDim } = await scorePictures(flow, pictures, form, { ...settings, draws: Math.min(2, settings.draws), label });
    logs.push(bitsPerDim.map((bits) => -bits * Math.LN2 * pictureDim(form)));
  }
  return Array.from({ length: pictures.count }, (_, i) => {
    const top = Math.max(...logs.map((log) => log[i]));
    const weights = logs.map((log) => Math.exp(log[i] - top));
    const total = weights.reduce((sum, w) => sum + w, 0);
    return weights.map((w) => w / total);
  });
}
