import { createRequire } from 'node:module';
import type * as TensorFlow from '@tensorflow/tfjs';

/**
 * TensorFlow.js in Node, where it is a CommonJS module. An import would read its 6 MB twice, the first time for the names of what
 * they export alone, and take three times as long.
 */
export const tf = createRequire(import.meta.url)('@tensorflow/tfjs') as typeof TensorFlow;
