/** Registers the WebGL backend; a chunk of its own, fetched only where it is to compute. */
import '@tensorflow/tfjs-backend-webgl';
