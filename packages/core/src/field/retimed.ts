import { AdvectError } from '@advect/base/errors';
import { number, readOptions } from '@advect/base/options';
import { linear, type Dual } from '../nn/dual.js';
import { type Tensor, type Tensor1D, tf } from '../tensor/index.js';
import { innerField } from './check.js';
import { differentiable, type DualFunction } from './differentiable.js';
import type { FieldInput, ParameterTensors, VelocityField } from './field.js';

/** What the field `retimed` is made of. */
export interface RetimedOptions {
  /** A field of some other time s, such as one that was trained from data at s = 0 to noise at s = T. */
  readonly field: VelocityField;
  /** s where t = 0, at the noise. */
  readonly from: number;
  /** s where t = 1, at the data. */
  readonly to: number;
}

/**
 * A field with a clock of its own: with s = from + (to − from)·t, u(x, t) = (to − from)·field(x, s). Adapts models whose time
 * runs the other way, or not from 0 to 1: `{ from: T, to: 0 }` for FFJORD's. It has the weights of the field. Free.
 *
 * @throws AdvectError `unknown-option`, or `invalid-option`, also where both ends are one or the field is a sequence
 */
export function retimed(options: RetimedOptions): VelocityField {
  const { field, from, to } = readOptions<RetimedOptions>('retimed', options, {
    field: innerField,
    from: number({ min: -1e6, max: 1e6 }),
    to: number({ min: -1e6, max: 1e6 }),
  });
  const speed = to - from;
  if (speed === 0 || field.pieces) {
    throw new AdvectError(
      'invalid-option',
      speed === 0 ? `retimed: both ends are at ${from}` : 'retimed: the field is a sequence',
      speed === 0 ? 'Give two different times.' : 'Retime the fields of the sequence instead.',
    );
  }
  const inner = (input: FieldInput): FieldInput => ({ ...input, t: tf.add<Tensor1D>(tf.mul(input.t, speed), from) });
  const scaled = (u: Dual): Dual => linear(u, (v) => tf.mul(v, speed));
  const run: DualFunction = (parameters, input, tangents) => {
    if (!tangents) return scaled({ value: field.velocity(parameters, inner(input)) });
    const { u, jvp } = field.velocityAndJvp!(parameters, inner(input), tangents);
    return scaled({ value: u, tangents: jvp });
  };
  const { velocity, velocityAndJvp } = differentiable(run);
  const closed = (parameters: ParameterTensors, input: FieldInput): { u: Tensor; divergence: Tensor1D } =>
    tf.tidy(() => {
      const { u, divergence } = field.velocityAndDivergence!(parameters, inner(input));
      return { u: tf.mul(u, speed), divergence: tf.mul<Tensor1D>(divergence, speed) };
    });
  return {
    config: { kind: 'retimed', field: field.config, from, to },
    event: field.event,
    conditionDim: field.conditionDim,
    init: field.init,
    velocity,
    ...(field.velocityAndJvp && { velocityAndJvp }),
    ...(field.velocityAndDivergence && { velocityAndDivergence: closed }),
    ...(field.withoutDensity !== undefined && { withoutDensity: field.withoutDensity }),
  };
}
