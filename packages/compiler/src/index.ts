export * from './graph/index.js';
export * from './interpret/index.js';
export * from './trace/index.js';
