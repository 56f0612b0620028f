export { optimise } from './optimise.js';
