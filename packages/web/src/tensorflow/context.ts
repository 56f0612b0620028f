import { backend, getBackend } from '@tensorflow/tfjs-core';
import type { MathBackendWebGL } from '@tensorflow/tfjs-backend-webgl';

/** The context in which WebGL computes, if it does. */
const context = (): WebGLRenderingContext | undefined =>
  getBackend() === 'webgl' ? (backend() as MathBackendWebGL).getGPGPUContext().gl : undefined;

/** Whether the context in which WebGL computes is lost. */
export const webglIsLost = (): boolean => context()?.isContextLost() ?? false;

/**
 * Settles once that the context in which WebGL computes is lost, as when the graphics driver starts anew. TensorFlow.js then waits
 * for its results for ever.
 */
export function untilWebglIsLost(): Promise<void> {
  const gl = context();
  return new Promise((resolve) => {
    if (gl?.isContextLost()) resolve();
    gl?.canvas.addEventListener('webglcontextlost', () => resolve(), { once: true });
  });
}
