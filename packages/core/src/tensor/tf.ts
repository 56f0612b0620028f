import { tf } from '@advect/compiler/tensorflow';

/** The one door to TensorFlow.js: nothing outside `tensor/` imports the package itself. */
export { tf };
export type { Scalar, Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs';

/** True in Node, in its worker threads too; false in a page or a web worker. */
export const inNode = (): boolean => tf.env().getBool('IS_NODE') && !tf.env().getBool('IS_BROWSER');
