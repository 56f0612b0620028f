import type { NdArray, NumericArray } from '@advect/base/array';
import { AdvectError } from '@advect/base/errors';
import type { Parameters } from '../field/field.js';
import { readSafetensors, writeSafetensors } from '../io/safetensors.js';
import { number, readOptions, integer, value } from '@advect/base/options';
import type { AdamState } from './optimizer.js';
import type { TrainingState } from './state.js';

const FORMAT = 'advect-training-1';

/**
 * A training state as one safetensors file: weights, their average and Adam's moments as tensors, all numbers as JSON
 * in the metadata (which keeps every bit of a double). The same state gives the same bytes.
 */
export function encodeTrainingState(state: TrainingState): Uint8Array<ArrayBuffer> {
  const { parameters, ema, optimizer, step, seed, batch, objective, smoothing } = state;
  const { m, v, step: updates, beta1Power, beta2Power } = optimizer;
  const tensors = new Map<string, NdArray<NumericArray>>();
  for (const [name, array] of Object.entries(parameters)) {
    tensors.set(`parameters/${name}`, array);
    tensors.set(`adam/m/${name}`, { shape: array.shape, data: m[name] });
    tensors.set(`adam/v/${name}`, { shape: array.shape, data: v[name] });
    if (ema) tensors.set(`ema/${name}`, ema[name]);
  }
  const numbers: Numbers = {
    step,
    seed,
    batch,
    objective,
    updates,
    beta1Power,
    beta2Power,
    loss: smoothing.loss,
    weight: smoothing.weight,
  };
  return writeSafetensors(
    tensors,
    new Map([
      ['format', FORMAT],
      ['state', JSON.stringify(numbers)],
    ]),
  );
}

interface Numbers {
  readonly step: number;
  readonly seed: number;
  readonly batch: number;
  readonly objective: string;
  readonly updates: number;
  readonly beta1Power: number;
  readonly beta2Power: number;
  readonly loss: number;
  readonly weight: number;
}

/** Reads what {@link encodeTrainingState} wrote; anything else throws `invalid-file`. */
export function decodeTrainingState(bytes: Uint8Array): TrainingState {
  const { tensors, metadata } = readSafetensors(bytes, { finite: true });
  if (metadata.get('format') !== FORMAT) throw invalid(`its format is ${metadata.get('format') ?? 'not given'}, not ${FORMAT}`);
  const { step, seed, batch, objective, updates, beta1Power, beta2Power, loss, weight } = readNumbers(metadata.get('state') ?? '');
  const groups: { readonly [group in Group]: { [name: string]: NdArray } } = { parameters: {}, ema: {}, 'adam/m': {}, 'adam/v': {} };
  for (const [path, array] of tensors) {
    const group = (Object.keys(groups) as Group[]).find((prefix) => path.startsWith(`${prefix}/`));
    if (!group || !(array.data instanceof Float32Array)) throw invalid(`tensor ${JSON.stringify(path)} is none of a training state`);
    Object.defineProperty(groups[group], path.slice(group.length + 1), { value: array, enumerable: true });
  }
  for (const group of ['adam/m', 'adam/v', ...(Object.keys(groups.ema).length > 0 ? ['ema' as const] : [])] as const) {
    if (shapes(groups[group]) !== shapes(groups.parameters)) throw invalid(`its ${group} does not fit its parameters`);
  }
  const moments = (group: 'adam/m' | 'adam/v'): AdamState['m'] =>
    Object.fromEntries(Object.entries(groups[group]).map(([name, { data }]) => [name, data]));
  return {
    step,
    seed,
    batch,
    objective,
    parameters: groups.parameters,
    ...(Object.keys(groups.ema).length > 0 && { ema: groups.ema }),
    optimizer: { step: updates, beta1Power, beta2Power, m: moments('adam/m'), v: moments('adam/v') },
    smoothing: { loss, weight },
  };
}

type Group = 'parameters' | 'ema' | 'adam/m' | 'adam/v';

const shapes = (group: Parameters): string =>
  Object.entries(group)
    .map(([name, { shape }]) => `${name}:${shape.join()}`)
    .sort()
    .join(';');

function readNumbers(text: string): Numbers {
  try {
    return readOptions<Numbers>('the training state', JSON.parse(text) as object, {
      step: integer({ min: 0 }),
      seed: integer({ min: 0 }),
      batch: integer({ min: 1 }),
      objective: value((v) => typeof v === 'string', 'a name'),
      updates: integer({ min: 0 }),
      beta1Power: number({ min: 0, max: 1 }),
      beta2Power: number({ min: 0, max: 1 }),
      loss: number(),
      weight: number({ min: 0 }),
    });
  } catch (cause) {
    throw invalid(cause instanceof Error ? cause.message : 'its numbers cannot be read', cause);
  }
}

const invalid = (problem: string, cause?: unknown): AdvectError =>
  new AdvectError(
    'invalid-file',
    `Not a training state that can be read: ${problem}`,
    'Resume from an earlier checkpoint, or start again.',
    cause,
  );
