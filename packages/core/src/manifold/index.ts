export { manifoldFromConfig } from './registry.js';
export type { Manifold, ManifoldConfig, TangentFunctions } from './manifold.js';
export { sphere } from './sphere.js';
export { torus } from './torus.js';
