import type { NdArray } from '@advect/base/array';
import { AdvectError } from '@advect/base/errors';
import { boolean, integer, number, readOptions } from '@advect/base/options';
import { type Parameters, unet, type UnetOptions } from '../field/index.js';
import { readUnetOptions, unetReaders } from '../field/unet-options.js';
import { type UnetPart, unetPlan } from '../field/unet-plan.js';
import { cnf, type Flow, type Transform } from '../flow/index.js';
import { transformList } from './transform-list.js';
import { float32, openWeights, type Weights } from './weights.js';

/** What the file does not tell: the net's settings, by this library's names (see `unet`). */
export interface ImportUnetOptions extends Omit<UnetOptions, 'lastLayer' | 'conditionDim'> {
  /** Default 32, as in the original. */
  readonly groups?: number;
  /** Default 1: torchcfm hands the net times from 0 to 1. */
  readonly frequency?: number;
  /** The original's `use_new_attention_order`. Default false. */
  readonly newAttentionOrder?: boolean;
  /** From data to the space that the net was trained in. Default: none. */
  readonly transforms?: readonly Transform[];
}

/**
 * The flow of torchcfm's `UNetModel`, the U-Net of guided diffusion, from the safetensors of its `state_dict()`: a velocity
 * field with t from 0 at the noise to 1 at the data, as here. Pictures are [height, width, channels] here, and labels one-hot.
 * Drop-out, which is only for training, is not part of it.
 *
 * @throws AdvectError `unknown-option` or `invalid-option`; `invalid-file` for weights that are not those of a net with these settings
 */
export function importUnet(bytes: Uint8Array, options: ImportUnetOptions): Flow {
  const { lastLayer: _, conditionDim: __, ...readers } = unetReaders;
  const { newAttentionOrder, transforms, ...settings } = readOptions<ImportUnetOptions>('importUnet', options, {
    ...readers,
    groups: integer({ default: 32, min: 1 }),
    frequency: number({ default: 1, min: 1e-3, max: 1e5 }),
    newAttentionOrder: boolean(false),
    transforms: transformList,
  });
  const weights = openWeights(bytes, "the weights of torchcfm's UNetModel");
  const flow = cnf({ field: unet(settings), transforms });
  const found = read(weights, settings, newAttentionOrder!);
  weights.finish();
  flow.parameters = Object.fromEntries(
    Object.entries(flow.parameters).map(([name, { shape }]) => [name, fitting(name, found[name], shape)]),
  );
  return flow;
}

function fitting(name: string, found: NdArray | undefined, shape: readonly number[]): NdArray {
  if (found && String(found.shape) === String(shape)) return found;
  throw new AdvectError(
    'invalid-file',
    `not a U-Net of these settings: '${name}' is ${found ? `[${found.shape.join(', ')}]` : 'missing'} where [${shape.join(', ')}] belongs`,
    'Give the settings with which the original was built.',
  );
}

function read(weights: Weights, settings: UnetOptions, newAttentionOrder: boolean): Parameters {
  const options = readUnetOptions(settings);
  const plan = unetPlan(options);
  const found: { [name: string]: NdArray } = {};

  const linear = (name: string, from: string): void => {
    const { inputs, outputs, weight, bias } = weights.linear(from);
    found[`${name}/weight`] = float32(weight, inputs, outputs);
    found[`${name}/bias`] = float32(bias, outputs);
  };
  const vectors = (from: string, names: { readonly weight?: string; readonly bias: string }): void => {
    for (const [part, name] of Object.entries(names)) {
      const { data } = weights.take(`${from}.${part}`);
      found[name] = float32(data, data.length);
    }
  };
  const norm = (name: string, from: string): void => vectors(from, { weight: `${name}/scale`, bias: `${name}/shift` });
  const convolution = (name: string, from: string): void => {
    const { shape, weight, bias } = weights.convolution(from);
    found[`${name}/weight`] = float32(weight, ...shape);
    found[`${name}/bias`] = float32(bias, bias.length);
  };
  /** One matrix for queries, keys and values, [3 · channels, channels, 1]: by head first, or by part first. */
  const attention = (name: string, from: string, channels: number): void => {
    norm(`${name}/norm`, `${from}.norm`);
    const weight = weights.take(`${from}.qkv.weight`, 3 * channels ** 2).data;
    const bias = weights.take(`${from}.qkv.bias`, 3 * channels).data;
    const width = options.headChannels ?? channels / options.heads;
    ['query', 'key', 'value'].forEach((part, p) => {
      const row = (c: number): number => (newAttentionOrder ? p * channels + c : (Math.floor(c / width) * 3 + p) * width + (c % width));
      const turned = Float32Array.from(
        { length: channels ** 2 },
        (_, at) => weight[row(at % channels) * channels + Math.floor(at / channels)],
      );
      found[`${name}/${part}/weight`] = float32(turned, channels, channels);
      found[`${name}/${part}/bias`] = float32(
        Float32Array.from({ length: channels }, (_, c) => bias[row(c)]),
        channels,
      );
    });
    const { data } = weights.take(`${from}.proj_out.weight`, channels ** 2);
    const mixed = Float32Array.from({ length: channels ** 2 }, (_, at) => data[(at % channels) * channels + Math.floor(at / channels)]);
    found[`${name}/mix/weight`] = float32(mixed, channels, channels);
    vectors(`${from}.proj_out`, { bias: `${name}/mix/bias` });
  };
  const part = (it: UnetPart, from: string): void => {
    const { name } = it;
    if (it.kind === 'convolution') return convolution(name, from);
    if (it.kind === 'attention') return attention(name, from, it.channels);
    if (it.kind !== 'block') {
      if (it.convolution) convolution(name, `${from}.${it.kind === 'down' ? 'op' : 'conv'}`);
      return;
    }
    norm(`${name}/norm0`, `${from}.in_layers.0`);
    convolution(`${name}/convolution0`, `${from}.in_layers.2`);
    linear(`${name}/time`, `${from}.emb_layers.1`);
    norm(`${name}/norm1`, `${from}.out_layers.0`);
    convolution(`${name}/convolution1`, `${from}.out_layers.3`);
    if (it.inputs !== it.outputs) convolution(`${name}/skip`, `${from}.skip_connection`);
  };

  linear('time/in', 'time_embed.0');
  linear('time/out', 'time_embed.2');
  if (options.conditionDim > 0) {
    const { shape, data } = weights.take('label_emb.weight');
    found['label/weight'] = float32(data, ...shape);
  }
  plan.down.forEach((step, i) => step.forEach((it, j) => part(it, `input_blocks.${i}.${j}`)));
  plan.middle.forEach((it, j) => part(it, `middle_block.${j}`));
  plan.up.forEach((step, i) => step.forEach((it, j) => part(it, `output_blocks.${i}.${j}`)));
  norm('output/norm', 'out.0');
  convolution('output/convolution', 'out.2');
  return found;
}
