import * as tf from '@tensorflow/tfjs';
import { compile } from './dist/index.js';
await tf.setBackend('cpu');
const inputs={ x: { shape: [24, 3], rowAxis: 0 }, w:{shape:[3,2],kind:'parameter'}, b:{shape:[2],kind:'parameter'} };
const P={w:Float32Array.from([1,2,3,4,5,6]),b:Float32Array.of(7,8)};
const x=Float32Array.from({length:21},(_,i)=>i/10);
const fs={
 gradb: ({x,w,b})=>{ const [ofB,ofW]=tf.grads((b,w)=>tf.sum(tf.add(tf.matMul(x,w),b)))([b,w]); return {ofB,ofW}; },
 sumOnes: ({x})=>({n:tf.sum(tf.onesLike(x))}),
 sumB: ({x,b})=>({n:tf.sum(tf.mul(tf.ones([x.shape[0],2]),b)), per:tf.add(tf.sum(x,1),tf.sum(tf.mul(tf.ones([x.shape[0],2]),b),1))}),
 noX: ({x,b})=>({u:tf.mul(tf.ones([x.shape[0],2]),b), m:tf.matMul(tf.mul(tf.ones([x.shape[0],3]),0.5), tf.add(b,tf.ones([3,2])))}),
 concat: ({x,b})=>({u:tf.concat([tf.zeros([x.shape[0],1]),tf.ones([x.shape[0],2])],1), d:tf.add(x,tf.concat([tf.zeros([x.shape[0],1]),tf.ones([x.shape[0],2])],1))}),
 oneHotish: ({x})=>({y:tf.add(x, tf.tile(tf.tensor2d([[1,2,3]]),[x.shape[0],1]))}),
 pad: ({x})=>({y:tf.pad(tf.ones([x.shape[0],2]),[[0,0],[1,1]]), z:tf.add(tf.pad(tf.ones([x.shape[0],1]),[[0,0],[1,1]]),x)}),
 cumsum: ({x})=>({y:tf.cumsum(tf.ones([x.shape[0],3]),1)}),
 range: ({x})=>({y:tf.matMul(tf.ones([x.shape[0],3]), tf.tensor2d([[1,2],[3,4],[5,6]]))}),
 conv: ({x,w})=>({y:tf.conv2d(tf.ones([x.shape[0],2,2,1]), tf.reshape(tf.slice(w,[0,0],[2,2]),[2,2,1,1]),1,'valid')}),
 gather: ({x,w})=>({y:tf.gather(w, tf.zeros([x.shape[0]],'int32'))}),
 stack2: ({x,b})=>({y:tf.reshape(tf.stack([tf.mul(tf.ones([x.shape[0],2]),b),tf.ones([x.shape[0],2])],0),[-1,2])}),
 softmax: ({x,b})=>({y:tf.softmax(tf.mul(tf.ones([x.shape[0],2]),b))}),
 lse: ({x,b})=>({y:tf.logSumExp(tf.mul(tf.ones([x.shape[0],2]),b))}),
mm: ({x,w,b})=>({y:tf.matMul(tf.ones([x.shape[0],3]), tf.mul(tf.ones([x.shape[0],2]),b),true,false)}),
 max: ({x})=>({y:tf.max(x)}),
 varr: ({x})=>({y:tf.sum(tf.square(tf.sub(x,tf.mean(x,0))))}),
 meanGrad: ({x,w,b})=>{ const [ofB]=tf.grads((b)=>tf.mean(tf.add(tf.matMul(x,w),b)))([b]); return {ofB}; },
};
for (const [name,f] of Object.entries(fs)) {
  let c,e;
  try { const p=await compile(f,inputs,{executor:'wasm',threads:1}); p.bind(P); c=p.run({x}); } catch (er) { c={error:er.message.slice(0,150)}; }
  try { const p=await compile(f,inputs,{executor:'eager'}); p.bind(P); e=p.run({x}); } catch (er) { e={error:er.message}; }
  const s=(o)=>JSON.stringify(Object.fromEntries(Object.entries(o).toSorted().map(([k,v])=>[k,typeof v==='string'?v:v.length+':'+[...v.slice(0,6)]])));
  console.log(s(c)===s(e)?'same':'DIFF', name, s(c), s(c)===s(e)?'':s(e));
}
