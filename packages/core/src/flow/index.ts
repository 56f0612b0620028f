export { baseFromConfig, gaussianMixture, standardNormal, type GaussianMixtureOptions } from './base.js';
export { cnf, type CnfOptions } from './cnf.js';
export { oneHot } from './condition.js';
export type * from './flow.js';
export { rowKeys } from './row-key.js';
export { codeSurprise, type CodeSurpriseOptions } from './code-surprise.js';
export { sampleCodes, type SampleCodesOptions, type SampledCodes } from './sample-codes.js';
export { affine, dequantise, logit, toDataSpace, toModelSpace, transformFromConfig } from './transforms/index.js';
export type { AffineOptions, DequantiseOptions, LogitOptions } from './transforms/index.js';
