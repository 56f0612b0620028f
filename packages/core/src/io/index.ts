export {
  type JsonObject,
  type JsonValue,
  type Manifest,
  type PartConfig,
  formatManifest,
  manifestLimits,
  parseManifest,
} from './manifest.js';
export { readIdx } from './idx.js';
export { type Json, parseJson } from './json.js';
export { type ReadSafetensorsOptions, type Safetensors, readSafetensors, safetensorsLimits, writeSafetensors } from './safetensors.js';
export { sha256 } from './sha256.js';
