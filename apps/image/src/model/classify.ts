import type { Flow } from '@advect/core';
import { choosePictures, type PictureForm, pictureDim, type Pictures } from '../data/picture-set.js';
import { type ScoreSettings, scorePictures } from './score.js';

/**
 * p(class | picture) for each picture, [pictures][classes], from the class-conditional densities by Bayes' rule with equal
 * prior probabilities. A picture meets the same noise under every class, so that its influence largely cancels. Cost: two
 * draws for each class.
 */
export async function classProbabilities(flow: Flow, pictures: Pictures, form: PictureForm, settings: ScoreSettings): Promise<number[][]> {
  const classes = form.classes.length;
  const rows = Array.from({ length: pictures.count * classes }, (_, row) => Math.floor(row / classes));
  const label = rows.map((_, row) => row % classes);
  const repeated = choosePictures(pictures, rows);
  const { bitsPerDim } = await scorePictures(flow, repeated, form, { ...settings, draws: Math.min(2, settings.draws), label });
  return Array.from({ length: pictures.count }, (_, i) => {
    const logs = Array.from(bitsPerDim.subarray(i * classes, (i + 1) * classes), (bits) => -bits * Math.LN2 * pictureDim(form));
    const top = Math.max(...logs);
    const weights = logs.map((log) => Math.exp(log - top));
    const total = weights.reduce((sum, w) => sum + w, 0);
    return weights.map((w) => w / total);
  });
}
