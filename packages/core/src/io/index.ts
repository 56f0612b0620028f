// For those who use it. The library itself imports its files one by one: a page then needs no package but TensorFlow.js.
export { readModelFiles, type ReadModelFilesOptions } from './chosen-files.js';
export { fetchModel, type FetchModelOptions } from './fetch-model.js';
export { type ModelFiles, modelLimits, readModelManifest } from './model-files.js';
export { crc32 } from './crc32.js';
export { type CsvTable, type ReadCsvOptions, readCsv } from './csv.js';
export { csvRecords } from './csv-records.js';
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
export { readNpy } from './npy.js';
export { readNpz } from './npz.js';
export { writeNpy, writeNpz } from './write-npz.js';
export { pickledArrays } from './pickled-arrays.js';
export {
  type ReadSafetensorsOptions,
  type Safetensors,
  type WriteSafetensorsOptions,
  readSafetensors,
  safetensorsLimits,
  writeSafetensors,
} from './safetensors.js';
export { sha256 } from './sha256.js';
export { type ReadZipOptions, type ZipEntry, readZip } from './zip.js';
