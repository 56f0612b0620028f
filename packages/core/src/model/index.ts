export { loadModel, readModelManifest } from './load.js';
export { modelCard } from './model-card.js';
export type { ModelRecord } from './record.js';
export { type ModelFiles, saveModel } from './save.js';
