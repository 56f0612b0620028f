export { readModelFiles, type ReadModelFilesOptions } from './blobs.js';
export { fetchModel, type FetchModelOptions } from './fetch.js';
export { type ModelFiles, readModelManifest } from './files.js';
export { loadModel, type LoadModelOptions } from './load.js';
export { modelCard } from './model-card.js';
export type { ModelRecord } from './record.js';
export { saveModel, type SaveModelOptions } from './save.js';
