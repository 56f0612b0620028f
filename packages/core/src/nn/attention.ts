import { sizeOf } from '@advect/base/array';
import type { ParameterTensors, Parameters } from '../field/field.js';
import { type Key, split } from '../random/index.js';
import { tf, type Tensor } from '../tensor/index.js';
import { spend } from './budget.js';
import { dense, initDense } from './dense.js';

/** Weights of `attention`; the layer starts as the constant 0, so that a residual block around it starts as the identity. */
export function initAttention(key: Key, name: string, model: number): Parameters {
  const project = (part: string) => initDense(split(key, part), `${name}/${part}`, model, model);
  return {
    ...project('query'),
    ...project('key'),
    ...project('value'),
    ...initDense(split(key, 'mix'), `${name}/mix`, model, model, { gain: 0 }),
  };
}

/**
 * Multi-head self-attention of tokens, [batch, tokens, model] → the same (Vaswani et al. 2017, §3.2.2). `bias`, where
 * given, is added to the scores: [1, heads, tokens, tokens]. Samples of the batch do not see one another.
 */
export function attention(parameters: ParameterTensors, name: string, x: Tensor, heads: number, bias?: Tensor): Tensor {
  const [batch, tokens, model] = x.shape;
  const width = model / heads;
  const byHead = (part: string) =>
    tf.transpose(tf.reshape(dense(parameters, `${name}/${part}`, x), [batch, tokens, heads, width]), [0, 2, 1, 3]);
  const queries = tf.mul(byHead('query'), 1 / Math.sqrt(width));
  const products = tf.matMul(queries, byHead('key'), false, true);
  const weights = tf.softmax(bias ? tf.add(products, bias) : products);
  const read = tf.transpose(tf.matMul(weights, byHead('value')), [0, 2, 1, 3]);
  return dense(parameters, `${name}/mix`, tf.reshape(read, [batch, tokens, model]));
}

/** A score for each head and each distance j − i from −(tokens − 1) to tokens − 1, all 0 at first. */
export const initRelativeBias = (name: string, heads: number, tokens: number): Parameters => {
  const shape = [heads, 2 * tokens - 1];
  spend(sizeOf(shape));
  return { [name]: { shape, data: new Float32Array(sizeOf(shape)) } };
};

/**
 * The attention bias of a table of distances: entry (h, i, j) is table[h][j − i + tokens − 1], as
 * [1, heads, tokens, tokens] (Shaw, Uszkoreit and Vaswani 2018; in the scalar form of Raffel et al. 2020). Looked up by a
 * product with a matrix of zeros and ones, whose gradient is a product too.
 */
export function relativeBias(table: Tensor, tokens: number): Tensor {
  const [heads, distances] = table.shape;
  const pick = tf.tensor(distanceMatrix(tokens), [distances, tokens * tokens]);
  return tf.reshape(tf.matMul(table, pick), [1, heads, tokens, tokens]);
}

const matrices = new Map<number, Float32Array>();

function distanceMatrix(tokens: number): Float32Array {
  const known = matrices.get(tokens);
  if (known) return known;
  const matrix = new Float32Array((2 * tokens - 1) * tokens * tokens);
  for (let i = 0; i < tokens; i++) {
    for (let j = 0; j < tokens; j++) matrix[(j - i + tokens - 1) * tokens * tokens + i * tokens + j] = 1;
  }
  matrices.set(tokens, matrix);
  return matrix;
}
