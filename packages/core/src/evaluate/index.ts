export { type BitsPerDim, type BitsPerDimOptions, bitsPerDim } from './bits-per-dim.js';
export { entropyGap } from './entropy-gap.js';
export {
  type GaussianMixture,
  type FitGaussianMixtureOptions,
  type FitGaussianOptions,
  fitGaussian,
  fitGaussianMixture,
} from './gaussian-mixture.js';
export { type NearestNeighboursOptions, fitNearestNeighbours } from './nearest-neighbours.js';
