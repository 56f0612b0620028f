import { AdvectError } from '@advect/base/errors';
import { number, oneOf, optional, readOptions } from '@advect/base/options';
import { mlp, type Parameters, retimed, sequence, type VelocityField } from '../field/index.js';
import { affine, cnf, type Flow } from '../flow/index.js';
import { type FfjordLayer, inOtherUnits, readLayers, toParameters } from './ffjord-layers.js';
import { openWeights, type Weights } from './weights.js';

export interface ImportFfjordOptions {
  /** The activation between layers, which the file does not tell; `train_toy.py` has 'tanh'. */
  readonly nonlinearity: 'tanh' | 'softplus' | 'elu' | 'relu';
  /** T of every block (`--time_length`), where the file has no `sqrt_end_time` because it was not trained. */
  readonly endTime?: number;
}

/** A continuous part of the chain, or moving batch norm at its statistics: y = scale·x + shift. */
type Part = { readonly layers: readonly FfjordLayer[]; readonly endTime: number } | Diagonal;

interface Diagonal {
  readonly scale: Float64Array;
  readonly shift: Float64Array;
}

/**
 * The flow of the FFJORD reference code's models for plain data (`train_toy.py`, `train_tabular.py`), from the safetensors of
 * the `state_dict()`: one or several blocks of `ODEnet` with its layers ignore, concat, squash, concatsquash or blend (not
 * hyper), with or without moving batch norm. There time runs from 0 at the data to T at the noise; here each block is
 * `retimed`, several are a `sequence`. Batch norm, which is fixed once trained, moves through the blocks and becomes an
 * `affine` transform at the data.
 *
 * @throws AdvectError `invalid-file` for other weights, `invalid-option` where the end time is in neither the file nor the options
 */
export function importFfjord(bytes: Uint8Array, options: ImportFfjordOptions): Flow {
  const { nonlinearity, endTime } = readOptions<ImportFfjordOptions>('importFfjord', options, {
    nonlinearity: oneOf(['tanh', 'softplus', 'elu', 'relu'] as const),
    endTime: optional(number({ min: 1e-6, max: 1e6 })),
  });
  const weights = openWeights(bytes, "the weights of FFJORD's reference code");
  const parts = readChain(weights, endTime);
  weights.finish();

  // What a point becomes by the norms behind a block is undone in front of it and done behind it: then they all stand at the data.
  const dim = dimOf(parts);
  let after: Diagonal = { scale: new Float64Array(dim).fill(1), shift: new Float64Array(dim) };
  const blocks: { field: VelocityField; parameters: Parameters }[] = [];
  for (const part of parts.toReversed()) {
    if ('scale' in part) {
      after = { scale: part.scale.map((v, d) => v * after.scale[d]), shift: part.shift.map((v, d) => after.scale[d] * v + after.shift[d]) };
      continue;
    }
    const layers = inOtherUnits(part.layers, after.scale, after.shift);
    const hidden = layers.slice(0, -1).map(({ outputs }) => outputs);
    const net = mlp({ dim, hidden, activation: nonlinearity, time: layers[0].kind, lastLayer: 'random' });
    blocks.unshift({ field: retimed({ field: net, from: part.endTime, to: 0 }), parameters: toParameters(layers) });
  }
  const moved = after.scale.some((v) => v !== 1) || after.shift.some((v) => v !== 0);
  const transforms = moved
    ? [affine({ scale: Array.from(after.scale, (v) => 1 / v), shift: Array.from(after.shift, (v, d) => -v / after.scale[d]) })]
    : [];
  if (blocks.length === 1) return cnf({ ...blocks[0], transforms });
  const named = blocks.flatMap(({ parameters }, i) =>
    Object.entries(parameters).map(([name, weight]) => [`field${i}/${name}`, weight] as const),
  );
  const field = sequence({ event: [dim], steps: blocks.map((block) => block.field) });
  return cnf({ field, parameters: Object.fromEntries(named), transforms });
}

const LAYER = /^(?:chain\.(\d+)\.)?odefunc\.diffeq\.(?:module\.)?layers\.(\d+)\./;

/** The parts from data to noise. */
function readChain(weights: Weights, endTime: number | undefined): Part[] {
  const places = new Set(weights.names().map((name) => /^chain\.(\d+)\./.exec(name)?.[1] ?? ''));
  return [...places]
    .toSorted((a, b) => Number(a) - Number(b))
    .map((place): Part => {
      const prefix = place === '' ? '' : `chain.${place}.`;
      if (weights.has(`${prefix}running_mean`)) return readNorm(weights, prefix);
      const own = weights.names().filter((name) => name.startsWith(prefix) && LAYER.test(name));
      const count = 1 + own.reduce((most, name) => Math.max(most, Number(LAYER.exec(name)![2])), -1);
      if (count === 0 || count > own.length) {
        throw new AdvectError(
          'invalid-file',
          `not a model of FFJORD's code: '${prefix}' has no odefunc.diffeq.layers`,
          'Models of plain data are read, with linear layers.',
        );
      }
      const stem = own[0].replace(/layers\.\d+\..*$/, 'layers.');
      const layers = readLayers(weights, count, (i) => `${stem}${i}.`);
      for (const name of [`${prefix}odefunc._num_evals`, `${prefix}odefunc._e`]) if (weights.has(name)) weights.take(name);
      return { layers, endTime: readEndTime(weights, `${prefix}sqrt_end_time`, endTime) };
    });
}

function readEndTime(weights: Weights, name: string, given: number | undefined): number {
  if (weights.has(name)) return weights.take(name).data[0] ** 2;
  if (given !== undefined) return given;
  throw new AdvectError(
    'invalid-option',
    'the end time of the flow was not trained and is not in the file',
    'Give `endTime`, the --time_length that it was trained with.',
  );
}

const EPSILON = 1e-4;

/** Moving batch norm with its running statistics, (x − mean)/√(variance + ε)·e^weight + bias. */
function readNorm(weights: Weights, prefix: string): Diagonal {
  const mean = weights.take(`${prefix}running_mean`).data;
  const of = (name: string): ArrayLike<number> => weights.take(`${prefix}${name}`, mean.length).data;
  const variance = of('running_var');
  if (weights.has(`${prefix}step`)) weights.take(`${prefix}step`);
  const isAffine = weights.has(`${prefix}weight`);
  const [logScale, bias] = isAffine ? [of('weight'), of('bias')] : [new Float64Array(mean.length), new Float64Array(mean.length)];
  const scale = Float64Array.from(variance, (v, d) => Math.exp(logScale[d]) / Math.sqrt(v + EPSILON));
  return { scale, shift: scale.map((v, d) => bias[d] - v * mean[d]) };
}

/** The width of all parts; throws where they differ. */
function dimOf(parts: readonly Part[]): number {
  const sizes = new Set(
    parts.flatMap((part) => ('scale' in part ? [part.scale.length] : [part.layers[0].inputs, part.layers.at(-1)!.outputs])),
  );
  if (sizes.size !== 1 || parts.every((part) => 'scale' in part)) {
    throw new AdvectError('invalid-file', `the parts of the model have ${[...sizes].join(' and ') || 'no'} dimensions`, 'Check the file.');
  }
  return [...sizes][0];
}
