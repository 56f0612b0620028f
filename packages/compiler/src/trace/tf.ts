/** The compiler's one door to TensorFlow.js. */
export { tf } from '@advect/compiler/tensorflow';
export type { DataType, Tensor, TensorInfo } from '@tensorflow/tfjs';
