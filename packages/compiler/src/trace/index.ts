export { isTracing } from './backend.js';
export { trace, type TensorFunction, type TraceInput, type TraceInputs } from './trace.js';
