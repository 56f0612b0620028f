export { readModelFiles, type ReadModelFilesOptions } from '../io/chosen-files.js';
export { fetchModel, type FetchModelOptions } from '../io/fetch-model.js';
export { type ModelFiles, readModelManifest } from '../io/model-files.js';
export { loadModel, type LoadModelOptions } from './load.js';
export { modelCard } from './model-card.js';
export type { ModelRecord } from './record.js';
export { saveModel, type SaveModelOptions } from './save.js';
