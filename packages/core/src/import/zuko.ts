import { AdvectError } from '@advect/base/errors';
import { oneOf, readOptions } from '@advect/base/options';
import { type MlpOptions, retimed } from '../field/index.js';
import { cnf, type Flow } from '../flow/index.js';
import { activationNames } from '../nn/index.js';
import { linearLayers, netOfTime } from './sequential.js';
import { inputsOf, openWeights } from './weights.js';

export interface ImportZukoOptions {
  /** Of the hidden layers. Default 'elu', zuko's own for its CNF. */
  readonly activation?: MlpOptions['activation'];
}

/**
 * The flow of `zuko.flows.CNF`, from the safetensors of its `state_dict()`. There time runs from 0 at the data to 1 at the
 * noise and enters the net as cosines and sines of π·k·t; here the same net is `retimed`. Its context is the condition here.
 *
 * @throws AdvectError `invalid-file` for other weights, and for a base that is not standard normal
 */
export function importZuko(bytes: Uint8Array, options?: ImportZukoOptions): Flow {
  const { activation } = readOptions<ImportZukoOptions>('importZuko', options, { activation: oneOf(activationNames, 'elu') });
  const weights = openWeights(bytes, 'the weights of a zuko.flows.CNF');
  const [from, to] = weights.take('transform.times').data;
  const frequencies = weights.take('transform.freqs').data;
  const isHarmonic = frequencies.every((w, k) => Math.abs(w / Math.PI - (k + 1)) < 1e-5);
  const isStandard = weights.take('base.loc').data.every((v) => v === 0) && weights.take('base.scale').data.every((v) => v === 1);
  if (!isHarmonic || !isStandard || !(from < to)) {
    throw new AdvectError(
      'invalid-file',
      `not a zuko.flows.CNF as that library makes it: times ${from} to ${to}, frequencies ${Array.from(frequencies).join(', ')}`,
      'Frequencies are π, 2π, 3π …, and the base is standard normal.',
    );
  }
  const layers = linearLayers(weights, 'transform.ode.');
  weights.finish();
  const harmonics = frequencies.length;
  const dim = layers.at(-1)!.outputs;
  const conditionDim = layers[0].inputs - 2 * harmonics - dim;
  if (conditionDim < 0) {
    throw new AdvectError('invalid-file', `the net reads ${layers[0].inputs} numbers, too few for ${dim} of a point`, 'Check the file.');
  }
  // The net reads cosines, sines, the point and the context; an `mlp` reads t, sines, cosines and the condition beside the point.
  const inner = netOfTime(layers, { dim, activation, harmonics, conditionDim }, (first) => ({
    x: inputsOf(first, 2 * harmonics, 2 * harmonics + dim),
    side: Float64Array.of(
      ...new Float64Array(first.outputs),
      ...inputsOf(first, harmonics, 2 * harmonics),
      ...inputsOf(first, 0, harmonics),
      ...inputsOf(first, 2 * harmonics + dim, first.inputs),
    ),
  }));
  return cnf({ field: retimed({ field: inner.field, from: to, to: from }), parameters: inner.parameters });
}
