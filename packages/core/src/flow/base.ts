import { type NdArray, ndarray, sizeOf } from '@advect/base/array';
import { AdvectError } from '@advect/base/errors';
import { readOptions, value } from '@advect/base/options';
import { type Manifold, manifoldFromConfig } from '../manifold/index.js';
import { type Key, normals, split, uniforms } from '../random/index.js';
import { normalRows } from '../random/normal.js';
import type { Base, BaseConfig } from './flow.js';

const LOG_2PI = Math.log(2 * Math.PI);

const eachRow = (x: NdArray, visit: (row: Float32Array, index: number) => void): void => {
  const dim = sizeOf(x.shape.slice(1));
  for (let i = 0; i < x.shape[0]; i++) visit(x.data.subarray(i * dim, (i + 1) * dim), i);
};

function sampleRows(
  key: Key,
  count: number,
  event: readonly number[],
  start: number,
  draw: (rowKey: Key, dim: number) => Float32Array,
): NdArray {
  const dim = sizeOf(event);
  const data = new Float32Array(count * dim);
  for (let i = 0; i < count; i++) data.set(draw(split(key, start + i), dim), i * dim);
  return ndarray(data, [count, ...event]);
}

/** N(0, I) over events of any shape. */
export function standardNormal(): Base {
  return {
    config: { kind: 'standard-normal' },
    sample: (count, key, event, start) => ndarray(normalRows(key, count, sizeOf(event), start), [count, ...event]),
    logProb(x) {
      const result = new Float64Array(x.shape[0]);
      eachRow(x, (row, i) => {
        let squares = 0;
        for (const v of row) squares += v * v;
        result[i] = -0.5 * (squares + row.length * LOG_2PI);
      });
      return result;
    },
    score: (x) => ({ shape: x.shape, data: x.data.map((v) => -v) }),
  };
}

/** Components of `gaussianMixture`, as many entries in each list. */
export interface GaussianMixtureOptions {
  /** Centres, [components, dim]. */
  readonly means: readonly (readonly number[])[];
  /** One standard deviation for each component (isotropic). */
  readonly standardDeviations: readonly number[];
  /** Mixing weights, normalised here. Default: equal. */
  readonly weights?: readonly number[];
}

/** A mixture of isotropic Gaussians, Σₖ wₖ N(μₖ, σₖ² I), over events of dim numbers. */
export function gaussianMixture(options: GaussianMixtureOptions): Base {
  const isRow = (v: unknown): v is number[] => Array.isArray(v) && v.length > 0 && v.every((n) => Number.isFinite(n));
  const positive = (v: unknown): boolean => isRow(v) && v.every((n) => n > 0);
  const { means, standardDeviations, weights } = readOptions<GaussianMixtureOptions>('gaussianMixture', options, {
    means: value(
      (v) => Array.isArray(v) && v.length > 0 && v.every((row) => isRow(row) && row.length === v[0].length),
      'rows of equally many numbers',
    ),
    standardDeviations: value(positive, 'positive numbers, one for each component'),
    weights: (given, name) =>
      given === undefined ? undefined : value<number[]>(positive, 'positive numbers, one for each component')(given, name),
  });
  const components = means.length;
  if (standardDeviations.length !== components || (weights && weights.length !== components)) {
    throw new AdvectError(
      'invalid-option',
      `gaussianMixture: ${components} means, ${standardDeviations.length} standard deviations, ${weights?.length ?? components} weights`,
      'Give one standard deviation and one weight for each mean.',
    );
  }
  const dim = means[0].length;
  const total = weights?.reduce((sum, w) => sum + w, 0) ?? components;
  const share = Array.from({ length: components }, (_, k) => (weights?.[k] ?? 1) / total);

  const checkDim = (given: number): void => {
    if (given !== dim) {
      throw new AdvectError(
        'invalid-shape',
        `the mixture has ${dim} dimensions, the event has ${given} numbers`,
        `Give means of ${given} numbers.`,
      );
    }
  };
  /** log wₖ N(row; μₖ, σₖ²) for each k, and their log-sum-exp. */
  const logTerms = (row: Float32Array): { terms: number[]; logSum: number } => {
    checkDim(row.length);
    const terms = share.map((w, k) => {
      const sigma = standardDeviations[k];
      let squares = 0;
      for (let d = 0; d < dim; d++) squares += ((row[d] - means[k][d]) / sigma) ** 2;
      return Math.log(w) - 0.5 * (squares + dim * (LOG_2PI + 2 * Math.log(sigma)));
    });
    const top = Math.max(...terms);
    return { terms, logSum: top + Math.log(terms.reduce((sum, term) => sum + Math.exp(term - top), 0)) };
  };

  return {
    config: { kind: 'gaussian-mixture', means, standardDeviations, weights: share },
    sample: (count, key, event, start) =>
      sampleRows(key, count, event, start, (rowKey, length) => {
        checkDim(length);
        let left = uniforms(split(rowKey, 'component'), 1)[0];
        let k = 0;
        while (k < components - 1 && (left -= share[k]) >= 0) k++;
        return normals(split(rowKey, 'noise'), dim).map((v, d) => means[k][d] + standardDeviations[k] * v);
      }),
    logProb(x) {
      const result = new Float64Array(x.shape[0]);
      eachRow(x, (row, i) => (result[i] = logTerms(row).logSum));
      return result;
    },
    score(x) {
      const data = new Float32Array(x.data.length);
      eachRow(x, (row, i) => {
        const { terms, logSum } = logTerms(row);
        for (let d = 0; d < dim; d++) {
          data[i * dim + d] = terms.reduce(
            (sum, term, k) => sum + (Math.exp(term - logSum) * (means[k][d] - row[d])) / standardDeviations[k] ** 2,
            0,
          );
        }
      });
      return { shape: x.shape, data };
    },
  };
}

/** The uniform distribution on a manifold. */
export const uniformOn = (manifold: Manifold): Base => ({
  config: { kind: 'uniform', manifold: manifold.config },
  sample: (count, key, _event, start) => manifold.uniform(key, count, start),
  logProb: (x) => new Float64Array(x.shape[0]).fill(-manifold.logVolume),
  score: (x) => ({ shape: x.shape, data: new Float32Array(x.data.length) }),
});

/** Rebuilds a base distribution from its config; throws `invalid-file` for an unknown kind. */
export function baseFromConfig({ kind, ...settings }: BaseConfig): Base {
  if (kind === 'standard-normal') {
    readOptions('standard-normal base', settings, {});
    return standardNormal();
  }
  if (kind === 'gaussian-mixture') return gaussianMixture(settings as unknown as GaussianMixtureOptions);
  if (kind === 'uniform') return uniformOn(manifoldFromConfig(settings.manifold));
  if (kind === 'sampled') {
    throw new AdvectError(
      'invalid-file',
      'this flow starts from samples, which its file does not hold',
      'Give the source again, with sampledBase: to loadModel as its option base, or to cnf.',
    );
  }
  throw new AdvectError(
    'invalid-file',
    `unknown base distribution '${kind}'`,
    "Known are 'standard-normal', 'gaussian-mixture' and 'uniform'.",
  );
}
