import { AdvectError } from '@advect/base/errors';
import { number, readOptions, value } from '@advect/base/options';
import { type Tensor, tf } from '../tensor/index.js';
import { innerField } from './check.js';
import type { FieldInput, ParameterTensors, VelocityField } from './field.js';

/** How strongly a condition guides. */
export interface Guidance {
  /** w in u∅ + w·(u_c − u∅): 0 ignores the condition, 1 is the conditional field itself, more exaggerates it. */
  readonly scale: number;
  /** Times at which the scale applies; at others the field is the conditional one, as with a scale of 1. Default [0, 1]. */
  readonly interval?: readonly [from: number, to: number];
}

/** What a guided field is made of. */
export interface GuidedFieldOptions extends Guidance {
  /** A field with a condition, trained with some of the conditions left out. */
  readonly field: VelocityField;
}

/**
 * Classifier-free guidance, u(x, t | c) = u∅(x, t) + w·(u_c(x, t) − u∅(x, t)), where u∅ is the field under a condition of
 * zeros. The samples follow no known density: the field is marked so that nothing computes one. Cost: two evaluations of
 * the field, one where the scale is 0 or 1 at all times.
 *
 * References: Ho and Salimans (2022), "Classifier-free diffusion guidance", eq. 6, whose w is ours less 1; Zheng et
 * al. (2023), "Guided flows for generative modeling"; Kynkäänniemi et al. (2024) for the interval.
 */
export function guidedField(options: GuidedFieldOptions): VelocityField {
  const { field, scale, interval } = readOptions<Required<GuidedFieldOptions>>('guidedField', options, {
    field: innerField,
    scale: number(),
    interval: value(isInterval, 'two times from 0 to 1, the first not after the second', [0, 1] as const),
  });
  if (field.conditionDim === 0) {
    throw new AdvectError('invalid-option', 'the field to be guided takes no condition', 'Build and train it with `classes`.');
  }
  const [from, to] = interval;
  const always = from === 0 && to === 1;

  /** The scale at these times, for rows of the event's rank. */
  const scaleAt = ({ x, t }: FieldInput): Tensor | number => {
    if (always) return scale;
    const within = tf.mul(tf.cast(tf.greaterEqual(t, from), 'float32'), tf.cast(tf.lessEqual(t, to), 'float32'));
    return tf.reshape(tf.add(1, tf.mul(scale - 1, within)), [-1, ...x.shape.slice(1).map(() => 1)]);
  };
  const velocity = (parameters: ParameterTensors, input: FieldInput): Tensor => {
    const { condition, ...unconditional } = input;
    if (!condition || (always && scale === 0)) return field.velocity(parameters, unconditional);
    const towards = field.velocity(parameters, input);
    if (scale === 1) return towards;
    const plain = field.velocity(parameters, unconditional);
    return tf.add(plain, tf.mul(scaleAt(input), tf.sub(towards, plain)));
  };
  return {
    config: { kind: 'guided', field: field.config, scale, interval: [from, to] },
    event: field.event,
    conditionDim: field.conditionDim,
    init: field.init,
    velocity: (parameters, input) => tf.tidy(() => velocity(parameters, input)),
    ...(field.pieces && {
      pieces: field.pieces.map((piece) => ({ ...piece, field: guidedField({ field: piece.field, scale, interval }) })),
    }),
    withoutDensity: `a field guided with a scale of ${scale} is that of no normalised density`,
  };
}

const isInterval = (v: unknown): boolean =>
  Array.isArray(v) && v.length === 2 && v.every((t) => Number.isFinite(t)) && v[0] >= 0 && v[0] <= v[1] && v[1] <= 1;
