import { AdvectError } from '@advect/base/errors';
import type { MlpOptions } from '../field/index.js';
import { type Base, cnf, type Flow } from '../flow/index.js';
import { value, readOptions, oneOf } from '@advect/base/options';
import { activationNames } from '../nn/index.js';
import { linearLayers, netOfTime } from './sequential.js';
import { inputsOf, openWeights } from './weights.js';

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
