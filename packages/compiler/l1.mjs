import * as tf from '@tensorflow/tfjs';
import { compile } from './dist/index.js';
await tf.setBackend('cpu');
for (const [nm,f] of [['log1p',({ x }) => ({ y: tf.log1p(x) })],['slice',({x})=>({y:tf.reverse(tf.sin(x),[1])})],['st',({x})=>({y:tf.stridedSlice(tf.sin(x),[0,1],[16,2],[1,1])})]]) {
const p = await compile(f, { x: { shape: [16,4], rowAxis: 0 } }, { executor: 'wasm' });
const x = Float32Array.from({ length: 64 }, (_, i) => 10 ** (-i / 8)); 
const y = p.run({ x }).y, e = (await compile(f, { x: { shape: [16,4], rowAxis: 0 } }, { executor: 'eager' })).run({x}).y;
console.log(nm, Math.max(...[...y].map((v, i) => Math.abs(v / e[i] - 1))));
}
