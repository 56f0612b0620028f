export * from './graph/index.js';
export * from './interpret/index.js';
