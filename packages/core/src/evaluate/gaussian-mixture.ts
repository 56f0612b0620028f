import { type NdArray, type NumericArray, ndarray } from '@advect/base/array';
import { AdvectError } from '@advect/base/errors';
import { integer, number, oneOf, readOptions, seed } from '@advect/base/options';
import { type Key, key, normals, split, uniforms } from '../random/index.js';
import { kMeans } from './k-means.js';
import { weightedMoments } from './moments.js';
import { type Covariance, type NormalComponent, logDensity, normalComponent, place } from './normal-component.js';
import { type Rows, toRows } from './rows.js';

/** A mixture of normal distributions in float64: the yardstick that a flow must beat. */
export interface GaussianMixture {
  readonly weights: Float64Array;
  readonly components: readonly NormalComponent[];
  /** Mean log-likelihood in nats of the data after each step of the fit. */
  readonly history: readonly number[];
  /** Log-density in nats of each row of x, [batch, ...event]. Cost: dim² / 2 products for each component and row when full. */
  logProb(x: NdArray<NumericArray>): Float64Array;
  /** [count, ...event]. Row i depends on (key, start + i) only. */
  sample(count: number, key: Key, start?: number): NdArray;
}

export interface FitGaussianOptions {
  /** 'full' unless given. */
  readonly covariance?: Covariance;
  /** Added to every variance; 1e-6 unless given. In squared units of the data. */
  readonly regularisation?: number;
}

export interface FitGaussianMixtureOptions extends FitGaussianOptions {
  readonly components: number;
  /** Of the starts. Default 0. */
  readonly seed?: number;
  /** Fits from so many starts, of which the likeliest is taken; 3 unless given. */
  readonly starts?: number;
  /** Steps at most; 100 unless given. */
  readonly iterations?: number;
  /** Stops when the mean log-likelihood gains less than this many nats in a step; 1e-4 unless given. */
  readonly tolerance?: number;
}

const gaussianReaders = {
  covariance: oneOf<Covariance>(['full', 'diagonal'], 'full'),
  regularisation: number({ default: 1e-6, min: 0 }),
};

/** The normal distribution of maximum likelihood for x, [batch, ...event]. */
export function fitGaussian(x: NdArray<NumericArray>, options?: FitGaussianOptions): GaussianMixture {
  const settings = readOptions<Required<FitGaussianOptions>>('fitGaussian', options, gaussianReaders);
  const rows = toRows(x, 'The data');
  const weights = Float64Array.of(1);
  const components = maximise(rows, new Float64Array(rows.count).fill(1), 1, settings).components;
  const { meanLogLikelihood } = expect(rows, weights, components);
  return mixture(weights, components, [meanLogLikelihood], x.shape.slice(1));
}

/**
 * Fits a mixture to x, [batch, ...event], by expectation and maximisation from k-means. The likelihood has many maxima;
 * this takes the best of a few. Cost: a step of a fit takes batch · components · dim² products when full.
 *
 * Reference: Dempster, Laird and Rubin 1977; the regularisation and the stopping rule are scikit-learn's.
 */
export function fitGaussianMixture(x: NdArray<NumericArray>, options: FitGaussianMixtureOptions): GaussianMixture {
  const settings = readOptions<Required<FitGaussianMixtureOptions>>('fitGaussianMixture', options, {
    ...gaussianReaders,
    components: integer({ min: 1, max: 10_000 }),
    seed: seed(),
    starts: integer({ default: 3, min: 1 }),
    iterations: integer({ default: 100, min: 1 }),
    tolerance: number({ default: 1e-4, min: 0 }),
  });
  const rows = toRows(x, 'The data');
  if (rows.count < settings.components) {
    throw new AdvectError(
      'invalid-option',
      `fitGaussianMixture: ${settings.components} components for ${rows.count} samples`,
      'Ask for fewer components, or give more samples.',
    );
  }
  const fits = Array.from({ length: settings.starts }, (_, start) => fitFrom(split(key(settings.seed), start), rows, settings));
  const best = fits.reduce((a, b) => (b.history.at(-1)! > a.history.at(-1)! ? b : a));
  return mixture(best.weights, best.components, best.history, x.shape.slice(1));
}

interface Fit {
  readonly weights: Float64Array;
  readonly components: readonly NormalComponent[];
}

function fitFrom(from: Key, rows: Rows, settings: Required<FitGaussianMixtureOptions>): Fit & { readonly history: readonly number[] } {
  const k = settings.components;
  const responsibilities = new Float64Array(rows.count * k);
  kMeans(rows, k, from).forEach((cluster, n) => (responsibilities[n * k + cluster] = 1));
  let fit = maximise(rows, responsibilities, k, settings);
  const history: number[] = [];
  for (let step = 0; step < settings.iterations; step++) {
    const expected = expect(rows, fit.weights, fit.components);
    const gain = expected.meanLogLikelihood - (history.at(-1) ?? -Infinity);
    history.push(expected.meanLogLikelihood);
    if (gain < settings.tolerance || step === settings.iterations - 1) break;
    fit = maximise(rows, expected.responsibilities, k, settings);
  }
  return { ...fit, history };
}

/** Weights and components of greatest likelihood, given how much each component is responsible for each row, [count · k]. */
function maximise(
  rows: Rows,
  responsibilities: Float64Array,
  k: number,
  { covariance, regularisation }: Required<FitGaussianOptions>,
): Fit {
  const moments = Array.from({ length: k }, (_, offset) =>
    weightedMoments(rows, { values: responsibilities, stride: k, offset }, covariance, regularisation),
  );
  const total = moments.reduce((sum, m) => sum + m.total, 0);
  return {
    weights: Float64Array.from(moments, (m) => m.total / total),
    components: moments.map((m) => normalComponent(m.mean, m.covariance)),
  };
}

/** Each component's share in each row's density, [count · k], and each row's log-density. */
function expect(rows: Rows, weights: Float64Array, components: readonly NormalComponent[]) {
  const k = components.length;
  const responsibilities = new Float64Array(rows.count * k);
  const logProb = new Float64Array(rows.count);
  const residual = new Float64Array(rows.dim);
  const logWeights = weights.map(Math.log);
  for (let n = 0; n < rows.count; n++) {
    let most = -Infinity;
    for (let c = 0; c < k; c++) {
      const log = logWeights[c] + logDensity(components[c], rows.data, n * rows.dim, residual);
      responsibilities[n * k + c] = log;
      most = Math.max(most, log);
    }
    let sum = 0;
    for (let c = 0; c < k; c++) sum += responsibilities[n * k + c] = Math.exp(responsibilities[n * k + c] - most);
    for (let c = 0; c < k; c++) responsibilities[n * k + c] /= sum;
    logProb[n] = most + Math.log(sum);
  }
  return { responsibilities, logProb, meanLogLikelihood: logProb.reduce((a, b) => a + b) / rows.count };
}

function mixture(
  weights: Float64Array,
  components: readonly NormalComponent[],
  history: readonly number[],
  event: readonly number[],
): GaussianMixture {
  const dim = components[0].mean.length;
  return Object.freeze({
    weights,
    components,
    history,
    logProb: (x: NdArray<NumericArray>) => expect(toRows(x, 'The samples', dim), weights, components).logProb,
    sample(count: number, from: Key, start = 0): NdArray {
      const u = uniforms(split(from, 'component'), count, start);
      const noise = normals(split(from, 'noise'), count * dim, start * dim);
      const data = new Float32Array(count * dim);
      for (let n = 0; n < count; n++) {
        let c = 0;
        for (let rest = u[n]; c < weights.length - 1 && (rest -= weights[c]) >= 0; c++);
        place(components[c], noise, n * dim, data, n * dim);
      }
      return ndarray(data, [count, ...event]);
    },
  });
}
