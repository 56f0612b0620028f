export { baseFromConfig, gaussianMixture, standardNormal, type GaussianMixtureOptions } from './base.js';
export { cnf, type CnfOptions } from './cnf.js';
export { oneHot } from './condition.js';
export type { FlowEvent, FlowEventOptions, WatchOptions } from './events.js';
export type * from './flow.js';
export { entrySurprise, type EntrySurprise, type EntrySurpriseOptions } from './entry-surprise.js';
export { guideDensity } from './density-guidance.js';
export { guide } from './guidance.js';
export { sampledBase, type BaseSource } from './sampled-base.js';
export { inpaint, type Inpainted, type InpaintOptions } from './inpaint.js';
export { logProbGradient, type LogProbGradient, type LogProbGradientOptions, type LogProbGradientReport } from './log-prob-gradient.js';
export { rowKeys } from './row-key.js';
export { codeBits, type CodeBits, type CodeBitsOptions } from './code-bits.js';
export { codeSurprise, type CodeSurpriseOptions } from './code-surprise.js';
export type { FewStepsReport } from './few-steps.js';
export { logProbFewSteps, type LearnedLogDensity, type LogProbFewStepsOptions } from './log-prob-few-steps.js';
export { sampleFewSteps, type SampleFewStepsOptions } from './sample-few-steps.js';
export { sampleCodes, type SampleCodesOptions, type SampledCodes } from './sample-codes.js';
export {
  affine,
  augment,
  dataEvent,
  dequantise,
  logit,
  quantile,
  squeeze,
  toDataSpace,
  toModelSpace,
  transformFromConfig,
} from './transforms/index.js';
export type {
  AffineOptions,
  AugmentOptions,
  DequantiseOptions,
  LogitOptions,
  QuantileOptions,
  SqueezeOptions,
} from './transforms/index.js';
