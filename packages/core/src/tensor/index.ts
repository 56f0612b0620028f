export { ready, type BackendName, type BackendReport, type ReadyOptions } from './backend.js';
export { countTensors, withScope, type Owned, type Scope } from './scope.js';
export { assertShape } from './shape.js';
export { logSoftmax, logSumExp, safeNorm, softplus } from './stable.js';
export { tensorSpace } from './tensor-space.js';
export { inNode, tf, type Scalar, type Tensor, type Tensor1D, type Tensor2D, type Tensor3D } from './tf.js';
export { download, downloadSync, isTensor, toHost, upload, uploadParameters } from './transfer.js';
export { valueAndGradients } from './value-and-gradients.js';
