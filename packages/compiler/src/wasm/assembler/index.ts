export type { F32, F64, I32, I64, V128, Value, ValueType } from './values.js';
export type { FunctionBuilder, FunctionRef, Label, Local } from './function.js';
export { type MemoryImport, type ModuleBuilder, moduleBuilder, type Signature } from './module.js';
export { acceptsRelaxedSimd } from './relaxed.js';
