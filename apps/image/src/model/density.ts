import type { Flow } from '@advect/core';
import { choosePictures, type PictureForm, pictureDim, type Pictures } from '../data/picture-set.js';
import { shares } from './class-posterior.js';
import { type ScoreSettings, type Scores, scoreDraws, summarise } from './score.js';
import { pixelSurprise } from './surprise.js';

export interface Densities extends Scores {
  /** Bits/dim by each draw of the dequantisation noise, [draws][pictures]. */
  readonly draws: readonly Float64Array[];
  /** p(class | picture), [pictures][classes], by Bayes' rule with equal prior probabilities; empty without classes. */
  readonly classProbabilities: readonly (readonly number[])[];
  /** Bits/dim of each picture under each class, [pictures][classes]; empty without classes. */
  readonly byClass: readonly (readonly number[])[];
  /** Bits of each pixel, [pictures, size, size], where p(x) is that of the model without a class. */
  readonly pixels?: Float64Array;
}

/** Pictures of up to this many numbers have exact divergences; those of others are estimated. */
const mostExact = 64;

/**
 * Draws for a score where nobody says how many. Beyond 64 numbers each has one probe of its own (see `drawRows`): sixteen draws
 * are then about as certain as four with eight probes each (± 0.0045 and ± 0.0042 bits/dim of a digit of MNIST), and take a
 * fifteenth of their time for a single picture on WebAssembly.
 */
export const usualDraws = (form: PictureForm): number => (pictureDim(form) <= mostExact ? 4 : 16);

/** How the divergence is taken for these draws: exactly, or with a probe for each. */
export const usualDivergence = (form: PictureForm) =>
  pictureDim(form) <= mostExact ? ({ divergence: 'exact' } as const) : ({ divergence: 'rademacher', probes: 1 } as const);

/** More classes, or larger pictures, than these are not scored class by class. */
const mostMixed = { classes: 32, dim: 256 };

/** Whether a model's p(x) is the mixture of its classes, which takes a solve for each. */
export const mixesClasses = (form: PictureForm): boolean =>
  form.classes.length > 0 && form.classes.length <= mostMixed.classes && pictureDim(form) <= mostMixed.dim;

/** What bits/dim means here, in a sentence. */
export function convention(form: PictureForm, draws: number): string {
  const mixture = mixesClasses(form) ? ` p(x) is the equal mixture of the ${form.classes.length} classes;` : '';
  return `${mixture} uniform dequantisation of ${form.levels} levels, an upper bound in expectation, mean of ${draws} ${draws === 1 ? 'draw' : 'draws'}`.trim();
}

/**
 * Bits/dim of pictures under a model. Small pictures (256 numbers) in up to 32 classes have p(x) = Σ p(x | class) / classes,
 * where a picture meets the same dequantisation noise under every class; otherwise p(x) is that of the model without a class.
 *
 * Cost: draws × classes solves for each picture.
 */
export async function pictureDensities(flow: Flow, pictures: Pictures, form: PictureForm, settings: ScoreSettings): Promise<Densities> {
  if (!mixesClasses(form)) {
    // The surprise of entries needs fewer steps than their sum alone, whose error the solver would have to hold to its own tolerance.
    const { bitsPerDim: draws, pixels } = await pixelSurprise(flow, pictures, form, settings);
    return { ...summarise(draws), draws, classProbabilities: [], byClass: [], pixels };
  }
  const classes = form.classes.length;
  const rows = Array.from({ length: pictures.count * classes }, (_, row) => Math.floor(row / classes));
  const label = rows.map((_, row) => row % classes);
  const draws = await scoreDraws(flow, choosePictures(pictures, rows), form, { ...settings, label });
  const nats = pictureDim(form) * Math.LN2;
  const mixed = draws.map((bits) =>
    Float64Array.from({ length: pictures.count }, (_, i) => {
      const logs = Array.from(bits.subarray(i * classes, (i + 1) * classes), (b) => -b * nats);
      return -(logSumExp(logs) - Math.log(classes)) / nats;
    }),
  );
  const { bitsPerDim: conditional } = summarise(draws);
  const byClass = Array.from({ length: pictures.count }, (_, i) => Array.from(conditional.subarray(i * classes, (i + 1) * classes)));
  const classProbabilities = byClass.map((bits) => shares(bits.map((b) => -b * nats)));
  return { ...summarise(mixed), draws: mixed, classProbabilities, byClass };
}

function logSumExp(logs: readonly number[]): number {
  const top = Math.max(...logs);
  return top + Math.log(logs.reduce((sum, log) => sum + Math.exp(log - top), 0));
}
