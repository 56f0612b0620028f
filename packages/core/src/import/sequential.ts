import { AdvectError } from '@advect/base/errors';
import { mlp, type MlpOptions, type Parameters, type VelocityField } from '../field/index.js';
import { type Affine, float32, type Weights } from './weights.js';

/** The linear layers `<prefix>0`, `<prefix>2` … of a torch.nn.Sequential, whose outputs are the inputs of the next. */
export function linearLayers(weights: Weights, prefix: string): Affine[] {
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
  layers: readonly Affine[],
  settings: MlpOptions & { readonly dim: number },
  split: (first: Affine) => { readonly x: Float64Array; readonly side: Float64Array },
): { field: VelocityField; parameters: Parameters } {
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
