export {
  type JsonObject,
  type JsonValue,
  type Manifest,
  type PartConfig,
  type WeightsType,
  formatManifest,
  manifestLimits,
  parseManifest,
  weightsTypes,
} from './manifest.js';
export { readIdx } from './idx.js';
export { type Json, parseJson } from './json.js';
export {
  type ReadSafetensorsOptions,
  type Safetensors,
  type WriteSafetensorsOptions,
  readSafetensors,
  safetensorsLimits,
  writeSafetensors,
} from './safetensors.js';
export { sha256 } from './sha256.js';
