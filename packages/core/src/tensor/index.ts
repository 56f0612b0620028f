export { ready, type BackendName, type BackendReport, type ReadyOptions } from './backend.js';
export { countTensors, withScope, type Scope } from './scope.js';
export { assertShape } from './shape.js';
export { logSoftmax, softplus } from './stable.js';
export { tensorSpace } from './tensor-space.js';
export { tf, type Scalar, type Tensor, type Tensor1D, type Tensor2D } from './tf.js';
export { download, downloadSync, isTensor, toHost, upload, uploadParameters } from './transfer.js';
export { valueAndGradients } from './value-and-gradients.js';
