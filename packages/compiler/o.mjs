import * as tf from '@tensorflow/tfjs';
import { trace } from './dist/trace/index.js';
import { optimise } from './dist/optimise/index.js';
import { makePlan } from './dist/plan/index.js';
await tf.setBackend('cpu');
console.dir(makePlan(optimise(trace(({x})=>({y:tf.reverse(tf.sin(x),[1])}), {x:{shape:[16,4],rowAxis:0}}))).buffers, {depth:9});
