import { sizeOf } from '@advect/base/array';
import { AdvectError } from '@advect/base/errors';
import { integer, number, readOptions, type Readers } from '@advect/base/options';
import { activations } from '../nn/activations.js';
import { dense, denseDual, initDense, multiply } from '../nn/dense.js';
import { linear, plus } from '../nn/dual.js';
import { layerNorm } from '../nn/norm.js';
import { timeWaves } from '../nn/time-features.js';
import { initModulation, initTransformerBlock, modulatedNorm, transformerBlock } from '../nn/transformer-block.js';
import { type Key, split } from '../random/index.js';
import { type Tensor, tf } from '../tensor/index.js';
import { checkInput, conditionWidth, dimensions } from './check.js';
import { differentiable } from './differentiable.js';
import type { FieldInput, ParameterTensors, Parameters, VelocityField } from './field.js';
import { type ConditionSettings, conditionSettings, type StartSettings, startSettings } from './settings.js';

/** What the field `dit` is made of. */
export interface DitOptions extends ConditionSettings, StartSettings {
  /** [height, width, channels] of one picture. */
  readonly event: readonly [number, number, number];
  /** Side of a patch, a divisor of height and width. Default 2. */
  readonly patch?: number;
  /** Width of a token, a multiple of 4. Default 128. */
  readonly model?: number;
  /** Number of blocks. Default 4. */
  readonly layers?: number;
  /** Attention heads, a divisor of `model`. Default 4. */
  readonly heads?: number;
  /** Width of a block's hidden layer as a multiple of `model`. Default 4. */
  readonly expansion?: number;
  /** Highest frequency of the embedding of time, radians from t = 0 to t = 1; the lowest is nearly 10,000 times less. Default 30. */
  readonly frequency?: number;
}

const readers: Readers<DitOptions> = {
  event: dimensions(3) as () => readonly [number, number, number],
  patch: integer({ default: 2, min: 1 }),
  model: integer({ default: 128, min: 4 }),
  layers: integer({ default: 4, min: 1 }),
  heads: integer({ default: 4, min: 1 }),
  expansion: integer({ default: 4, min: 1 }),
  frequency: number({ default: 30, min: 1e-3, max: 1e5 }),
  ...conditionSettings,
  ...startSettings,
};

const { swish, gelu } = activations;

/**
 * A velocity field of pictures, [batch, height, width, channels]: a diffusion transformer (DiT, Peebles and Xie 2023). A patch
 * is a token; places are told by fixed sines and cosines of row and column; time and condition scale, shift and gate every
 * block (adaLN-Zero). Every block starts as the identity, and the field as u = 0.
 *
 * Cost: attention grows with the square of the number of patches; `velocityAndJvp` costs about one evaluation for each direction.
 *
 * @throws AdvectError `unknown-option` or `invalid-option`
 */
export function dit(options: DitOptions): VelocityField {
  const { classes, ...read } = readOptions<DitOptions>('dit', options, readers);
  const settings = { ...read, conditionDim: conditionWidth('dit', classes, read.conditionDim) } as Required<Omit<DitOptions, 'classes'>>;
  const { event, patch, model, layers, heads, expansion, frequency, conditionDim, lastLayer } = settings;
  checkSettings(settings);
  const [rows, columns] = [event[0] / patch, event[1] / patch];
  const width = sizeOf([patch, patch, event[2]]);
  let places: Float32Array | undefined;
  const block = { model, heads, expansion, activation: gelu, norm: layerNorm, gates: true };
  const blocks = Array.from({ length: layers }, (_, i) => `block${i}`);

  const init = (key: Key): Parameters => {
    const at = (name: string): Key => split(key, name);
    return Object.assign(
      {
        ...initDense(at('input'), 'input', width, model),
        ...initDense(at('time'), 'time/in', model, model),
        ...initDense(at('time'), 'time/out', model, model),
        ...(conditionDim > 0 && initDense(at('label'), 'label', conditionDim, model, { bias: false })),
      },
      ...blocks.map((name) => initTransformerBlock(key, name, block)),
      initModulation(at('output/norm'), 'output/norm', model),
      initDense(at('output'), 'output', model, width, { gain: lastLayer === 'zero' ? 0 : 1 }),
    ) as Parameters;
  };

  /** Time and condition for every block, [1 or batch, model]. */
  const embed = (parameters: ParameterTensors, { t, condition }: FieldInput): Tensor => {
    const hidden = swish.apply(dense(parameters, 'time/in', timeWaves(t, model, frequency)));
    const time = dense(parameters, 'time/out', hidden);
    return swish.apply(condition ? tf.add(time, multiply(condition, parameters['label/weight'])) : time);
  };

  /** [batch, height, width, channels] → [batch, patches, numbers of a patch] */
  const toPatches = (x: Tensor): Tensor => {
    const squares = tf.reshape(x, [x.shape[0], rows, patch, columns, patch, event[2]]);
    return tf.reshape(tf.transpose(squares, [0, 1, 3, 2, 4, 5]), [x.shape[0], rows * columns, width]);
  };
  const toPicture = (tokens: Tensor): Tensor => {
    const squares = tf.reshape(tokens, [tokens.shape[0], rows, columns, patch, patch, event[2]]);
    return tf.reshape(tf.transpose(squares, [0, 1, 3, 2, 4, 5]), [tokens.shape[0], ...event]);
  };

  return {
    config: { kind: 'dit', ...settings, event: [...event] },
    event: [...event],
    conditionDim,
    init,
    ...differentiable((parameters, input, tangents) => {
      checkInput('dit', input, event, conditionDim);
      const side = embed(parameters, input);
      const patches = linear({ value: input.x, tangents }, toPatches);
      const start = plus(
        denseDual(parameters, 'input', patches),
        tf.tensor((places ??= placeWaves(rows, columns, model)), [1, rows * columns, model]),
      );
      const end = blocks.reduce((h, name) => transformerBlock(parameters, name, h, side, block), start);
      return linear(denseDual(parameters, 'output', modulatedNorm(parameters, 'output/norm', end, side, layerNorm)), toPicture);
    }),
  };
}

/**
 * The place of each patch, [rows · columns, model]: sines and then cosines of the column in the first half, of the row in the
 * second, at frequencies 10000^(−4i/model), as in the reference code of DiT.
 */
function placeWaves(rows: number, columns: number, model: number): Float32Array {
  const quarter = model / 4;
  return Float32Array.from({ length: rows * columns * model }, (_, index) => {
    const [place, entry] = [Math.floor(index / model), index % model];
    const position = entry < model / 2 ? place % columns : Math.floor(place / columns);
    const phase = position * 10000 ** (-(entry % quarter) / quarter);
    return entry % (model / 2) < quarter ? Math.sin(phase) : Math.cos(phase);
  });
}

function checkSettings({ event: [height, width], patch, model, heads }: Required<Omit<DitOptions, 'classes'>>): void {
  const refuse = (problem: string, hint: string): never => {
    throw new AdvectError('invalid-option', `dit: ${problem}`, hint);
  };
  if (height % patch !== 0 || width % patch !== 0) {
    refuse(`patches of ${patch} do not divide a picture of ${height} by ${width}`, 'Choose a divisor of both.');
  }
  if (model % 4 !== 0) refuse(`model is ${model}`, 'Choose a multiple of 4: sines and cosines of row and column share it.');
  if (model % heads !== 0) refuse(`${heads} heads do not divide model ${model}`, 'Choose a divisor of model.');
}
