import { type Flow, fitNearestNeighbours, ndarray } from '@advect/core';
import { integers, key, split } from '@advect/core/random';
import { choosePictures, pictureDim, type PictureSet } from '../data/picture-set.js';
import { type HeldOut, percentilesOf } from './form.js';
import { mean, scorePictures, standardErrorOf } from './score.js';

export interface MeasureSettings {
  /** Held-out pictures to measure, all of them at most. */
  readonly count: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

export interface Measured {
  readonly metrics: { readonly [name: string]: number };
  readonly heldOut: HeldOut;
}

const draws = 2;
const probes = 4;
const solver = { method: 'dopri5', rtol: 1e-3, atol: 1e-3 } as const;
const generated = 1000;
const mostNeighbours = 10_000;

/**
 * Measures a model on pictures that it has not learned from: bits/dim without and (where there are classes) with the class,
 * by Hutchinson's estimate with four Rademacher probes a draw (unbiased); and how many of 1,000 generated pictures a 3-nearest-neighbour
 * classifier on the training pictures puts into the class they were asked for.
 */
export async function measure(flow: Flow, set: PictureSet, { count, signal, onProgress }: MeasureSettings): Promise<Measured> {
  const chosen = evenly(set.test.count, count);
  const held = choosePictures(set.test, chosen);
  const settings = { ...solver, divergence: 'rademacher', probes, draws, seed: 1, signal } as const;
  const total = held.count * draws * (set.classes.length > 0 ? 2 : 1);
  const plain = await scorePictures(flow, held, set, { ...settings, onProgress: (done) => onProgress?.(done, total) });
  const metrics: Record<string, number> = {
    'test bits/dim': mean(plain.bitsPerDim),
    'test bits/dim, standard error': standardErrorOf(plain.bitsPerDim),
    'test pictures': held.count,
    'draws for each picture': draws,
  };
  if (set.classes.length > 0) {
    const halfway = held.count * draws;
    const classed = await scorePictures(flow, held, set, {
      ...settings,
      label: held.labels,
      onProgress: (done) => onProgress?.(halfway + done, total),
    });
    metrics['test bits/dim given the class'] = mean(classed.bitsPerDim);
    metrics['generated pictures recognised, %'] = await recognised(flow, set, signal);
  }
  const rounded = Object.fromEntries(Object.entries(metrics).map(([name, figure]) => [name, Number(figure.toPrecision(5))]));
  return {
    metrics: rounded,
    heldOut: { count: held.count, draws, percentiles: percentilesOf(plain.bitsPerDim).map((p) => Number(p.toFixed(4))) },
  };
}

/** Share, in per cent, of generated pictures that their nearest training pictures put into the class they were asked for. */
export async function recognised(flow: Flow, set: PictureSet, signal?: AbortSignal): Promise<number> {
  const labels = Int32Array.from({ length: generated }, (_, i) => i % set.classes.length);
  const { x } = await flow.sample(generated, { ...solver, label: labels, seed: 1, signal });
  const some = Math.min(mostNeighbours, set.train.count);
  const known =
    set.train.count === some ? set.train : choosePictures(set.train, integers(split(key(0), 'neighbours'), some, set.train.count));
  const classify = fitNearestNeighbours(ndarray(known.pixels, [some, pictureDim(set)]), known.labels, { neighbours: 3 });
  const found = classify(ndarray(x.data, [generated, pictureDim(set)]));
  return (100 * found.filter((label, i) => label === labels[i]).length) / generated;
}

const evenly = (available: number, wanted: number): number[] => {
  const count = Math.min(available, wanted);
  return Array.from({ length: count }, (_, i) => Math.floor((i * available) / count));
};
