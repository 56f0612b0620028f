import { AdvectError } from '@advect/base/errors';
import { optional, readOptions } from '@advect/base/options';
import { split } from '../random/index.js';
import { type Tensor, type Tensor1D, type Tensor2D, tf } from '../tensor/index.js';
import { checkInput, innerField } from './check.js';
import { isTangent } from './tangent.js';
import type { FieldInput, ParameterTensors, VelocityField } from './field.js';

/** What an average field is made of. */
export interface AverageFieldOptions {
  /** A field with one column of condition more than the classes or conditions themselves: the last one is the duration. */
  readonly field: VelocityField;
  /** A field of the same shapes whose entries add up to the mean divergence, as those of ∂uᵢ/∂xᵢ do; trained with `meanDivergence`. */
  readonly divergence?: VelocityField;
}

/** A velocity field that also knows its own mean over any way ahead. */
export interface AverageField extends VelocityField {
  /**
   * The mean velocity of the flow on its way from x at time t for a duration: x + duration·average is where it arrives.
   * Of x's shape; durations are [1] or [batch] as times are. Runs inside a tidy.
   */
  average(parameters: ParameterTensors, input: FieldInput, duration: Tensor1D): Tensor;
  /** The mean of the divergence on that way, [batch], as the head has learned it. */
  meanDivergence?(parameters: ParameterTensors, input: FieldInput, duration: Tensor1D): Tensor1D;
}

/** Whether a field has a divergence head. */
export const hasMeanDivergence = (field: VelocityField): field is AverageField & Required<Pick<AverageField, 'meanDivergence'>> =>
  'meanDivergence' in field;

/**
 * A field for samples in one to four steps: one network u(x, t, d) gives the mean velocity from t to t + d, and with d = 0 the
 * velocity itself, so that the flow keeps all its verbs and its density. Train it with `meanFlow`, sample with
 * `sampleFewSteps`.
 *
 * @throws AdvectError `invalid-option` for a field without a column for the duration
 * @example
 * const flow = cnf({ field: averageField({ field: mlp({ dim: 2, conditionDim: 1 }) }) });
 */
export function averageField(options: AverageFieldOptions): AverageField {
  const { field, divergence } = readOptions<AverageFieldOptions>('averageField', options, {
    field: innerField,
    divergence: optional(innerField),
  });
  if (field.conditionDim < 1) {
    throw new AdvectError(
      'invalid-option',
      'averageField was given a field without a condition, so that it cannot be told the duration',
      'Build it with conditionDim: 1, or one more than the width of its condition.',
    );
  }
  if (field.pieces) {
    throw new AdvectError(
      'invalid-option',
      'averageField was given a sequence, whose velocity jumps',
      'Take the average of each of its fields.',
    );
  }
  if (isTangent(field)) {
    throw new AdvectError('unsupported', 'a mean velocity leaves a manifold', 'Take an average field in flat space.');
  }
  if (divergence && shapesOf(divergence) !== shapesOf(field)) {
    throw new AdvectError(
      'invalid-shape',
      `averageField: the divergence has the event and condition [${shapesOf(divergence)}], the field [${shapesOf(field)}]`,
      'Build both with the same shapes.',
    );
  }
  const conditionDim = field.conditionDim - 1;

  /** The condition with the duration behind it; unknown conditions and a duration of 0 are zeros. */
  const withDuration = (input: FieldInput, duration?: Tensor1D): FieldInput => {
    checkInput('averageField', input, field.event, conditionDim);
    const { x, t, condition } = input;
    if (!condition && !duration) return { x, t };
    const rows = x.shape[0];
    const known = condition ?? tf.zeros<tf.Rank.R2>([rows, conditionDim]);
    const last = duration ? tf.broadcastTo(tf.reshape(duration, [-1, 1]), [rows, 1]) : tf.zeros([rows, 1]);
    return { x, t, condition: conditionDim === 0 ? (last as Tensor2D) : tf.concat<Tensor2D>([known, last as Tensor2D], 1) };
  };
  return {
    config: { kind: 'average', field: field.config, ...(divergence && { divergence: divergence.config }) },
    event: field.event,
    conditionDim,
    init: (key) => ({ ...field.init(key), ...(divergence && renamed(divergence.init(split(key, 'divergence')), (name) => HEAD + name)) }),
    average: (parameters, input, duration) => field.velocity(parameters, withDuration(input, duration)),
    ...(divergence && {
      meanDivergence: (parameters, input, duration) => {
        const own = Object.entries(parameters).filter(([name]) => name.startsWith(HEAD));
        const head = renamed(Object.fromEntries(own), (name) => name.slice(HEAD.length));
        return tf.sum<Tensor1D>(tf.reshape(divergence.velocity(head, withDuration(input, duration)), [input.x.shape[0], -1]), 1);
      },
    }),
    velocity: (parameters, input) => tf.tidy(() => field.velocity(parameters, withDuration(input))),
    ...(field.velocityAndJvp && {
      velocityAndJvp: (parameters, input, tangents) => tf.tidy(() => field.velocityAndJvp!(parameters, withDuration(input), tangents)),
    }),
    ...(field.velocityAndDivergence && {
      velocityAndDivergence: (parameters, input) => tf.tidy(() => field.velocityAndDivergence!(parameters, withDuration(input))),
    }),
    ...(field.withoutDensity && { withoutDensity: field.withoutDensity }),
  };
}

/** Before the names of the head's weights. */
const HEAD = 'divergence/';

const shapesOf = ({ event, conditionDim }: VelocityField): string => [...event, conditionDim].join(', ');

const renamed = <T>(values: { readonly [name: string]: T }, rename: (name: string) => string): { readonly [name: string]: T } =>
  Object.fromEntries(Object.entries(values).map(([name, v]) => [rename(name), v]));
