import { AdvectError } from '@advect/base/errors';
import { integer } from '@advect/base/options';
import type { VelocityField } from '../field/field.js';
import { normals } from '../random/index.js';
import { type Tensor, tf } from '../tensor/index.js';
import type { Manifold, TangentFunctions } from './manifold.js';
import { MOST_DIMENSIONS } from './manifold.js';
import { checkRows, drawRows, eachRow, rowOf } from './rows.js';

/** How far from 1 the length of a given point may be. */
const SLACK = 1e-3;

/**
 * The unit sphere of `dim` dimensions, whose points are unit vectors of dim + 1 numbers: `sphere(2)` for directions in
 * space. Densities are by surface area.
 *
 * An ambient field f becomes u(x) = ‖x‖·(f(n) − n·(n·f(n))), n = x/‖x‖: tangent to every sphere about 0 and growing with the
 * radius, so that what rounding and the solver do to ‖x‖ has no effect on n, and its divergence in all dim + 1 coordinates is
 * that on the sphere.
 */
export function sphere(dim: number): Manifold {
  const d = integer({ min: 1, max: MOST_DIMENSIONS })(dim, 'sphere: dim');
  const width = d + 1;

  const lengthOf = (v: Float64Array): number => Math.hypot(...v);
  /** The direction from x to y at x, of unit length (any, where there are many), and the angle between them. */
  const towards = (x: Float64Array, y: Float64Array): { direction: Float64Array; angle: number } => {
    const along = dot(x, y);
    const across = y.map((v, i) => v - along * x[i]);
    const length = lengthOf(across);
    const angle = Math.atan2(length, along);
    return { direction: length > 1e-12 ? across.map((v) => v / length) : perpendicular(x), angle };
  };
  const unit = (v: Float64Array): Float64Array => {
    const length = lengthOf(v);
    return v.map((entry) => entry / length);
  };

  return {
    config: { kind: 'sphere', dim: d },
    event: [width],
    ambient: [width],
    logVolume: logArea(d),
    uniform: (key, count, start) => drawRows(key, count, width, start, (rowKey) => unit(Float64Array.from(normals(rowKey, width)))),
    project(x) {
      checkRows('sphere', width, x);
      return eachRow(x.shape[0], width, (i) => unit(rowOf(x, i)));
    },
    check(x) {
      checkRows('sphere', width, x);
      for (let i = 0; i < x.shape[0]; i++) {
        const length = lengthOf(rowOf(x, i));
        if (Math.abs(length - 1) <= SLACK) continue;
        throw new AdvectError('invalid-value', `row ${i} has length ${length} and is not on the sphere`, 'Give unit vectors.');
      }
    },
    exp(x, v) {
      checkRows('sphere: exp', width, x, v);
      return eachRow(x.shape[0], width, (i) => {
        const [from, velocity] = [unit(rowOf(x, i)), rowOf(v, i)];
        const speed = lengthOf(velocity);
        return speed === 0 ? from : from.map((a, k) => Math.cos(speed) * a + (Math.sin(speed) / speed) * velocity[k]);
      });
    },
    log(x, y) {
      checkRows('sphere: log', width, x, y);
      return eachRow(x.shape[0], width, (i) => {
        const { direction, angle } = towards(unit(rowOf(x, i)), unit(rowOf(y, i)));
        return direction.map((v) => angle * v);
      });
    },
    distance(x, y) {
      checkRows('sphere: distance', width, x, y);
      return Float64Array.from({ length: x.shape[0] }, (_, i) => towards(unit(rowOf(x, i)), unit(rowOf(y, i))).angle);
    },
    geodesic(x, y, t) {
      checkRows('sphere: geodesic', width, x, y);
      const ways = Array.from({ length: x.shape[0] }, (_, i) => {
        const from = unit(rowOf(x, i));
        return { from, ...towards(from, unit(rowOf(y, i))) };
      });
      const rows = (mix: (angle: number, turned: number) => readonly [number, number]) =>
        eachRow(x.shape[0], width, (i) => {
          const { from, direction, angle } = ways[i];
          const [a, b] = mix(angle, t[i] * angle);
          return from.map((v, k) => a * v + b * direction[k]);
        });
      return {
        xt: rows((_, turned) => [Math.cos(turned), Math.sin(turned)]),
        velocity: rows((angle, turned) => [-angle * Math.sin(turned), angle * Math.cos(turned)]),
      };
    },
    tangent: tangentToSphere,
  };
}

function tangentToSphere(field: VelocityField): TangentFunctions {
  const radial = (a: Tensor, b: Tensor): Tensor => tf.sum(tf.mul(a, b), -1, true);
  const lift = (x: Tensor): { r: Tensor; n: Tensor } => {
    const r = tf.sqrt(radial(x, x));
    return { r, n: tf.div(x, r) };
  };
  return {
    velocity: (parameters, input) =>
      tf.tidy(() => {
        const { r, n } = lift(input.x);
        const f = field.velocity(parameters, { ...input, x: n });
        return tf.mul(r, tf.sub(f, tf.mul(n, radial(n, f))));
      }),
    ...(field.velocityAndJvp && {
      velocityAndJvp: (parameters, input, tangents) =>
        tf.tidy(() => {
          const { r, n } = lift(input.x);
          const dr = radial(n, tangents);
          const dn = tf.div(tf.sub(tangents, tf.mul(n, dr)), r);
          const { u: f, jvp: df } = field.velocityAndJvp!(parameters, { ...input, x: n }, dn);
          const along = radial(n, f);
          const level = tf.sub(f, tf.mul(n, along));
          const dAlong = tf.add(radial(dn, f), radial(n, df));
          const dLevel = tf.sub(tf.sub(df, tf.mul(dn, along)), tf.mul(n, dAlong));
          return { u: tf.mul(r, level), jvp: tf.add(tf.mul(dr, level), tf.mul(r, dLevel)) };
        }),
    }),
  };
}

/** log of 2π^{(d+1)/2}/Γ((d+1)/2), by the recursion from the circle and the pair of points. */
function logArea(d: number): number {
  let area = d % 2 === 1 ? Math.log(2 * Math.PI) : Math.log(2);
  for (let k = d % 2 === 1 ? 3 : 2; k <= d; k += 2) area += Math.log((2 * Math.PI) / (k - 1));
  return area;
}

/** Some unit vector at right angles to x. */
function perpendicular(x: Float64Array): Float64Array {
  const least = x.reduce((best, v, i) => (Math.abs(v) < Math.abs(x[best]) ? i : best), 0);
  const across = x.map((v, i) => Number(i === least) - x[least] * v);
  const length = Math.hypot(...across);
  return across.map((v) => v / length);
}

const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, v, i) => sum + v * b[i], 0);
