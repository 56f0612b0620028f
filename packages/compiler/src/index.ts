export { compile, type CompileOptions } from './compile.js';
export * from './eager/index.js';
export * from './graph/index.js';
export * from './interpret/index.js';
export type * from './program.js';
export * from './onnx/index.js';
export * from './optimise/index.js';
export * from './trace/index.js';
