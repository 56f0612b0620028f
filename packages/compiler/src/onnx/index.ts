export { exportOnnx, type OnnxExportOptions } from './export.js';
export { onnxProgram, type OnnxProgramOptions } from './program.js';
export { isNative, type OnnxRuntime } from './runtime.js';
export { moduleReader, onnxRuntimeInUse, providersReader, useOnnxRuntime, type UseOnnxRuntimeOptions } from './use-onnx-runtime.js';
