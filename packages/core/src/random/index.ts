export { type Key, key, split } from './key.js';
export { integers, permutation, rademachers, uniforms } from './draw.js';
export { normals } from './normal.js';
