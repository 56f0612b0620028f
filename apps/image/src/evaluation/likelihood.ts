import { cnf, type Flow, key, type LogDensity, type LogProbOptions, type NdArray, rowKeys, split } from '@advect/core';
import { choosePictures, type PictureForm, pictureDim, type Pictures } from '../data/picture-set.js';
import { pictureRows } from '../model/picture-rows.js';
import { mean, standardErrorOf } from '../model/score.js';
import { crossedLogMean } from './crossed-log-mean.js';
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
}

/** Pictures that are kept together, once they are measured. */
const IN_BLOCK = 48;

/**
 * Bits/dim of pictures by uniform dequantisation, in blocks that are kept as they are found. Densities of draws (and classes) are
 * averaged (Burda et al. 2016); where their divergences are estimated, so that the figure stays an upper bound (`crossedLogMean`).
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
  let [rowEvaluations, solves] = [0, 0];
  for (let start = 0; start < pictures.count; start += IN_BLOCK) {
    onProgress?.(start, pictures.count);
    const indices = Array.from({ length: Math.min(IN_BLOCK, pictures.count - start) }, (_, i) => start + i);
    const block = await keep(`${name} ${start}-${start + indices.length}`, async () => {
      const part = choosePictures(pictures, repeated(indices, classes));
      const passes: Pass[] = [];
      for (let draw = 0; draw < draws; draw++) {
        passes.push(
          await pass(flow, pictureRows(part, form), { ...solver, ...labelsFor(under, part, classes) }, seed + draw, draws * classes > 1),
        );
      }
      const logs = indices.map((_, i) => logMean(passes.map((of) => rowsOf(of, i * classes, classes))));
      return {
        bits: logs.map((log) => digits(-log / nats)),
        evaluations: passes.reduce((sum, { evaluations }) => sum + evaluations, 0),
        solves: part.count * passes.reduce((sum, { estimates }) => sum + estimates.length, 0),
      };
    });
    perPicture.push(...block.bits);
    rowEvaluations += block.evaluations;
    solves += block.solves;
  }
  onProgress?.(pictures.count, pictures.count);
  return {
    bitsPerDim: mean(perPicture),
    standardError: standardErrorOf(perPicture),
    perPicture,
    pictures: pictures.count,
    draws,
    under,
    evaluations: rowEvaluations / solves,
  };
}

/** Log-densities of rows with one draw of noise: one estimate, or two with probes of their own. */
interface Pass {
  readonly estimates: readonly Float64Array[];
  /** Variance of each estimate's probes, per row; of exact divergences 0. */
  readonly noise: Float64Array;
  readonly evaluations: number;
}

/** Where densities are averaged and divergences estimated, the same dequantised rows twice with half of the probes each. */
async function pass(flow: Flow, rows: NdArray, options: LogProbOptions, seed: number, averaged: boolean): Promise<Pass> {
  const random = averaged && options.probes !== undefined;
  const [first, ...rest] = flow.transforms;
  if (!random || first?.config.kind !== 'dequantise') {
    const { logProb, report } = await flow.logProb(rows, { ...options, seed, solverError: false });
    return { estimates: [logProb], noise: new Float64Array(logProb.length), evaluations: report.rowEvaluations };
  }
  const { y, logDet } = first.forward(rows, rowKeys(split(key(seed), 'dequantise'), rows));
  const inside = cnf({ field: flow.field, base: flow.base, transforms: rest, parameters: flow.parameters });
  const probes = Math.max(2, Math.ceil(options.probes / 2));
  const found: LogDensity[] = [];
  for (const side of [0, 1]) found.push(await inside.logProb(y, { ...options, probes, seed: 2 * seed + side, solverError: false }));
  return {
    estimates: found.map(({ logProb }) => logProb.map((log, i) => log + logDet[i])),
    noise: found[0].standardError.map((error, i) => (error ** 2 + found[1].standardError[i] ** 2) / 2),
    evaluations: found.reduce((sum, { report }) => sum + report.rowEvaluations, 0),
  };
}

const rowsOf = ({ estimates, noise, evaluations }: Pass, from: number, count: number): Pass => ({
  estimates: estimates.map((logs) => logs.subarray(from, from + count)),
  noise: noise.subarray(from, from + count),
  evaluations,
});

/** The log of the mean density over draws and, under the mixture, classes; a lower bound of it where probes are random. */
function logMean(passes: readonly Pass[]): number {
  const side = (which: number): number[] => passes.flatMap(({ estimates }) => Array.from(estimates[which]));
  const first = side(0);
  if (first.length === 1) return first[0];
  return crossedLogMean(first, passes[0].estimates.length > 1 ? side(1) : first, mean(passes.flatMap(({ noise }) => Array.from(noise))));
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
