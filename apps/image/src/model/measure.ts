import { percentilesOf } from '@advect/base/percentiles';
import { type Flow, fitNearestNeighbours, ndarray } from '@advect/core';
import { integers, key, split } from '@advect/core/random';
import { choosePictures, pictureDim, type PictureSet } from '../data/picture-set.js';
import { mixesClasses, pictureDensities } from './density.js';
import { evenly } from './evenly.js';
import type { HeldOut } from './form.js';
import { byError, solverSettings } from './solver.js';
import { calibrate, fewestCalibrated, type Typicality } from './typicality.js';
import { mean, scoreDraws, standardErrorOf, summarise } from './score.js';

export interface MeasureSettings {
  /** Held-out pictures to measure, all of them at most. */
  readonly count: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

export interface Measured {
  readonly metrics: { readonly [name: string]: number };
  readonly heldOut: HeldOut;
  /** None where too few pictures are held out. */
  readonly typicality?: Typicality;
}

const draws = 1;
const solver = solverSettings(byError);
const generated = 1000;
/** Training pictures at most that generated ones are compared with. */
export const mostNeighbours = 10_000;

/**
 * Measures a model on pictures that it has not learned from: bits/dim (see `pictureDensities`), the same given the class and
 * without classes where there are any, with exact divergences up to 64 dimensions; and how many of 1,000 generated pictures
 * a 3-nearest-neighbour classifier on the training pictures puts into the class they were asked for.
 */
export async function measure(flow: Flow, set: PictureSet, { count, signal, onProgress }: MeasureSettings): Promise<Measured> {
  const held = choosePictures(set.test, evenly(set.test.count, count));
  // One probe a picture: its noise is part of the standard error over pictures.
  const divergence = pictureDim(set) > 64 ? ({ divergence: 'rademacher', probes: 1, solverError: false } as const) : {};
  const settings = { ...solver, ...divergence, draws, seed: 1, signal };
  const { bitsPerDim, byClass } = await pictureDensities(flow, held, set, { ...settings, onProgress });
  const metrics: Record<string, number> = {
    'test bits/dim': mean(bitsPerDim),
    'test bits/dim, standard error': standardErrorOf(bitsPerDim),
    'test pictures': held.count,
  };
  if (mixesClasses(set)) {
    const plain = summarise(await scoreDraws(flow, held, set, settings));
    metrics['test bits/dim given the class'] = mean(byClass.map((bits, i) => bits[held.labels[i]]).filter(Number.isFinite));
    metrics['test bits/dim without classes'] = mean(plain.bitsPerDim);
  }
  if (set.classes.length > 0) metrics['generated pictures recognised, %'] = await recognised(flow, set, signal);
  // Of a single picture there is no standard error, of unlabelled ones no figure by class.
  const known = Object.entries(metrics).filter(([, figure]) => Number.isFinite(figure));
  const rounded = Object.fromEntries(known.map(([name, figure]) => [name, Number(figure.toPrecision(5))]));
  return {
    metrics: rounded,
    heldOut: { count: held.count, draws, percentiles: percentilesOf(bitsPerDim).map((p) => Number(p.toFixed(4))) },
    ...(held.count >= fewestCalibrated && { typicality: await calibrate(flow, held, set, { signal }) }),
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
