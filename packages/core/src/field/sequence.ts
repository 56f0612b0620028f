import { AdvectError } from '@advect/base/errors';
import { readOptions, value } from '@advect/base/options';
import { squeeze, unsqueeze } from '../nn/convolution.js';
import { type Dual, linear, sum, tangentsOf, times } from '../nn/dual.js';
import { split } from '../random/index.js';
import { type Tensor, type Tensor1D, tf } from '../tensor/index.js';
import { checkInput, dimensions, isField } from './check.js';
import { differentiable, type DualFunction } from './differentiable.js';
import type { FieldInput, FieldPiece, ParameterTensors, VelocityField } from './field.js';

/**
 * One step of a sequence: a field that moves what is left of the sample; `squeeze`, which turns two by two pixels into
 * channels; or `factor-out`, which leaves the second half of the channels as they are from here on to the base.
 */
export type SequenceStep = VelocityField | 'squeeze' | 'factor-out';

/** What the field `sequence` is made of. */
export interface SequenceOptions {
  /** Shape of one sample. */
  readonly event: readonly number[];
  /** From data to noise. Each field's event is the shape at its place; at least one is a field. */
  readonly steps: readonly SequenceStep[];
}

/**
 * Several fields one after the other, as one field: of n the first one given rules from t = 1 down to 1 − 1/n, the last one
 * near the base, each for a whole time of its own, 0 to 1. So the flow is a composition of flows. `squeeze` only changes what
 * its successors see, and what is factored out stands still, so states, latents too, keep the layout of the data, and the
 * log-density is exact.
 *
 * At the seams the field jumps: solves go from seam to seam (`pieces`). Asked for its velocity at mixed times it computes all
 * of its fields. A field that may squeeze needs events of [height, width, channels].
 * Reference: Dinh, Sohl-Dickstein and Bengio (2017), §3.6; Grathwohl et al. (2019), §4.2.
 *
 * @throws AdvectError `unknown-option` or `invalid-option`
 */
export function sequence(options: SequenceOptions): VelocityField {
  const { event, steps } = readOptions<SequenceOptions>('sequence', options, {
    event: dimensions(),
    steps: value(isSteps, "a list of fields, 'squeeze' and 'factor-out', with at least one field"),
  });
  const places = placesOf(event, steps);
  const count = places.length;
  const widest = Math.max(...places.map(({ field }) => field.conditionDim));
  for (const { field } of places) checkPart(field, widest);
  const pieces = places.map((place, i) => pieceOf(event, widest, place, i, count));
  const withoutDensity = places.find(({ field }) => field.withoutDensity)?.field.withoutDensity;

  /** Each piece at its own times, and zero at others. */
  const everywhere: DualFunction = (parameters, input, tangents) => {
    checkInput('sequence', input, event, widest);
    const now = tf.minimum(tf.maximum(tf.floor(tf.mul(input.t, count)), 0), count - 1);
    return pieces
      .map(({ field }, i) => {
        const rules = tf.cast(tf.equal(now, count - 1 - i), 'float32');
        const u = tangents ? fromPair(field.velocityAndJvp!(parameters, input, tangents)) : { value: field.velocity(parameters, input) };
        return times(u, tf.reshape(rules, [-1, ...event.map(() => 1)]));
      })
      .reduce(sum);
  };
  const { velocity, velocityAndJvp } = differentiable(everywhere);
  return {
    config: { kind: 'sequence', event: [...event], steps: steps.map((step) => (typeof step === 'string' ? step : step.config)) },
    event: [...event],
    conditionDim: widest,
    init: (key) => Object.assign({}, ...pieces.map(({ field }) => field.init(key))) as ReturnType<VelocityField['init']>,
    velocity,
    ...(places.every(({ field }) => field.velocityAndJvp) && { velocityAndJvp }),
    ...(withoutDensity !== undefined && { withoutDensity }),
    pieces: pieces.toReversed(),
  };
}

type View = 'squeeze' | 'factor-out';

/** A field and what happens to a sample before it reaches the field. */
interface Place {
  readonly field: VelocityField;
  readonly views: readonly View[];
}

const isSteps = (v: unknown): boolean =>
  Array.isArray(v) && v.some(isField) && v.every((step) => step === 'squeeze' || step === 'factor-out' || isField(step));

/** Where each field stands; throws where a shape does not fit. */
function placesOf(event: readonly number[], steps: readonly SequenceStep[]): Place[] {
  let shape = [...event];
  const views: View[] = [];
  const refuse = (problem: string, hint: string): never => {
    throw new AdvectError('invalid-option', `sequence: ${problem}`, hint);
  };
  return steps.flatMap((step, i) => {
    if (step === 'squeeze') {
      if (shape.length !== 3 || shape[0] % 2 !== 0 || shape[1] % 2 !== 0) {
        refuse(`step ${i} squeezes the shape [${shape.join(', ')}]`, 'It takes a picture of even height and width.');
      }
      shape = [shape[0] / 2, shape[1] / 2, shape[2] * 4];
    } else if (step === 'factor-out') {
      if (shape.at(-1)! % 2 !== 0) refuse(`step ${i} halves ${shape.at(-1)} channels`, 'It takes an even number of them.');
      shape = [...shape.slice(0, -1), shape.at(-1)! / 2];
    } else {
      if (String(step.event) !== String(shape)) {
        refuse(`step ${i} is a field of [${step.event.join(', ')}] where the shape is [${shape.join(', ')}]`, 'Build it for that shape.');
      }
      return [{ field: step, views: [...views] }];
    }
    views.push(step);
    return [];
  });
}

function checkPart({ conditionDim, pieces }: VelocityField, widest: number): void {
  if (pieces) throw new AdvectError('invalid-option', 'sequence: one of its fields is a sequence', 'Give the steps of both as one list.');
  if (conditionDim !== 0 && conditionDim !== widest) {
    throw new AdvectError(
      'invalid-option',
      `sequence: fields with conditions of ${conditionDim} and of ${widest} numbers`,
      'Build all of them with the same classes, or some with none.',
    );
  }
}

/** The i-th of `count` fields from the data as a field of the whole sample and of the time of the whole. */
function pieceOf(event: readonly number[], conditionDim: number, { field, views }: Place, i: number, count: number): FieldPiece {
  const k = count - 1 - i;
  const prefix = `field${i}/`;
  const see = (x: Tensor): Tensor => views.reduce((v, view) => (view === 'squeeze' ? squeeze(v) : firstHalf(v)), x);
  const show = (u: Tensor): Tensor => views.reduceRight((v, view) => (view === 'squeeze' ? unsqueeze(v) : withZeros(v)), u);
  const own = (parameters: ParameterTensors): ParameterTensors =>
    Object.fromEntries(
      Object.entries(parameters).flatMap(([name, v]) => (name.startsWith(prefix) ? [[name.slice(prefix.length), v]] : [])),
    );
  const inner = ({ x, t, condition }: FieldInput): FieldInput => ({
    x: see(x),
    t: tf.sub<Tensor1D>(tf.mul(t, count), k),
    ...(condition && field.conditionDim > 0 && { condition }),
  });
  const run: DualFunction = (parameters, input, tangents) => {
    if (!tangents) return { value: tf.mul(show(field.velocity(own(parameters), inner(input))), count) };
    const seen = linear({ value: input.x, tangents }, see);
    const u = fromPair(field.velocityAndJvp!(own(parameters), inner(input), tangentsOf(seen)!));
    return times(linear(u, show), tf.scalar(count));
  };
  const { velocity, velocityAndJvp } = differentiable(run);
  return {
    from: k / count,
    to: (k + 1) / count,
    field: {
      config: field.config,
      event,
      conditionDim,
      init: (key) =>
        Object.fromEntries(Object.entries(field.init(split(key, prefix))).map(([name, weight]) => [`${prefix}${name}`, weight])),
      velocity,
      ...(field.velocityAndJvp && { velocityAndJvp }),
      ...(field.velocityAndDivergence && {
        velocityAndDivergence: (parameters: ParameterTensors, input: FieldInput) =>
          tf.tidy(() => {
            const { u, divergence } = field.velocityAndDivergence!(own(parameters), inner(input));
            return { u: tf.mul(show(u), count), divergence: tf.mul<Tensor1D>(divergence, count) };
          }),
      }),
    },
    owns: (name) => name.startsWith(prefix),
  };
}

const fromPair = ({ u, jvp }: { u: Tensor; jvp: Tensor }): Dual => ({ value: u, tangents: jvp });

const firstHalf = (x: Tensor): Tensor =>
  tf.slice(
    x,
    x.shape.map(() => 0),
    x.shape.map((n, axis) => (axis === 0 ? -1 : axis === x.shape.length - 1 ? n / 2 : n)),
  );

const withZeros = (x: Tensor): Tensor => tf.concat([x, tf.zerosLike(x)], -1);
