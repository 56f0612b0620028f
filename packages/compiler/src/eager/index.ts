export { eagerProgram } from './eager-program.js';
