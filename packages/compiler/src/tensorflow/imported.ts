import * as tf from '@tensorflow/tfjs';

/** TensorFlow.js in a page, and wherever a bundler has put programs together. */
export { tf };
