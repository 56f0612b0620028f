/**
 * TensorFlow.js as pages need it: the operations with their gradients, in plain JavaScript; graphics cards come when they are
 * asked for. The bundler puts it in the place of '@tensorflow/tfjs', which brings layers and data pipelines as well.
 */
import '@tensorflow/tfjs-core/dist/register_all_gradients.js';
import '@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops.js';
import '@tensorflow/tfjs-backend-cpu';

export * from '@tensorflow/tfjs-core';
