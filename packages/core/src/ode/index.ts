export { advance } from './advance.js';
export { methodNames, methods, type MethodName } from './methods/index.js';
export type * from './problem.js';
export type { RowResult, Solution, SolveOptions, SolveResult, SolveStats, StepReport } from './solution.js';
export { solve } from './solve.js';
export { float32Space, float64Space } from './spaces.js';
export { isPromise, whenSettled } from './settle.js';
export { transposeStep, type TakenStep } from './transpose-step.js';
export type { ExplicitMethod } from './tableau.js';
