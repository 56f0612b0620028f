import { sizeOf } from '@advect/base/array';
import type { ParameterTensors, Parameters } from '../field/field.js';
import { type Key, split } from '../random/index.js';
import { tf, type Tensor } from '../tensor/index.js';
import { spend } from './budget.js';
import { denseDual, initDense } from './dense.js';
import { type Dual, linear, plus, tangentsOf, times } from './dual.js';

/**
 * Weights of `attention`; by default the layer starts as the constant 0, so that a residual block around it starts as the
 * identity. `gain` is that of its last layer.
 */
export function initAttention(key: Key, name: string, model: number, gain = 0): Parameters {
  const project = (part: string) => initDense(split(key, part), `${name}/${part}`, model, model);
  return {
    ...project('query'),
    ...project('key'),
    ...project('value'),
    ...initDense(split(key, 'mix'), `${name}/mix`, model, model, { gain }),
  };
}

/**
 * Multi-head self-attention of tokens, [batch, tokens, model] → the same (Vaswani et al. 2017, §3.2.2). `bias`, where
 * given, is added to the scores: [1, heads, tokens, tokens]. Samples of the batch do not see one another.
 */
export function attention(parameters: ParameterTensors, name: string, x: Dual, heads: number, bias?: Tensor): Dual {
  const [, tokens, model] = x.value.shape;
  const width = model / heads;
  const byHead = (part: string): Dual =>
    linear(denseDual(parameters, `${name}/${part}`, x), (v) =>
      tf.transpose(tf.reshape(v, [v.shape[0], tokens, heads, width]), [0, 2, 1, 3]),
    );
  const queries = times(byHead('query'), tf.scalar(1 / Math.sqrt(width)));
  const products = product(queries, byHead('key'), true);
  const weights = softmax(bias ? plus(products, bias) : products);
  const read = linear(product(weights, byHead('value'), false), (v) =>
    tf.reshape(tf.transpose(v, [0, 2, 1, 3]), [v.shape[0], tokens, model]),
  );
  return denseDual(parameters, `${name}/mix`, read);
}

/** a·b or a·bᵀ over the last two axes; d(a·b) = da·b + a·db. */
function product(a: Dual, b: Dual, transposed: boolean): Dual {
  const multiplied = (u: Tensor, v: Tensor): Tensor => tf.matMul(u, v, false, transposed);
  const value = multiplied(a.value, b.value);
  const [da, db] = [tangentsOf(a), tangentsOf(b)];
  if (!da || !db) return { value };
  const batch = a.value.shape[0];
  const [fromA, fromB] = [multiplied(flat(da, batch), copies(b.value, da)), multiplied(copies(a.value, db), flat(db, batch))];
  return { value, tangents: tf.reshape(tf.add(fromA, fromB), [da.shape[0], -1, ...value.shape.slice(1)]) };
}

/** [directions, batch or 1, ...] → [directions · batch, ...]. */
const flat = (tangents: Tensor, batch: number): Tensor =>
  tf.reshape(tf.broadcastTo(tangents, [tangents.shape[0], batch, ...tangents.shape.slice(2)]), [-1, ...tangents.shape.slice(2)]);

/** The value once for each direction: a product whose operands have the same axes has a gradient in TensorFlow.js, a broadcast one has none. */
const copies = (value: Tensor, like: Tensor): Tensor => tf.tile(value, [like.shape[0], ...value.shape.slice(1).map(() => 1)]);

/** Along the last axis; dw = w·(ds − Σ w·ds). */
function softmax(scores: Dual): Dual {
  const value = tf.softmax(scores.value);
  const ds = tangentsOf(scores);
  return ds ? { value, tangents: tf.sub(ds, tf.sum(tf.mul(value, ds), -1, true)), factor: value } : { value };
}

/** A score for each head and each distance j − i from −(tokens − 1) to tokens − 1, all 0 at first. */
export const initRelativeBias = (name: string, heads: number, tokens: number): Parameters => {
  const shape = [heads, 2 * tokens - 1];
  spend(sizeOf(shape));
  return { [name]: { shape, data: new Float32Array(sizeOf(shape)) } };
};

/**
 * The attention bias of a table of distances: entry (h, i, j) is table[h][j − i + tokens − 1], as
 * [1, heads, tokens, tokens] (Shaw, Uszkoreit and Vaswani 2018; in the scalar form of Raffel et al. 2020). Rows one longer
 * than the table, repeated and read in rows as long as the table, each begin one place further on. Nothing is looked up:
 * products and cuts alone, whose gradients TensorFlow.js has. 2·heads·tokens² numbers.
 */
export function relativeBias(table: Tensor, tokens: number): Tensor {
  const [heads, distances] = table.shape;
  const longer = tf.reshape(tf.concat([table, tf.zeros([heads, 1])], 1), [heads, 1, distances + 1]);
  const repeated = tf.reshape(tf.mul(longer, tf.ones([1, tokens, 1])), [heads, tokens * (distances + 1)]);
  const shifted = tf.reshape(tf.slice(repeated, [0, 0], [heads, tokens * distances]), [heads, tokens, distances]);
  return tf.reshape(tf.slice(shifted, [0, 0, tokens - 1], [heads, tokens, tokens]), [1, heads, tokens, tokens]);
}
