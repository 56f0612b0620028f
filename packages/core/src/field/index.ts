export { averageField, type AverageField, type AverageFieldOptions } from './average.js';
export { conv, type ConvOptions } from './conv.js';
export { dit, type DitOptions } from './dit.js';
export { endpointField, type EndpointField, type EndpointFieldOptions, type Evidence } from './endpoint.js';
export type { Network } from '../nn/network.js';
export { densityGuidedField, type DensityGuidedFieldOptions } from './density-guided.js';
export { type Guidance, guidedField, type GuidedFieldOptions } from './guided.js';
export type { FieldConfig, FieldInput, FieldPiece, ParameterTensors, Parameters, VelocityField } from './field.js';
export { mlp, type MlpOptions } from './mlp.js';
export { potential, type PotentialOptions } from './potential.js';
export { fieldFromConfig, networkFromConfig } from './registry.js';
export {
  transformer,
  transformerNetwork,
  type TransformerNetworkOptions,
  type TransformerOptions,
  type TransformerSettings,
} from './transformer.js';
export { unet } from './unet.js';
export type { UnetOptions } from './unet-options.js';
export { multiscale, type MultiscaleOptions } from './multiscale.js';
export { sequence, type SequenceOptions, type SequenceStep } from './sequence.js';
export { retimed, type RetimedOptions } from './retimed.js';
