import { onnxAnswer } from './onnx-answer.js';
import { report } from './report.js';

/** The page: answers itself, then has a worker answer. */
await report('page', () => onnxAnswer({ card: false }));
const worker = new Worker(new URL('./onnx-in-worker.js', import.meta.url), { type: 'module' });
worker.addEventListener('error', (event) => void report('worker', () => Promise.reject(new Error(event.message))));
