import { bitsPerDim, type Flow, type LogProbOptions } from '@advect/core';
import { choosePictures, type PictureForm, pictureDim, type Pictures } from '../data/picture-set.js';
import { mean, pictureRows, standardErrorOf } from '../model/score.js';
import type { Keep } from './keep.js';

/** Whose density is taken: the model's without a class, the equal mixture of its classes, or that of each picture's own class. */
export type Under = 'no class' | 'mixture' | 'own class';

export interface LikelihoodSettings extends Pick<
  LogProbOptions,
  'method' | 'rtol' | 'atol' | 'steps' | 'divergence' | 'probes' | 'executor' | 'signal' | 'chunk'
> {
  /** Stands for this measurement among what is kept. */
  readonly name: string;
  readonly under: Under;
  /** Draws of the dequantisation noise, K, whose densities are averaged. */
  readonly draws: number;
  readonly seed: number;
  readonly keep: Keep;
  readonly onProgress?: (done: number, total: number) => void;
}

export interface Likelihood {
  /** Mean over the pictures of −log₂ p / D, an upper bound of the discrete model's in expectation. */
  readonly bitsPerDim: number;
  /** Standard error over the pictures; it holds the noise of dequantisation and of random probes. NaN for one picture. */
  readonly standardError: number;
  readonly perPicture: readonly number[];
  readonly pictures: number;
  readonly draws: number;
  readonly under: Under;
  /** Evaluations of the field for a solve, mean over all of them. */
  readonly evaluations: number;
  /**
   * What the random probes can make the figure too good by, bits/dim: where densities are averaged, their noise of variance σ² adds up
   * to σ²/2 to the log of the average. 0 where logs are averaged, or divergences exact.
   */
  readonly flattery: number;
}

/** Pictures that are kept together, once they are measured. */
const IN_BLOCK = 200;

/**
 * Bits/dim of pictures by uniform dequantisation, in blocks that are kept as they are found.
 *
 * Cost: for each picture `draws` solves, times the number of classes under the mixture.
 */
export async function measureLikelihood(
  flow: Flow,
  pictures: Pictures,
  form: PictureForm,
  { name, under, draws, seed, keep, onProgress, ...solver }: LikelihoodSettings,
): Promise<Likelihood> {
  const nats = pictureDim(form) * Math.LN2;
  const classes = under === 'mixture' ? form.classes.length : 1;
  const perPicture: number[] = [];
  const variances: number[] = [];
  let [rowEvaluations, solves] = [0, 0];
  for (let start = 0; start < pictures.count; start += IN_BLOCK) {
    const indices = Array.from({ length: Math.min(IN_BLOCK, pictures.count - start) }, (_, i) => start + i);
    const block = await keep(`${name} ${start}-${start + indices.length}`, async () => {
      const part = choosePictures(pictures, repeated(indices, classes));
      const logs: Float64Array[] = [];
      const errors: Float64Array[] = [];
      let evaluations = 0;
      for (let draw = 0; draw < draws; draw++) {
        const found = await flow.logProb(pictureRows(part, form), {
          ...solver,
          ...labelsFor(under, part, classes),
          seed: seed + draw,
          solverError: false,
        });
        logs.push(found.logProb);
        errors.push(found.standardError);
        evaluations += found.report.rowEvaluations;
      }
      // A density is the mean over draws and, under the mixture, over classes: one mean of draws · classes terms.
      const terms = indices.flatMap((_, i) => logs.flatMap((log) => Array.from(log.subarray(i * classes, (i + 1) * classes))));
      const { perSample } = bitsPerDim(terms, {
        dims: pictureDim(form),
        levels: form.levels,
        span: form.levels,
        samples: draws * classes,
      });
      const variance = draws * classes === 1 ? [] : errors.flatMap((error) => Array.from(error, (e) => e * e));
      return { bits: Array.from(perSample, digits), variance: variance.length > 0 ? digits(mean(variance)) : 0, evaluations };
    });
    perPicture.push(...block.bits);
    variances.push(...indices.map(() => block.variance ?? NaN));
    rowEvaluations += block.evaluations;
    solves += indices.length * draws * classes;
    onProgress?.(perPicture.length, pictures.count);
  }
  return {
    bitsPerDim: mean(perPicture),
    standardError: standardErrorOf(perPicture),
    perPicture,
    pictures: pictures.count,
    draws,
    under,
    evaluations: rowEvaluations / solves,
    flattery: mean(variances) / 2 / nats,
  };
}

/** The mean of differences of bits/dim of the same pictures, with its standard error: far smaller than that of either. */
export function pairedDifference(a: Likelihood, b: Likelihood): { readonly difference: number; readonly differenceError: number } {
  const count = Math.min(a.perPicture.length, b.perPicture.length);
  const differences = Array.from({ length: count }, (_, i) => a.perPicture[i] - b.perPicture[i]);
  return { difference: mean(differences), differenceError: standardErrorOf(differences) };
}

const repeated = (indices: readonly number[], times: number): number[] => indices.flatMap((index) => Array<number>(times).fill(index));

function labelsFor(under: Under, part: Pictures, classes: number): { label?: Int32Array } {
  if (under === 'no class') return {};
  return { label: under === 'own class' ? part.labels : Int32Array.from({ length: part.count }, (_, row) => row % classes) };
}

/** As many digits as a float32 log-density has, and one more. */
const digits = (v: number): number => Number(v.toPrecision(9));
