export type * from './plan.js';
export { makePlan, type PlanOptions } from './make-plan.js';
export { checkPlan } from './check-plan.js';
export { interpretPlan } from './interpret-plan.js';
