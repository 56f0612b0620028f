export { audit, type Audit, type AuditCheck, type AuditOptions } from './audit/index.js';
export {
  type BitsPerDim,
  type BitsPerDimOptions,
  bitsPerDim,
  importanceWeightedBitsPerDim,
  type ImportanceWeightedBitsPerDimOptions,
} from './bits-per-dim.js';
export {
  type Calibration,
  type SimulationBasedCalibrationOptions,
  type SimulatedPairs,
  simulationBasedCalibration,
} from './calibration.js';
export { classifierTest, type ClassifierTest, type ClassifierTestOptions } from './classifier-test.js';
export { entropyGap } from './entropy-gap.js';
export { frechetDistance, type FrechetDistance } from './frechet-distance.js';
export {
  type GaussianMixture,
  type FitGaussianMixtureOptions,
  type FitGaussianOptions,
  fitGaussian,
  fitGaussianMixture,
} from './gaussian-mixture.js';
export { energyDistance, mmd, type MmdOptions, type TwoSampleOptions } from './kernel-distances.js';
export { nearestDistances, type NearestDistances, type NearestDistancesOptions } from './nearest-distances.js';
export { type FitNearestNeighboursOptions, fitNearestNeighbours } from './nearest-neighbours.js';
export { normalisedPathEnergy, type PathEnergy, type NormalisedPathEnergyOptions } from './path-energy.js';
export {
  type Classified,
  fitPictureClassifier,
  type FitPictureClassifierOptions,
  type LearningProgress,
  pictureClassifier,
  type PictureClassifier,
  type PictureClassifierOptions,
} from './picture-classifier/index.js';
export { slicedWasserstein2, type SlicedWasserstein2, type SlicedWasserstein2Options } from './sliced-wasserstein.js';
export type { Discrepancy } from './two-sample.js';
export { wasserstein2, type Wasserstein2 } from './wasserstein.js';
