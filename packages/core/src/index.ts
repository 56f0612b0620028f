export * from './array.js';
export { AdvectError, type ErrorCode } from './errors.js';
export * from './random/index.js';
export * from './ode/index.js';
export { ready, type BackendName, type BackendReport, type ReadyOptions } from './tensor/index.js';
export * from './field/index.js';
export * from './flow/index.js';
export { likelihood, type LikelihoodOptions } from './objective/likelihood.js';
export type * from './objective/objective.js';
