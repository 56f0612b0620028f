/** Registers the WebGPU backend; a chunk of its own, fetched only where the browser has WebGPU. */
import '@tensorflow/tfjs-backend-webgpu';
