// Arrays, errors, randomness
export { ndarray, takeRows, toNested, type ArrayLike, type NdArray, type NestedNumbers, type NumericArray } from '@advect/base/array';
export { AdvectError, type ErrorCode } from '@advect/base/errors';
export { integers, key, normals, permutation, rademachers, split, uniforms, type Key } from './random/index.js';
export { countTensors, ready, type BackendName, type BackendReport, type ReadyOptions } from './tensor/index.js';

// Fields
export { averageField, type AverageField, type AverageFieldOptions } from './field/index.js';
export { conv, type ConvOptions } from './field/index.js';
export { dit, type DitOptions } from './field/index.js';
export { endpointField, type EndpointField, type EndpointFieldOptions, type Evidence } from './field/index.js';
export { mlp, type MlpOptions } from './field/index.js';
export { multiscale, type MultiscaleOptions } from './field/index.js';
export { potential, type PotentialOptions } from './field/index.js';
export { retimed, type RetimedOptions } from './field/index.js';
export { sequence, type SequenceOptions, type SequenceStep } from './field/index.js';
export { transformer, transformerNetwork, type TransformerNetworkOptions, type TransformerOptions } from './field/index.js';
export { unet, type UnetOptions } from './field/index.js';
export type { FieldConfig, FieldInput, FieldPiece, Network, ParameterTensors, Parameters, VelocityField } from './field/index.js';
export type { ActivationName } from './nn/index.js';

// Whom the executor 'onnx' of every verb is to take
export { useOnnxRuntime, type OnnxRuntime, type UseOnnxRuntimeOptions } from '@advect/compiler';

// Flows: a field with a base and transforms, and what is asked of them
export { cnf, type CnfOptions } from './flow/index.js';
export { gaussianMixture, sampledBase, standardNormal, type BaseSource, type GaussianMixtureOptions } from './flow/index.js';
export { affine, augment, dataEvent, dequantise, logit, quantile, squeeze } from './flow/index.js';
export type { AffineOptions, AugmentOptions, DequantiseOptions, LogitOptions, QuantileOptions, SqueezeOptions } from './flow/index.js';
export { sphere, torus, type Manifold } from './manifold/index.js';
export { guide, guideDensity } from './flow/index.js';
export type { Guidance } from './field/index.js';
export { logProbGradient, type LogProbGradient, type LogProbGradientOptions, type LogProbGradientReport } from './flow/index.js';
export { entrySurprise, type EntrySurprise, type EntrySurpriseOptions } from './flow/index.js';
export { inpaint, type Inpainted, type InpaintOptions } from './flow/index.js';
export { sampleFewSteps, logProbFewSteps, type LogProbFewStepsOptions, type SampleFewStepsOptions } from './flow/index.js';
export type { FewStepsReport, LearnedLogDensity } from './flow/index.js';
export { sampleCodes, type SampleCodesOptions, type SampledCodes } from './flow/index.js';
export { codeBits, codeSurprise, type CodeBits, type CodeBitsOptions, type CodeSurpriseOptions } from './flow/index.js';
export { rowKeys, toModelSpace } from './flow/index.js';
export { baseFromConfig, transformFromConfig } from './flow/index.js';
export type { FlowEvent, FlowEventOptions, WatchOptions } from './flow/index.js';
export type * from './flow/flow.js';

// Training
export { train, type Divergence, type Progress, type Training, type TrainOptions, type Validation } from './train/index.js';
export type { LabelledSamples, PairedSamples, Sampler, Schedule, ScheduleName, TrainingData, TrainingState } from './train/index.js';
export { decodeTrainingState, encodeTrainingState } from './train/index.js';
export { findLearningRate, type FindLearningRateOptions, type LearningRateCurve } from './train/index.js';
export { endpointMatching, type EndpointMatchingOptions } from './objective/endpoint.js';
export { flowMatching, type FlowMatchingOptions } from './objective/flow-matching.js';
export { likelihood, type LikelihoodOptions } from './objective/likelihood.js';
export { meanDivergence, type MeanDivergenceOptions } from './objective/mean-divergence.js';
export { meanFlow, type MeanFlowOptions } from './objective/mean-flow.js';
export { reflow, type FlowPairs } from './objective/reflow.js';
export type { CouplingName } from './objective/coupling.js';
export type { PathName } from './objective/path.js';
export type { TimeDistribution } from './objective/times.js';
export type * from './objective/objective.js';

// Data with known densities, and measures; what is done to other data is at @advect/core/data
export { distributions, type DistributionName } from './data/distributions.js';
export type { Distribution } from './data/distribution.js';
export * from './evaluate/index.js';

// Files
export { loadModel, saveModel, type LoadModelOptions, type ModelFiles, type ModelRecord, type SaveModelOptions } from './model/index.js';
export { fetchModel, readModelFiles, readModelManifest, type FetchModelOptions, type ReadModelFilesOptions } from './model/index.js';
export { exportFlowOnnx, type ExportFlowOnnxOptions } from './export/index.js';
export * from './import/index.js';

// The solvers alone, also at @advect/core/ode without TensorFlow.js
export * from './ode/index.js';
