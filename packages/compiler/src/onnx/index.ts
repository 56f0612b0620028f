export { exportOnnx, type OnnxExportOptions } from './export.js';
export { onnxProgram, type OnnxProgramOptions } from './program.js';
export type { OnnxRuntime } from './runtime.js';
