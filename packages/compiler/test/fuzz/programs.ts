import type { Tensor, Tensor4D } from '@tensorflow/tfjs';
import { tf } from '@advect/compiler/tensorflow';
import type { TensorFunction, TraceInputs } from '#src/trace/index.js';

type T = Tensor;

/** Numbers in [0, 1), the same for a seed everywhere. Mulberry32 (T. Ettinger, 2017). */
export function dice(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** A tensor, and which of its axes counts rows: -1 for none. */
interface Value {
  readonly t: T;
  readonly batch: number;
}

/** What a random step may use; choices depend on no number of rows. */
interface Chance {
  roll(): number;
  below(n: number): number;
  pick<V>(list: readonly V[]): V;
}

interface World extends Chance {
  /** A weight of this shape. */
  weight(...shape: number[]): T;
}

const SIZES = [1, 2, 3, 5, 7, 13];
const others = ({ t, batch }: Value): number[] => t.shape.map((_, axis) => axis).filter((axis) => axis !== batch);
const lengthOf = (v: Value): number => others(v).reduce((size, axis) => size * v.t.shape[axis], 1);
const rowsFirst = (v: Value): T => (v.batch <= 0 ? v.t : tf.transpose(v.t, [v.batch, ...others(v)]));
const flat = (v: Value): T => tf.reshape(rowsFirst(v), [v.batch < 0 ? 1 : v.t.shape[v.batch], lengthOf(v)]);
const keepRows = (v: Value, t: T): Value => ({ t, batch: v.batch });

const unaries: readonly ((t: T, w: World) => T)[] = [
  tf.tanh,
  tf.sigmoid,
  tf.softplus,
  tf.sin,
  tf.cos,
  tf.relu,
  tf.elu,
  tf.selu,
  tf.neg,
  tf.abs,
  tf.erf,
  tf.atan,
  tf.relu6,
  (t) => tf.square(tf.tanh(t)),
  (t) => tf.exp(tf.mul(0.3, tf.tanh(t))),
  (t) => tf.expm1(tf.sin(t)),
  (t) => tf.log1p(tf.square(tf.sin(t))),
  (t) => tf.sqrt(tf.add(tf.square(t), 0.1)),
  (t) => tf.rsqrt(tf.add(tf.square(t), 0.3)),
  (t) => tf.log(tf.add(tf.abs(t), 0.2)),
  (t) => tf.reciprocal(tf.add(tf.abs(t), 0.5)),
  (t) => tf.mul(t, tf.sigmoid(t)),
  (t) => tf.leakyRelu(t, 0.1),
  (t) => tf.clipByValue(t, -0.5, 0.7),
  (t) => tf.pow(tf.add(tf.abs(t), 0.4), 1.7),
  (t) => tf.pow(t, 3),
  (t) => tf.where(tf.greater(t, 0.1), tf.sin(t), tf.mul(t, 0.5)),
  (t) => tf.maximum(t, tf.mul(t, 0.3)),
  (t) => tf.minimum(tf.cos(t), tf.mul(t, t)),
  (t) => tf.div(t, tf.add(1, tf.square(t))),
  (t) => tf.sub(1, tf.squaredDifference(t, 0.3)),
];

/** Something that can be broadcast with v, from weights or from v itself. */
function partner(v: Value, w: World): T {
  const shape = v.t.shape.map((length, axis) => (axis === v.batch || w.roll() < 0.4 ? 1 : length));
  switch (w.below(5)) {
    case 0:
      return w.weight(...shape);
    case 1:
      return w.weight(...shape.slice(w.below(shape.length + 1)));
    case 2: {
      const axes = others(v).filter(() => w.roll() < 0.6);
      return axes.length === 0 ? tf.cos(v.t) : tf.mean(v.t, axes, true);
    }
    case 3:
      return tf.tanh(v.t);
    default:
      return tf.scalar(w.roll() - 0.5);
  }
}

const steps: readonly ((v: Value, w: World) => Value)[] = [
  (v, w) => keepRows(v, w.pick(unaries)(v.t, w)),
  (v, w) => keepRows(v, w.pick(unaries)(v.t, w)),
  (v, w) => keepRows(v, w.pick([tf.add, tf.sub, tf.mul])(v.t, partner(v, w))),
  (v, w) => keepRows(v, w.pick([tf.sub, tf.mul])(partner(v, w), v.t)),
  (v, w) => keepRows(v, tf.div(v.t, tf.add(1.2, tf.square(partner(v, w))))),
  (v, w) => {
    const [p, axis] = [partner(v, w), w.below(2)];
    return keepRows(v, axis ? tf.maximum(v.t, tf.mul(p, tf.onesLike(v.t))) : tf.where(tf.less(v.t, p), v.t, tf.mul(p, tf.onesLike(v.t))));
  },
  // Reductions.
  (v, w) => {
    const axes = others(v).filter(() => w.roll() < 0.5);
    if (axes.length === 0) return v;
    const keep = w.roll() < 0.5;
    const reduce = w.pick<(t: T, a: number[], k: boolean) => T>([tf.sum, tf.mean, tf.max, tf.min, tf.logSumExp]);
    const batch = v.batch < 0 || keep ? v.batch : v.batch - axes.filter((axis) => axis < v.batch).length;
    return { t: reduce(v.t, axes, keep), batch };
  },
  (v) => {
    const axes = others(v);
    const { mean, variance } = tf.moments(v.t, axes, true);
    return keepRows(v, tf.mul(tf.sub(v.t, mean), tf.rsqrt(tf.add(variance, 1e-2))));
  },
  (v) => ({ t: tf.softmax(flat(v)), batch: v.batch < 0 ? -1 : 0 }),
  (v) => ({ t: tf.mul(0.2, tf.logSoftmax(flat(v))), batch: v.batch < 0 ? -1 : 0 }),
  (v, w) => ({ t: tf.cumsum(flat(v), 1, w.roll() < 0.5, w.roll() < 0.5), batch: v.batch < 0 ? -1 : 0 }),
  // Products.
  (v, w) => {
    const [k, n] = [lengthOf(v), w.pick([...SIZES, 16, 43])];
    const batch = v.batch < 0 ? -1 : 0;
    const x = flat(v);
    const scale = 1 / Math.sqrt(k);
    switch (w.below(4)) {
      case 0:
        return { t: tf.matMul(x, tf.mul(scale, w.weight(k, n))), batch };
      case 1:
        return { t: tf.matMul(x, tf.mul(scale, w.weight(n, k)), false, true), batch };
      case 2:
        return { t: tf.matMul(tf.mul(scale, w.weight(n, k)), x, false, true), batch: batch < 0 ? -1 : 1 };
      default:
        return { t: tf.matMul(tf.mul(scale, w.weight(k, n)), tf.transpose(x), true, false), batch: batch < 0 ? -1 : 1 };
    }
  },
  (v, w) => {
    // A product for each row.
    const k = lengthOf(v);
    const m = w.pick(SIZES.filter((size) => k % size === 0));
    const x = tf.reshape(flat(v), [-1, m, k / m]);
    const y = tf.mul(0.3, productOfRows(x, w.below(4)));
    return { t: y, batch: v.batch < 0 ? -1 : 0 };
  },
  (v, w) => {
    // Through the batch: [B, m, k] · W as [B·m, k].
    const k = lengthOf(v);
    const m = w.pick(SIZES.filter((size) => k % size === 0));
    const x = tf.reshape(flat(v), [-1, k / m]);
    const n = w.pick(SIZES);
    const y = tf.matMul(x, tf.mul(1 / Math.sqrt(k / m), w.weight(k / m, n)));
    return { t: tf.reshape(w.roll() < 0.5 ? tf.tanh(y) : y, [-1, m, n]), batch: v.batch < 0 ? -1 : 0 };
  },
  (v, w) => {
    // Copies in front: [P, B, k] as [P·B, k].
    const [k, p, n] = [lengthOf(v), w.pick([2, 3]), w.pick(SIZES)];
    const x = tf.reshape(tf.mul(tf.expandDims(flat(v), 0), w.weight(p, 1, k)), [-1, k]);
    const y = tf.matMul(x, tf.mul(1 / Math.sqrt(k), w.weight(k, n)));
    return { t: tf.sum(tf.reshape(tf.tanh(y), [p, -1, n]), 0), batch: v.batch < 0 ? -1 : 0 };
  },
  // Places.
  (v, w) => {
    const perm = v.t.shape
      .map((_, axis) => ({ axis, key: w.roll() }))
      .sort((a, b) => a.key - b.key)
      .map(({ axis }) => axis);
    return { t: tf.transpose(v.t, perm), batch: v.batch < 0 ? -1 : perm.indexOf(v.batch) };
  },
  (v, w) => {
    const begin = v.t.shape.map((length, axis) => (axis === v.batch ? 0 : w.below(length)));
    const size = v.t.shape.map((length, axis) => (axis === v.batch ? -1 : 1 + w.below(length - begin[axis])));
    return keepRows(v, tf.slice(v.t, begin, size));
  },
  (v, w) => {
    const k = lengthOf(v);
    const stride = 1 + w.below(3);
    return {
      t: tf.stridedSlice(flat(v), [0, w.below(k)], [v.batch < 0 ? 1 : v.t.shape[v.batch], k], [1, stride]),
      batch: v.batch < 0 ? -1 : 0,
    };
  },
  (v, w) => {
    const axes = others(v);
    if (axes.length === 0) return v;
    const axis = w.pick(axes);
    return keepRows(v, tf.concat([tf.sin(v.t), v.t, ...(w.roll() < 0.5 ? [tf.mul(v.t, 0.5)] : [])], axis));
  },
  (v, w) => {
    const at = w.below(v.t.shape.length + 1);
    return { t: tf.stack([v.t, tf.cos(v.t)], at), batch: v.batch >= at ? v.batch + 1 : v.batch };
  },
  (v, w) =>
    keepRows(
      v,
      tf.pad(
        v.t,
        v.t.shape.map((_, axis): [number, number] => (axis === v.batch ? [0, 0] : [w.below(3), w.below(2)])),
        w.roll() < 0.5 ? 0 : 0.5,
      ),
    ),
  (v, w) =>
    keepRows(
      v,
      tf.tile(
        v.t,
        v.t.shape.map((_, axis) => (axis === v.batch ? 1 : 1 + w.below(2))),
      ),
    ),
  (v) => keepRows(v, tf.reverse(v.t, others(v))),
  (v, w) => {
    const axes = others(v);
    if (axes.length === 0) return v;
    const axis = w.pick(axes);
    const length = v.t.shape[axis];
    return keepRows(
      v,
      tf.gather(
        v.t,
        tf.tensor1d(
          Array.from({ length: 1 + w.below(4) }, () => w.below(length)),
          'int32',
        ),
        axis,
      ),
    );
  },
  (v, w) => {
    // An index from each row into a table.
    const index = tf.cast(tf.clipByValue(tf.round(tf.mul(2, tf.sum(detached(flat(v)), 1))), 0, 4), 'int32');
    return { t: tf.gather(w.weight(5, w.pick(SIZES)), index), batch: v.batch < 0 ? -1 : 0 };
  },
  // Images.
  (v, w) => {
    const [h, c, d] = [w.pick([3, 4, 5, 7]), w.pick([1, 2, 3]), w.pick([1, 2, 5])];
    const x = image(v, h, c, w);
    const size = w.pick([1, 2, 3]);
    const stride = w.pick([1, 1, 2]);
    const y = tf.conv2d(x, tf.mul<Tensor4D>(0.4, w.weight(size, size, c, d)), stride, w.pick(['same', 'valid'] as const));
    return { t: w.roll() < 0.5 ? tf.tanh(y) : y, batch: v.batch < 0 ? -1 : 0 };
  },
  (v, w) => {
    const x = image(v, 4, 2, w);
    const batch = v.batch < 0 ? -1 : 0;
    switch (w.below(3)) {
      case 0:
        return { t: tf.avgPool(x, 2, 2, 'same'), batch };
      case 1:
        return { t: tf.image.resizeNearestNeighbor(x, [8, 8]), batch };
      default:
        return { t: tf.maxPool(x, 2, 2, 'valid'), batch };
    }
  },
  (v, w) => {
    const x = image(v, 3, 2, w);
    const rows = x.shape[0];
    return {
      t: tf.conv2dTranspose(x, tf.mul<Tensor4D>(0.4, w.weight(3, 3, 3, 2)), [rows, 6, 6, 3], 2, 'same'),
      batch: v.batch < 0 ? -1 : 0,
    };
  },
];

/** The same numbers, of which no gradient is taken. */
const detached: (x: T) => T = tf.customGrad<T>((x) => ({ value: (x as T).clone(), gradFunc: (dy: T) => tf.zerosLike(dy) }));

/** x·xᵀ, xᵀ·x, and x·(xᵀ·x) for each row. */
function productOfRows(x: T, kind: number): T {
  const y = tf.tanh(x);
  if (kind === 0) return tf.matMul(x, y, true, false);
  if (kind === 1) return tf.matMul(x, y, false, true);
  if (kind === 2) return tf.matMul(x, tf.matMul(y, x, true, false));
  return tf.matMul(tf.transpose(x, [0, 2, 1]), tf.transpose(y, [0, 2, 1]), true, true);
}

function image(v: Value, h: number, c: number, w: World): Tensor4D {
  const k = lengthOf(v);
  return tf.reshape(tf.matMul(flat(v), tf.mul(1 / Math.sqrt(k), w.weight(k, h * h * c))), [-1, h, h, c]);
}

export interface RandomProgram {
  readonly f: TensorFunction;
  /** The traced shapes, with `rows` rows if there is a row axis. */
  inputs(rows: number): TraceInputs;
  readonly weights: { readonly [name: string]: Float32Array };
  /** The arguments for some rows. */
  args(rows: number): { [name: string]: Float32Array };
  /** Whether x has an axis that counts rows. */
  readonly withRows: boolean;
}

/** A random function of x and weights with a loss's gradients by both; for odd seeds the loss has the squares of a gradient. */
export function randomProgram(seed: number): RandomProgram {
  const setup = dice(seed * 7919 + 1);
  const withRows = setup() < 0.75;
  const pick = <V>(list: readonly V[]): V => list[Math.floor(setup() * list.length)];
  const own = Array.from({ length: 1 + Math.floor(setup() * 3) }, () => pick(SIZES.slice(0, 5)));
  const batch = Math.floor(setup() * (own.length + 1)) * (setup() < 0.5 ? 1 : 0);
  const shapeOf = (rows: number): number[] => [...own.slice(0, batch), rows, ...own.slice(batch)];
  const count = 2 + Math.floor(setup() * 6);
  const pool = 4096;
  const shared = Float32Array.from({ length: pool }, () => 2 * setup() - 1);

  const build = (x: T, weights: T): Value => {
    const roll = dice(seed);
    const chance: Chance = { roll, below: (n) => Math.floor(roll() * n), pick: (list) => list[Math.floor(roll() * list.length)] };
    let used = 0;
    const world: World = {
      ...chance,
      weight(...shape) {
        const size = shape.reduce((a, b) => a * b, 1);
        if (size > pool)
          return tf.tile(
            tf.reshape(tf.slice(weights, [0], [shape.at(-1)!]), [...shape.slice(0, -1).map(() => 1), shape.at(-1)!]),
            shape.map((length, axis) => (axis === shape.length - 1 ? 1 : length)),
          );
        if (used + size > pool) used = 0;
        const at = used;
        used += size;
        return tf.reshape(tf.slice(weights, [at], [size]), shape);
      },
    };
    let v: Value = { t: x, batch: withRows ? batch : -1 };
    let earlier = v;
    for (let i = 0; i < count; i++) {
      const next = chance.pick(steps)(v, world);
      if (lengthOf(next) > 400) continue;
      earlier = v;
      v = next;
      if (roll() < 0.15)
        v = {
          t: tf.mul(
            v.t,
            tf.reshape(
              tf.mean(flat(earlier), 1),
              v.t.shape.map((_, axis) => (axis === v.batch ? -1 : 1)),
            ),
          ),
          batch: v.batch,
        };
    }
    return v;
  };

  const f = ({ x, weights }: { [name: string]: T }): { [name: string]: T } => {
    const y = build(x, weights);
    const loss = (x: T, weights: T): T => {
      const value = build(x, weights).t;
      return tf.add(tf.sum(tf.mul(value, tf.cos(value))), tf.mul(0.01, tf.add(tf.sum(tf.square(x)), tf.sum(tf.square(weights)))));
    };
    if (seed % 2 === 0) {
      const { value, grads } = tf.valueAndGrads(loss)([x, weights]);
      return { y: y.t, value, ofX: grads[0], ofW: grads[1] };
    }
    const slope = (x: T, weights: T): T => tf.add(loss(x, weights), tf.sum(tf.square(tf.grad((x) => loss(x, weights))(x))));
    const [ofX, ofW] = tf.grads(slope)([x, weights]);
    return { y: y.t, ofX, ofW };
  };
  return {
    f,
    withRows,
    weights: { weights: shared },
    inputs: (rows) => ({
      x: { shape: shapeOf(rows), ...(withRows && { rowAxis: batch }) },
      weights: { shape: [pool], kind: 'parameter' },
    }),
    args(rows) {
      const roll = dice(seed + 17 * rows);
      return { x: Float32Array.from({ length: shapeOf(rows).reduce((a, b) => a * b, 1) }, () => 3 * roll() - 1.5) };
    },
  };
}
