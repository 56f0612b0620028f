import { answer } from './answer.js';
import { report } from './report.js';

await report('worker', answer);
