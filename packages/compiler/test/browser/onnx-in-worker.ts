import { onnxAnswer } from './onnx-answer.js';
import { report } from './report.js';

await report('worker', () => onnxAnswer({ card: crossOriginIsolated }));
