import type { Flow } from '@advect/core';
import { type PictureForm, pictureDim, type Pictures } from '../data/picture-set.js';
import { classPosterior, mostProbable, roughly } from './class-posterior.js';
import { type CodeLength, codeLength } from './code-length.js';
import { mixesClasses, pictureDensities } from './density.js';
import { percentileOf, type PictureModel } from './form.js';
import { type ScoreSettings, scoreDraws, summarise } from './score.js';
import { pixelSurprise } from './surprise.js';
import { testTypicality, type TypicalityTests } from './typicality.js';

export interface PictureScore {
  readonly bitsPerDim: number;
  readonly standardError: number;
  /** How many in a hundred held-out pictures are less probable. */
  readonly percentile: number;
  /** p-values against held-out pictures, where the model keeps them. */
  readonly tests?: TypicalityTests;
  /** The most probable class and how probable it is, where there are classes and none was given. */
  readonly class?: number;
  readonly probability?: number;
  readonly classProbabilities: readonly number[];
  readonly code: CodeLength;
  /** Bits of each pixel under the given or the most probable class, [size, size]; where they were asked for. */
  readonly pixels?: Float64Array;
}

export interface PictureScoreSettings extends Omit<ScoreSettings, 'label'> {
  /** The density under this class instead of that of all together. */
  readonly label?: number;
  /** Whether to say where the bits are, which costs another solve a draw. */
  readonly pixels?: boolean;
}

/**
 * All that the app says of how probable pictures are: bits/dim with its error, percentile, p-values, class, code length and, if
 * wanted, bits by pixel. Of models whose p(x) is not the mixture of their classes (see `pictureDensities`) the class comes from a
 * rougher solve for each class.
 */
export async function scorePictures(
  flow: Flow,
  pictures: Pictures,
  form: PictureForm,
  { heldOut, typicality }: Pick<PictureModel, 'heldOut' | 'typicality'>,
  { pixels: wantsPixels = false, label, ...settings }: PictureScoreSettings,
): Promise<PictureScore[]> {
  const dim = pictureDim(form);
  const found =
    label === undefined
      ? await pictureDensities(flow, pictures, form, settings)
      : densitiesOf(await scoreDraws(flow, pictures, form, { ...settings, label: Array.from({ length: pictures.count }, () => label) }));
  const rest = { signal: settings.signal, executor: settings.executor };
  const tests = typicality && (await testTypicality(flow, pictures, form, typicality, rest));
  const asksClass = label === undefined && form.classes.length > 0;
  const posterior = !asksClass
    ? []
    : mixesClasses(form)
      ? found.classProbabilities
      : await classPosterior(flow, pictures, form, { ...roughly, ...rest, seed: settings.seed });
  const classes = posterior.map(mostProbable);
  const labels = label === undefined ? classes : Array.from({ length: pictures.count }, () => label);
  const surprise = wantsPixels
    ? await pixelSurprise(flow, pictures, form, { ...settings, ...(form.classes.length > 0 && { label: labels }) })
    : undefined;
  const area = form.size ** 2;
  return Array.from({ length: pictures.count }, (_, i) => ({
    bitsPerDim: found.bitsPerDim[i],
    standardError: found.standardError[i],
    percentile: percentileOf(found.bitsPerDim[i], heldOut),
    ...(tests && { tests: tests[i] }),
    ...(asksClass && { class: classes[i], probability: posterior[i][classes[i]] }),
    classProbabilities: posterior[i] ?? [],
    code: codeLength(found.draws.map((draw) => draw[i]), dim, form.levels), // prettier-ignore
    ...(surprise && { pixels: surprise.pixels.slice(i * area, (i + 1) * area) }),
  }));
}

const densitiesOf = (draws: readonly Float64Array[]) => ({ ...summarise(draws), draws, classProbabilities: [] as number[][] });
