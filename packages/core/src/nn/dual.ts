import { tf, type Tensor } from '../tensor/index.js';
import type { Activation } from './activations.js';

/**
 * A value of a network, [batch, ...], and where they are asked for its derivatives along several directions. Layers that
 * take and give duals differentiate forward, in plain operations: the value is computed once for all directions, and a tape
 * through them gives gradients of the derivatives.
 */
export interface Dual {
  readonly value: Tensor;
  /** The derivatives, [directions, batch or 1, ...], before `factor`. */
  readonly tangents?: Tensor;
  /** What the derivatives are still to be multiplied by: gates and slopes that follow each other meet first. */
  readonly factor?: Tensor;
}

/** The derivatives, [directions, batch or 1, ...]. */
export const tangentsOf = ({ tangents, factor }: Dual): Tensor | undefined => (tangents && factor ? tf.mul(tangents, factor) : tangents);

/**
 * map(x) + bias, for a map of [n, ...] that is linear and treats rows alone: all directions pass through it as one long
 * batch.
 */
export function linear(x: Dual, map: (v: Tensor) => Tensor, bias?: Tensor): Dual {
  const mapped = map(x.value);
  const value = bias ? tf.add(mapped, bias) : mapped;
  const tangents = tangentsOf(x);
  if (!tangents) return { value };
  const moved = map(tf.reshape(tangents, [-1, ...tangents.shape.slice(2)]));
  return { value, tangents: tf.reshape(moved, [tangents.shape[0], -1, ...moved.shape.slice(1)]) };
}

/** x · factor, for a factor that does not depend on what is differentiated by. */
export const times = ({ value, tangents, factor: slope }: Dual, factor: Tensor): Dual => ({
  value: tf.mul(value, factor),
  tangents,
  factor: slope ? tf.mul(slope, factor) : factor,
});

/** x + constant, for one that does not depend on what is differentiated by. */
export const plus = (x: Dual, constant: Tensor): Dual => ({ ...x, value: tf.add(x.value, constant) });

/** a + b. */
export function sum(a: Dual, b: Dual): Dual {
  const value = tf.add(a.value, b.value);
  const [da, db] = [tangentsOf(a), tangentsOf(b)];
  return da && db ? { value, tangents: tf.add(da, db) } : { value };
}

/** a and b side by side along the last axis. */
export function concatenate(a: Dual, b: Dual): Dual {
  const value = tf.concat([a.value, b.value], -1);
  const [da, db] = [tangentsOf(a), tangentsOf(b)];
  if (!da || !db) return { value };
  const rows = Math.max(da.shape[1]!, db.shape[1]!);
  const widened = [da, db].map((v) => (v.shape[1] === rows ? v : tf.tile(v, [1, rows, ...v.shape.slice(2).map(() => 1)])));
  return { value, tangents: tf.concat(widened, -1) };
}

/** f(x), entry by entry. The slope stays in `factor`, also without tangents where it is asked for. */
export function activate(x: Dual, activation: Activation, withSlope = x.tangents !== undefined): Dual {
  if (!withSlope) return { value: activation.apply(x.value) };
  const { y, dy } = activation.applyWithDerivative(x.value);
  return { value: y, tangents: x.tangents, factor: x.factor ? tf.mul(dy, x.factor) : dy };
}
