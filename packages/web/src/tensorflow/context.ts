import { backend, getBackend } from '@tensorflow/tfjs-core';
import type { MathBackendWebGL } from '@tensorflow/tfjs-backend-webgl';

/** Whether WebGL computes and its context has been lost, as when the graphics driver starts anew. */
export const webglContextLost = (): boolean =>
  getBackend() === 'webgl' && (backend() as MathBackendWebGL).getGPGPUContext().gl.isContextLost();
