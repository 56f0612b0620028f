export type * from './plan.js';
export { makePlan, type PlanOptions } from './make-plan.js';
