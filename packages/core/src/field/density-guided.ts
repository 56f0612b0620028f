import { readOptions } from '@advect/base/options';
import { type Tensor, type Tensor2D, tf } from '../tensor/index.js';
import { innerField } from './check.js';
import type { FieldInput, ParameterTensors, VelocityField } from './field.js';

/** What a density-guided field is made of. */
export interface DensityGuidedFieldOptions {
  /** A field that was trained by flow matching along straight paths from independent standard normal noise. */
  readonly field: VelocityField;
}

/**
 * u(x, t) + λ·(1 − t)·∇log p_t(x): the field with a pull along the gradient of the log-density that points have on the way. On
 * straight paths from independent noise the velocity gives that gradient, ∇log p_t = (t·u − x)/(1 − t), so that the field is
 * (1 + λt)·u − λx, at the cost of one evaluation. Along its own path log p_t changes at the rate −∇·u + λ·(1 − t)·‖∇log p_t‖²:
 * with λ > 0 always more than along that of u, with λ < 0 less.
 *
 * λ is the last entry of the condition, so that each row has its own; the others are the condition of the field. Without a
 * condition λ is 0. The points follow no density of the model's: the field is marked so that nothing computes one.
 *
 * References: Karczewski, Heinonen and Garg (2025), "Devil is in the details: density guidance for detail-aware generation with flow
 * models", for steering log p_t along its gradient; Lipman et al. (2023), "Flow matching for generative modeling", for the paths.
 */
export function densityGuidedField(options: DensityGuidedFieldOptions): VelocityField {
  const { field } = readOptions<DensityGuidedFieldOptions>('densityGuidedField', options, { field: innerField });
  const { conditionDim } = field;

  const velocity = (parameters: ParameterTensors, { condition, x, t }: FieldInput): Tensor => {
    if (!condition) return field.velocity(parameters, { x, t });
    const own = conditionDim > 0 ? { condition: tf.slice<tf.Rank.R2, Tensor2D>(condition, [0, 0], [-1, conditionDim]) } : {};
    const u = field.velocity(parameters, { x, t, ...own });
    const ones = x.shape.slice(1).map(() => 1);
    const strength = tf.reshape(tf.slice(condition, [0, conditionDim], [-1, 1]), [-1, ...ones]);
    const time = tf.reshape(t, [-1, ...ones]);
    return tf.add(u, tf.mul(strength, tf.sub(tf.mul(time, u), x)));
  };
  return {
    config: { kind: 'density-guided', field: field.config },
    event: field.event,
    conditionDim: conditionDim + 1,
    init: field.init,
    velocity: (parameters, input) => tf.tidy(() => velocity(parameters, input)),
    withoutDensity: 'points that are pulled along the gradient of their density follow another one, which no model knows',
  };
}
