export { maxError, mismatch, normalisedRms, type Allowance } from './close-to.js';
export { detest, DETEST_END, type DetestProblem } from './detest.js';
export { orderResiduals, rootedTrees, type Coefficients, type RootedTree } from './order-conditions.js';
export { observedOrder, slopeOf } from './order.js';
export { coupled, dampedRotation, logistic, rational, type ExactProblem } from './problems.js';
export { forbiddenImports, readImports, type Import, type Layer } from './imports.js';
export { layers } from './layers.js';
export { outputMismatch, type PageProgram, programsOf, runProgram } from './pages.js';
export { readSources, repositoryRoot, withoutComments } from './source-tree.js';
