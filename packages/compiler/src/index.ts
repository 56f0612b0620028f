// Compiling a function of tensors to a program on plain arrays.
export { compile, type CompileOptions } from './compile.js';
export type { Arrays, ExecutorReport, Program } from './program.js';

// Tracing alone: the graph of a function, simplified, and computed in float64.
export { isTracing, trace, type TensorFunction, type TraceInput, type TraceInputs } from './trace/index.js';
export { optimise } from './optimise/index.js';
export { interpret, type InterpretOptions } from './interpret/index.js';

// Looking at a graph: as text, as a drawing, what its nodes cost, where the time of a run went.
export type { DType, Graph, GraphInput, GraphOutput, Node, OperationName } from './graph/index.js';
export { type Cost, costOf, drawGraph, formatProfile, type KernelTime, printGraph, type Profile, totalCost } from './graph/index.js';

// Whom the executor 'onnx' is to take, said once for every verb.
export { useOnnxRuntime, type UseOnnxRuntimeOptions } from './onnx/index.js';

// Files for other programs.
export { exportOnnx, type OnnxExportOptions, type OnnxRuntime } from './onnx/index.js';
