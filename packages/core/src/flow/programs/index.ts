export { fieldLogits, fieldPrograms, type FieldPrograms, type Flux } from './field-programs.js';
export { type Programs, withPrograms } from './session.js';
export type { ProgramOptions } from './shared.js';
export { argumentsOf, byWeight, marked, rowsOf, type TracedFunction, weightInputs } from './traced.js';
