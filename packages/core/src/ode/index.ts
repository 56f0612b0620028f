export { advance } from './advance.js';
export type { Controller } from './controller.js';
export type { FieldGauge } from './gauge.js';
export type { EventOptions, LocatedEvent } from './events.js';
export { adams, type AdamsMethod } from './adams.js';
export type { MethodData } from './method.js';
export { methods, type ExplicitMethodName, type MethodName } from './methods/index.js';
export {
  type GradientFailure,
  gradientModes,
  type GradientMode,
  type GradientOptions,
  solveWithGradient,
  type SolveGradient,
} from './gradient/solve-with-gradient.js';
export { eventGradient, type EventGradient, type EventGradientOptions } from './gradient/event-gradient.js';
export type { FieldPullback, Gather, Pulled } from './gradient/pull.js';
export type * from './problem.js';
export { productSpace } from './product-space.js';
export type { RowResult, Solution, SolveOptions, SolveResult, SolveStats, StepOptions, StepReport } from './solution.js';
export type { RosenbrockMethod } from './rosenbrock-method.js';
export { type Pair, retrace, reversible, type ReversibleMethod } from './reversible.js';
export { solve } from './solve.js';
export { float32Space, float64Space } from './spaces.js';
export type { Method } from './stepper.js';
export type { ExplicitMethod } from './tableau.js';
