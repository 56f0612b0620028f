import * as tf from '@tensorflow/tfjs';

/** The compiler's one door to TensorFlow.js. */
export { tf };
export type { DataType, Tensor, TensorInfo } from '@tensorflow/tfjs';
