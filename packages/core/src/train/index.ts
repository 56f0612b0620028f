export { decodeTrainingState, encodeTrainingState } from './checkpoint.js';
export type { LabelledSamples, PairedSamples, Sampler, TrainingData } from './data.js';
export { findLearningRate, type LearningRateCurve, type FindLearningRateOptions } from './find-learning-rate.js';
export { type Divergence, type Progress, train, type Training } from './loop.js';
export type { AdamState } from './optimizer.js';
export type { TrainOptions, Validation } from './options.js';
export type { Schedule, ScheduleName } from './schedule.js';
export type { TrainingState } from './state.js';
