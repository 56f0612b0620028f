export type { FieldConfig, FieldInput, ParameterTensors, Parameters, VelocityField } from './field.js';
export { mlp, type MlpOptions } from './mlp.js';
export { fieldFromConfig } from './registry.js';
