export { activationNames, activations, type Activation, type ActivationName } from './activations.js';
export { dense, initDense, multiply, type DenseInit } from './dense.js';
export type { Network } from './network.js';
export { sideInput, timeFeatureCount, timeFeatures } from './time-features.js';
