import type { Offers } from './choose.js';
import { isNative, onnxRuntimeInUse } from './onnx/index.js';
import { inNode } from './platform.js';
import { tf } from './trace/tf.js';
import { acceptsSimd } from './wasm/executor-modules.js';

/** What the platform that this runs on offers. */
export const offers = (): Offers => ({ simd: acceptsSimd(), onnx: hasOnnxRuntime, gpu: hasGraphicsCard });

/**
 * A browser cannot look without loading it, so there ONNX Runtime is not chosen unasked. Nor is onnxruntime-web where it is in
 * use: its vectors are those of the generated code.
 */
function hasOnnxRuntime(): boolean {
  const { runtime } = onnxRuntimeInUse();
  if (runtime) return isNative(runtime);
  if (!inNode()) return false;
  try {
    return import.meta.resolve('onnxruntime-node') !== '';
  } catch {
    return false;
  }
}

function hasGraphicsCard(): boolean {
  const backend = tf.getBackend();
  return backend === 'webgpu' || (backend === 'webgl' && !/swiftshader|llvmpipe|software|basic render/i.test(rendererName()));
}

function rendererName(): string {
  const gl = typeof OffscreenCanvas === 'function' ? new OffscreenCanvas(1, 1).getContext('webgl2') : null;
  if (!gl) return 'software';
  const names = gl.getExtension('WEBGL_debug_renderer_info');
  const name = String(gl.getParameter(names ? names.UNMASKED_RENDERER_WEBGL : gl.RENDERER));
  gl.getExtension('WEBGL_lose_context')?.loseContext();
  return name;
}
