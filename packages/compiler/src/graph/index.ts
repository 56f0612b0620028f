export type * from './graph.js';
export { graphBuilder, type GraphBuilder } from './builder.js';
