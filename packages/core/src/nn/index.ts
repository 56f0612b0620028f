export { activationNames, activations, type Activation, type ActivationName } from './activations.js';
export { attention, initAttention, initRelativeBias, relativeBias } from './attention.js';
export {
  convolve,
  convolveTransposed,
  enlarge,
  initConvolution,
  initConvolutionTransposed,
  shrink,
  squeeze,
  unsqueeze,
  type ConvolutionInit,
} from './convolution.js';
export { dense, denseDual, initDense, multiply, type DenseInit } from './dense.js';
export { activate, concatenate, linear, plus, sum, tangentsOf, times, type Dual } from './dual.js';
export { convolutionMap, denseMap, type LinearMap, type Stride } from './linear-map.js';
export type { Network } from './network.js';
export { groupNorm, initGroupNorm, layerNorm, rmsNorm } from './norm.js';
export { sideInput, timeFeatureCount, timeFeatures, timeWaves } from './time-features.js';
export { timeLayer, timeLayerNames, type TimeLayer, type TimeLayerName } from './time-layer.js';
export { initModulation, initTransformerBlock, modulatedNorm, transformerBlock, type BlockSettings } from './transformer-block.js';
