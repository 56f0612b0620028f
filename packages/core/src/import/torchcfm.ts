import { AdvectError } from '@advect/base/errors';
import type { Parameters } from '../field/index.js';
import { type MlpOptions, mlp } from '../field/index.js';
import { type Base, cnf, type Flow } from '../flow/index.js';
import { value, readOptions, oneOf } from '@advect/base/options';
import { activationNames } from '../nn/index.js';
import { float32, inputsOf, openWeights, type Weights } from './weights.js';

export interface ImportTorchcfmOptions {
  /** Of the hidden layers. Default 'selu', torchcfm's own. */
  readonly activation?: MlpOptions['activation'];
  /** The distribution at t = 0, the model's x0. Default: standard normal. */
  readonly base?: Base;
}

/**
 * The flow of torchcfm's `MLP(dim, time_varying=True)`, from the safetensors of its `state_dict()`: a net of [x, t] with t
 * from 0 at the noise to 1 at the data, as here.
 *
 * @throws AdvectError `invalid-file` for other weights
 */
export function importTorchcfm(bytes: Uint8Array, options?: ImportTorchcfmOptions): Flow {
  const o = readOptions<ImportTorchcfmOptions>('importTorchcfm', options, {
    activation: oneOf(activationNames, 'selu'),
    base: value((v) => v === undefined || typeof (v as Base | undefined)?.logProb === 'function', 'a base distribution'),
  });
  const weights = openWeights(bytes, "the weights of torchcfm's MLP");
  const layers = linearLayers(weights, 'net.');
  weights.finish();
  const dim = layers.at(-1)!.outputs;
  if (layers[0].inputs !== dim + 1) {
    throw new AdvectError(
      'invalid-file',
      `not a field of torchcfm: it maps ${layers[0].inputs} numbers to ${dim}`,
      'A field reads one number more than it gives, the time: MLP(dim, time_varying=True).',
    );
  }
  const { field, parameters } = netOfTime(layers, { dim, activation: o.activation }, (first) => ({
    x: inputsOf(first, 0, dim),
    side: inputsOf(first, dim, dim + 1),
  }));
  return cnf({ field, parameters, ...(o.base && { base: o.base }) });
}

/** The linear layers `<prefix>0`, `<prefix>2` … of a torch.nn.Sequential, whose outputs are the inputs of the next. */
export function linearLayers(weights: Weights, prefix: string): ReturnType<Weights['linear']>[] {
  const indices = weights
    .names()
    .flatMap((name) => (name.startsWith(prefix) && name.endsWith('.weight') ? [Number(name.slice(prefix.length, -'.weight'.length))] : []))
    .toSorted((a, b) => a - b);
  const layers = indices.map((index) => weights.linear(`${prefix}${index}`));
  const fits = layers.every(({ inputs }, i) => i === 0 || inputs === layers[i - 1].outputs);
  if (layers.length === 0 || !fits) {
    throw new AdvectError(
      'invalid-file',
      `the layers '${prefix}…' do not follow one another: ${layers.map(({ inputs, outputs }) => `${inputs} to ${outputs}`).join(', ') || 'there are none'}`,
      'Nets of linear layers and activations alone are read.',
    );
  }
  return layers;
}

/**
 * An `mlp` whose later layers do not see the time, as most nets of other libraries are made: their time enters with zeros.
 *
 * @param split what the first layer does with the point and with time and condition
 */
export function netOfTime(
  layers: readonly ReturnType<Weights['linear']>[],
  settings: MlpOptions & { readonly dim: number },
  split: (first: ReturnType<Weights['linear']>) => { readonly x: Float64Array; readonly side: Float64Array },
): { field: ReturnType<typeof mlp>; parameters: Parameters } {
  const hidden = layers.slice(0, -1).map(({ outputs }) => outputs);
  const field = mlp({ ...settings, hidden, time: 'concat', lastLayer: 'random' });
  const first = split(layers[0]);
  const width = first.side.length / layers[0].outputs;
  const parameters = layers.map(({ inputs, outputs, weight, bias }, i): Parameters => {
    const name = i < hidden.length ? `hidden${i}` : 'output';
    return {
      [`${name}/weight`]: i === 0 ? float32(first.x, settings.dim, outputs) : float32(weight, inputs, outputs),
      [`${name}/bias`]: float32(bias, outputs),
      [`${name}/shift/weight`]: i === 0 ? float32(first.side, width, outputs) : float32(new Float64Array(width * outputs), width, outputs),
    };
  });
  return { field, parameters: Object.assign({}, ...parameters) as Parameters };
}
