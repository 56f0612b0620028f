export type * from './graph.js';
export { graphBuilder, type GraphBuilder } from './builder.js';
export { type Cost, costOf, totalCost } from './cost.js';
export { drawGraph } from './draw.js';
export { printGraph } from './print.js';
export { formatProfile, type KernelTime, type Profile } from './profile.js';
