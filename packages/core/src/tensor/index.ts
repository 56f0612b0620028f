import * as tf from '@tensorflow/tfjs';

export { tf };
export type { Scalar, Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs';
