import * as tf from '@tensorflow/tfjs';
import { compile } from './dist/index.js';
await tf.setBackend('cpu');
const k=process.argv[2];
const fs={a:({ x }) => ({ z: tf.neg(x) }), b:({ x }) => ({ y: tf.sum(x, 1)})};
const p=await compile(fs[k], { x: { shape: [4, 0], rowAxis: 0 } },{executor:'wasm',threads:1}); console.log('compiled'); console.log(p.run({ x: new Float32Array(0) })); p.dispose();
