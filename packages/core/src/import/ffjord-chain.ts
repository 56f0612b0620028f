import { AdvectError } from '@advect/base/errors';
import { type FfjordLayer, outputsOf, readLayers, type Stride } from './ffjord-layers.js';
import type { ImportFfjordOptions } from './ffjord.js';
import type { Affine, Weights } from './weights.js';

/** A continuous part of the chain. */
export interface Block {
  readonly layers: readonly FfjordLayer[];
  readonly endTime: number;
  /** Of convolutions. */
  readonly strides?: readonly Stride[];
}

/** Moving batch norm at its statistics, y = scale·x + shift, of each entry or channel. */
export interface Diagonal {
  readonly scale: Float64Array;
  readonly shift: Float64Array;
}

/** What a sample meets on its way from data to noise. */
export type Part = Block | Diagonal | { readonly view: 'squeeze' | 'factor-out' };

const PLACE = /^(?:transforms\.(\d+)\.)?(?:chain\.(\d+)\.)?/;
const NET = /^(?:odefunc\.){1,2}diffeq\.(?:module\.)?layers\.(\d+)\./;

/** The parts from data to noise, and the shape of one sample: [dim], or [height, width, channels]. */
export function readParts(weights: Weights, options: ImportFfjordOptions): { parts: Part[]; event: readonly number[] } {
  const places = placesOf(weights);
  const isPicture = weights.names().some((name) => weights.shapeOf(name)!.length === 4 || name.endsWith('_hypernet.weight'));
  const slope = options.activation === 'swish' ? readSlope(weights) : 1;
  const event = options.event ?? (isPicture ? undefined : flatEvent(weights, places));
  if (event?.length !== (isPicture ? 3 : 1)) {
    throw new AdvectError(
      'invalid-option',
      `importFfjord: the file has ${isPicture ? 'convolutions' : 'linear layers'}, and event is ${event ? `[${event.join(', ')}]` : 'not given'}`,
      isPicture ? 'Give `event`, [height, width, channels].' : 'Give `event`, the length of one sample in a list.',
    );
  }
  if (options.strides && !isPicture) {
    throw new AdvectError('invalid-option', 'importFfjord: strides are given, and the file has linear layers', 'Leave them out.');
  }
  let channels = event.at(-1)!;
  const parts: Part[] = [];
  places.forEach(({ prefix, scale }, i) => {
    if (i > 0 && scale !== places[i - 1].scale) {
      parts.push({ view: 'factor-out' });
      channels /= 2;
    }
    if (weights.has(`${prefix}running_mean`)) {
      parts.push(readNorm(weights, prefix, channels));
      return;
    }
    const { stem, count } = netOf(weights, prefix);
    if (isPicture && outputsOf(weights, `${stem}${count - 1}.`) === 4 * channels) {
      parts.push({ view: 'squeeze' });
      channels *= 4;
    }
    const strides = isPicture ? stridesOf(options, count) : undefined;
    const layers = withSlope(
      readLayers(weights, count, (at) => `${stem}${at}.`, channels, strides),
      slope,
    );
    for (const name of weights.names()) if (name.startsWith(prefix) && /odefunc\.(?:_num_evals|_e)$/.test(name)) weights.take(name);
    parts.push({ layers, endTime: readEndTime(weights, `${prefix}sqrt_end_time`, options.endTime), ...(strides && { strides }) });
  });
  if (parts.some((part) => 'layers' in part)) return { parts, event };
  throw new AdvectError('invalid-file', 'the model has no continuous part', 'Check the file.');
}

interface Place {
  readonly prefix: string;
  /** Of a multiscale model, else 0. */
  readonly scale: number;
}

function placesOf(weights: Weights): Place[] {
  const found = new Map<string, Place & { readonly place: number }>();
  for (const name of weights.names()) {
    const [prefix, scale = '0', place = '0'] = PLACE.exec(name)!;
    if (!name.endsWith('.beta')) found.set(prefix, { prefix, scale: Number(scale), place: Number(place) });
  }
  return [...found.values()].toSorted((a, b) => a.scale - b.scale || a.place - b.place);
}

/** The name of the layers without their number, and how many there are. */
function netOf(weights: Weights, prefix: string): { stem: string; count: number } {
  const own = weights.names().filter((name) => name.startsWith(prefix) && NET.test(name.slice(prefix.length)));
  const count = 1 + own.reduce((most, name) => Math.max(most, Number(NET.exec(name.slice(prefix.length))![1])), -1);
  if (count > 0 && count <= own.length) return { stem: own[0].replace(/layers\.\d+\..*$/, 'layers.'), count };
  throw new AdvectError(
    'invalid-file',
    `not a model of FFJORD's code: '${prefix}' has no odefunc.diffeq.layers`,
    'Read are the flows of train_toy.py, train_tabular.py and train_cnf.py.',
  );
}

function flatEvent(weights: Weights, places: readonly Place[]): readonly number[] | undefined {
  const block = places.find(({ prefix }) => !weights.has(`${prefix}running_mean`));
  if (!block) return undefined;
  const { stem, count } = netOf(weights, block.prefix);
  const dim = outputsOf(weights, `${stem}${count - 1}.`);
  return dim === undefined ? undefined : [dim];
}

function stridesOf({ strides }: ImportFfjordOptions, count: number): readonly Stride[] {
  if (strides && strides.length !== count) {
    throw new AdvectError('invalid-option', `importFfjord: ${strides.length} strides for ${count} layers`, 'Give one for each layer.');
  }
  return strides ?? Array.from({ length: count }, () => 1 as const);
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
function readNorm(weights: Weights, prefix: string, channels: number): Diagonal {
  const of = (name: string): ArrayLike<number> => weights.take(`${prefix}${name}`, channels).data;
  const [mean, variance] = [of('running_mean'), of('running_var')];
  if (weights.has(`${prefix}step`)) weights.take(`${prefix}step`);
  const isAffine = weights.has(`${prefix}weight`);
  const [logScale, bias] = isAffine ? [of('weight'), of('bias')] : [new Float64Array(channels), new Float64Array(channels)];
  const scale = Float64Array.from(variance, (v, d) => Math.exp(logScale[d]) / Math.sqrt(v + EPSILON));
  return { scale, shift: scale.map((v, d) => bias[d] - v * mean[d]) };
}

/** β of x·σ(βx), which all nets share there. */
function readSlope(weights: Weights): number {
  const names = weights.names().filter((name) => /activation_fns\.\d+\.beta$/.test(name));
  return (names.length > 0 ? names : ['activation_fns.0.beta']).map((name) => weights.take(name, 1).data[0])[0];
}

/** x·σ(βx) = swish(βx)/β: each hidden layer gives β times as much, and the next one takes it back. */
function withSlope(layers: readonly FfjordLayer[], slope: number): readonly FfjordLayer[] {
  if (slope === 1) return layers;
  return layers.map((layer, i) => {
    const [before, after] = [i === 0 ? 1 : slope, i === layers.length - 1 ? 1 : slope];
    const by = (v: Float64Array, factor: number): Float64Array => v.map((value) => value * factor);
    const all = (of: Affine): Affine => ({ ...of, weight: by(of.weight, after / before), bias: by(of.bias, after) });
    const { map, modes, shift } = layer;
    return {
      ...layer,
      map: all(map),
      ...(modes && { modes: all(modes) }),
      ...(shift && { shift: { ...shift, weight: by(shift.weight, after) } }),
    };
  });
}
