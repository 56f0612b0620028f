import { integer } from '@advect/base/options';
import type { VelocityField } from '../field/field.js';
import { uniforms } from '../random/index.js';
import { type Tensor, tf } from '../tensor/index.js';
import type { Manifold, TangentFunctions } from './manifold.js';
import { MOST_DIMENSIONS } from './manifold.js';
import { checkRows, drawRows, eachRow } from './rows.js';

const TURN = 2 * Math.PI;

/** An angle between −π (included) and π. */
const wrap = (angle: number): number => angle - TURN * Math.floor((angle + Math.PI) / TURN);

/**
 * The flat torus of `dim` angles in radians, such as torsions of a molecule or hours of the day. Any angles are taken, those
 * given back lie in [−π, π), up to the rounding to float32. Densities are by the volume of the angles.
 *
 * An ambient field sees (cos x, sin x), 2·dim numbers, and the velocity of each angle is the part of what it gives that turns
 * the point (cos x, sin x) on its circle: periodic without a seam.
 */
export function torus(dim: number): Manifold {
  const d = integer({ min: 1, max: MOST_DIMENSIONS })(dim, 'torus: dim');
  const log: Manifold['log'] = (x, y) => {
    checkRows('torus: log', d, x, y);
    return { shape: x.shape, data: x.data.map((angle, i) => wrap(y.data[i] - angle)) };
  };
  return {
    config: { kind: 'torus', dim: d },
    event: [d],
    ambient: [2 * d],
    logVolume: d * Math.log(TURN),
    uniform: (key, count, start) => drawRows(key, count, d, start, (rowKey) => uniforms(rowKey, d).map((u) => TURN * u - Math.PI)),
    project(x) {
      checkRows('torus', d, x);
      return { shape: x.shape, data: x.data.map(wrap) };
    },
    check: (x) => checkRows('torus', d, x),
    exp(x, v) {
      checkRows('torus: exp', d, x, v);
      return { shape: x.shape, data: x.data.map((angle, i) => wrap(angle + v.data[i])) };
    },
    log,
    distance(x, y) {
      checkRows('torus: distance', d, x, y);
      return Float64Array.from({ length: x.shape[0] }, (_, i) => {
        let squares = 0;
        for (let k = i * d; k < (i + 1) * d; k++) squares += wrap(y.data[k] - x.data[k]) ** 2;
        return Math.sqrt(squares);
      });
    },
    geodesic(x, y, t) {
      const velocity = log(x, y);
      const at = (i: number): Float64Array =>
        Float64Array.from({ length: d }, (_, k) => wrap(x.data[i * d + k] + t[i] * velocity.data[i * d + k]));
      return { xt: eachRow(x.shape[0], d, at), velocity };
    },
    tangent: tangentToTorus,
  };
}

function tangentToTorus(field: VelocityField): TangentFunctions {
  const dim = field.event[0] / 2;
  /** The two halves of the last axis. */
  const halves = (v: Tensor): readonly [Tensor, Tensor] => tf.split(v, 2, v.rank - 1) as [Tensor, Tensor];
  const turn = (cos: Tensor, sin: Tensor, f: Tensor): Tensor => {
    const [a, b] = halves(f);
    return tf.sub(tf.mul(cos, b), tf.mul(sin, a));
  };
  return {
    velocity: (parameters, input) =>
      tf.tidy(() => {
        const [cos, sin] = [tf.cos(input.x), tf.sin(input.x)];
        return turn(cos, sin, field.velocity(parameters, { ...input, x: tf.concat([cos, sin], 1) }));
      }),
    ...(field.velocityAndJvp && {
      velocityAndJvp: (parameters, input, tangents) =>
        tf.tidy(() => {
          const [cos, sin] = [tf.cos(input.x), tf.sin(input.x)];
          const shape = [tangents.shape[0], input.x.shape[0], dim];
          const [dCos, dSin] = [tf.broadcastTo(tf.neg(tf.mul(sin, tangents)), shape), tf.broadcastTo(tf.mul(cos, tangents), shape)];
          const point = tf.concat([cos, sin], 1);
          const { u: f, jvp: df } = field.velocityAndJvp!(parameters, { ...input, x: point }, tf.concat([dCos, dSin], 2));
          return { u: turn(cos, sin, f), jvp: tf.add(turn(dCos, dSin, f), turn(cos, sin, df)) };
        }),
    }),
  };
}
