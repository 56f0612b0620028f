export { activationNames, activations, type Activation, type ActivationName } from './activations.js';
export { attention, initAttention, initRelativeBias, relativeBias } from './attention.js';
export { dense, initDense, multiply, type DenseInit } from './dense.js';
export type { Network } from './network.js';
export { rmsNorm } from './norm.js';
export { sideInput, timeFeatureCount, timeFeatures } from './time-features.js';
