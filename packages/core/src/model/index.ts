export {
  fetchModel,
  type FetchModelOptions,
  type ModelFiles,
  readModelFiles,
  type ReadModelFilesOptions,
  readModelManifest,
} from '../io/index.js';
export { loadModel, type LoadModelOptions } from './load.js';
export { modelCard } from './model-card.js';
export type { ModelRecord } from './record.js';
export { saveModel, type SaveModelOptions } from './save.js';
