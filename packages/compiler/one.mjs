import * as tf from '@tensorflow/tfjs';
import { randomProgram } from './build/test/fuzz/programs.js';
import { trace } from './dist/trace/index.js';
import { optimise } from './dist/optimise/index.js';
import { printGraph } from './dist/graph/index.js';
await tf.setBackend('cpu');
const p = randomProgram(+process.argv[2], process.argv[3]?{order:+process.argv[3]}:{});
const raw = trace(({x,weights})=>({y:p.f({x,weights}).y}), p.inputs(p.withRows?24:5));
console.log(printGraph(optimise(raw)));
