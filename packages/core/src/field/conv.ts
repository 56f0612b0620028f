import { AdvectError } from '@advect/base/errors';
import { boolean, integer, oneOf, optional, readOptions, type Readers, value } from '@advect/base/options';
import { type ActivationName, activationNames, activations } from '../nn/activations.js';
import { squeeze, unsqueeze } from '../nn/convolution.js';
import { activate, type Dual, linear } from '../nn/dual.js';
import { convolutionMap, type Stride } from '../nn/linear-map.js';
import { sideInput, timeFeatureCount } from '../nn/time-features.js';
import { timeLayer } from '../nn/time-layer.js';
import type { Tensor } from '../tensor/index.js';
import { checkCondition, checkInput, conditionWidth, dimensions, widths } from './check.js';
import { differentiable } from './differentiable.js';
import type { Parameters, VelocityField } from './field.js';
import { type TimeLayerSettings, timeLayerSettings } from './settings.js';

/** What the field `conv` is made of. */
export interface ConvOptions extends TimeLayerSettings {
  /** [height, width, channels] of one picture. */
  readonly event: readonly [number, number, number];
  /** Channels of the hidden layers. Default [64, 64, 64]. */
  readonly hidden?: readonly number[];
  /** One for each layer, the last one included: 1 keeps the size, 2 halves it, −2 doubles it. Default all 1. */
  readonly strides?: readonly Stride[];
  /** Default `softplus`. */
  readonly activation?: ActivationName;
  /** Whether `concat` layers also see the row and the column of each pixel. Default false. */
  readonly coordinates?: boolean;
  /** How often two by two pixels become channels before the first layer, and again pixels after the last. Default 0. */
  readonly squeezes?: number;
}

const isStrides = (v: unknown): boolean => Array.isArray(v) && v.every((stride) => [1, 2, -2].includes(stride));

const readers: Readers<ConvOptions> = {
  event: dimensions(3) as () => readonly [number, number, number],
  hidden: widths([64, 64, 64]),
  strides: optional(value<readonly Stride[]>(isStrides, 'a list of 1, 2 and −2')),
  activation: oneOf(activationNames, 'softplus'),
  ...timeLayerSettings('concat'),
  coordinates: boolean(false),
  squeezes: integer({ default: 0, min: 0, max: 8 }),
};

/**
 * A velocity field of pictures, [batch, height, width, channels], by convolutions with time in every layer: the image net of
 * the FFJORD reference code (Grathwohl et al. 2019). Windows are 3 × 3, where the size changes 4 × 4. Cost: that of its
 * convolutions; `velocityAndJvp`, about one evaluation for each direction.
 *
 * @throws AdvectError `unknown-option` or `invalid-option`
 */
export function conv(options: ConvOptions): VelocityField {
  const { classes, ...read } = readOptions<ConvOptions>('conv', options, readers);
  const conditionDim = conditionWidth('conv', classes, read.conditionDim);
  const strides = read.strides ?? [...read.hidden!, 1].map((): Stride => 1);
  const { event, hidden, time, hyperUnits, coordinates, squeezes, octaves, lastLayer } = { ...read, strides } as Required<ConvOptions>;
  const activation = activations[read.activation!];
  checkCondition('conv', time, conditionDim);
  checkSizes(event, squeezes, hidden.length, strides);
  if (coordinates && time !== 'concat') {
    throw new AdvectError('invalid-option', `conv: coordinates with layers of the kind '${time}'`, "They need time: 'concat'.");
  }

  const depth = event[2] * 4 ** squeezes;
  const sizes = [depth, ...hidden, depth];
  const layers = strides.map((stride, i) => ({
    name: i < hidden.length ? `hidden${i}` : 'output',
    layer: timeLayer(time, convolutionMap(stride, coordinates), timeFeatureCount(octaves) + conditionDim, hyperUnits),
  }));
  const repeated = (x: Dual, map: (v: Tensor) => Tensor): Dual => Array.from({ length: squeezes }).reduce<Dual>((v) => linear(v, map), x);

  return {
    config: {
      kind: 'conv',
      event: [...event],
      hidden: [...hidden],
      strides: [...strides],
      activation: read.activation,
      time,
      ...(time === 'hyper' && { hyperUnits }),
      coordinates,
      squeezes,
      octaves,
      conditionDim,
      lastLayer,
    },
    event: [...event],
    conditionDim,
    init: (key) =>
      Object.assign(
        {},
        ...layers.map(({ name, layer }, i) =>
          layer.init(key, name, sizes[i], sizes[i + 1], name === 'output' && lastLayer === 'zero' ? 0 : 1),
        ),
      ) as Parameters,
    ...differentiable((parameters, input, tangents) => {
      checkInput('conv', input, event, conditionDim);
      const side = sideInput(input.t, octaves, input.condition, conditionDim);
      const outcome = layers.reduce(
        (h: Dual, { name, layer }) => {
          const z = layer.apply(parameters, name, h, side);
          return name === 'output' ? z : activate(z, activation);
        },
        repeated({ value: input.x, tangents }, squeeze),
      );
      return repeated(outcome, unsqueeze);
    }),
  };
}

function checkSizes(event: readonly number[], squeezes: number, hidden: number, strides: readonly Stride[]): void {
  const refuse = (problem: string, hint: string): never => {
    throw new AdvectError('invalid-option', `conv: ${problem}`, hint);
  };
  if (strides.length !== hidden + 1)
    refuse(`${strides.length} strides for ${hidden + 1} layers`, 'Give one for each hidden layer and one for the last.');
  const halved = (size: number, what: string): number =>
    size % 2 === 0 ? size / 2 : refuse(`a ${what} of ${size} pixels cannot be halved`, 'Choose sizes that divide by 2, or fewer halvings.');
  for (const [what, pixels] of [
    ['height', event[0]],
    ['width', event[1]],
  ] as const) {
    // prettier-ignore
    const start = Array.from({ length: squeezes }).reduce<number>((size) => halved(size, what), pixels);
    const end = strides.reduce<number>((size, stride) => (stride === 1 ? size : stride === 2 ? halved(size, what) : 2 * size), start);
    if (end !== start) refuse(`strides ${strides.join(', ')} end at another size`, 'As many −2 must follow as there are 2.');
  }
}
