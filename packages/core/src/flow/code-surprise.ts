import { type NdArray, ndarray, sizeOf, takeRows } from '@advect/base/array';
import { breathe } from '../breathe.js';
import { throwIfAborted } from '@advect/base/errors';
import type { EndpointField } from '../field/endpoint.js';
import { abortSignal, integer, number, readOptions, seed } from '@advect/base/options';
import { type Key, key, normals, split } from '../random/index.js';
import { ready } from '../tensor/index.js';
import { checkCodes, logProbability, requireCodes } from './codes.js';
import { conditionRows } from './condition.js';
import type { ConditionOptions, Flow } from './flow.js';
import { conditionReaders, programReaders } from './options.js';
import { fieldLogits, type ProgramOptions, withPrograms } from './programs/index.js';

/** Options of `codeSurprise`. */
export interface CodeSurpriseOptions extends ProgramOptions, ConditionOptions {
  /** Time at which the codes are looked at through noise, from 0 (noise alone) to 1. Default 0.35. */
  readonly t?: number;
  /** Draws of the noise to average over. Default 4. */
  readonly samples?: number;
  /** Default 0. */
  readonly seed?: number;
  readonly signal?: AbortSignal;
}

type Settings = CodeSurpriseOptions & Required<Pick<CodeSurpriseOptions, 't' | 'samples' | 'seed'>>;

/**
 * How much an endpoint flow is surprised by each code, given a noisy view of all: −log p(code | x_t, t) in nats, averaged
 * over draws of the noise, [count, slots]. The noise depends on the seed alone, so that rows can be compared. It is a
 * term of the cross-entropy that the field was trained with, at one time; it is not a log-density of the sample.
 *
 * Costs `samples` evaluations of the field. Throws `unsupported` for a flow without codes, `invalid-shape` or
 * `invalid-value` for codes that are not the flow's.
 *
 * @param codes [count, slots], numbers in the codebook
 */
export async function codeSurprise(flow: Flow, codes: NdArray<Int32Array>, options?: CodeSurpriseOptions): Promise<NdArray> {
  const o = readOptions<Settings>('codeSurprise', options, {
    t: number({ default: 0.35, min: 0, max: 1 }),
    samples: integer({ default: 4, min: 1 }),
    seed: seed(),
    ...conditionReaders,
    signal: abortSignal,
    ...programReaders,
  });
  const field = requireCodes(flow);
  checkCodes('codeSurprise: codes', codes, undefined, 0, field);
  const rows = codes.shape[0];
  const condition = await conditionRows(o, rows, field.conditionDim);
  await ready();
  const result = new Float32Array(codes.data.length);
  await withPrograms(field, flow.parameters, o, async (programs) => {
    for (let draw = 0; draw < o.samples; draw++) {
      const noise = split(split(key(o.seed), 'surprise'), draw);
      for (let from = 0; from < rows; from += rowsAtOnce) {
        await breathe();
        throwIfAborted(o.signal, 'codeSurprise');
        const chosen = Int32Array.from({ length: Math.min(rowsAtOnce, rows - from) }, (_, i) => from + i);
        const part = takeRows(codes, chosen);
        const x = seenThrough(field, part, o.t, split(noise, 'base'), split(noise, 'sigma'));
        const logits = await fieldLogits(programs, field, flow.parameters, x, o.t, condition && takeRows(condition, chosen));
        part.data.forEach((code, slot) => (result[from * field.slots + slot] -= logProbability(logits, slot, code, field) / o.samples));
      }
    }
  });
  return ndarray(result, codes.shape);
}

const rowsAtOnce = 64;

/** x_t of every row, with the same noise for each. */
function seenThrough({ codebook, sigma, event }: EndpointField, codes: NdArray<Int32Array>, t: number, base: Key, blur: Key): Float32Array {
  const size = sizeOf(event);
  const width = codebook[0].length;
  const x0 = normals(base, size);
  const epsilon = normals(blur, size);
  const data = new Float32Array(codes.shape[0] * size);
  for (let i = 0; i < data.length; i++) {
    const code = codebook[codes.data[Math.floor(i / width)]];
    data[i] = (1 - t) * x0[i % size] + t * (code[i % width] + sigma * epsilon[i % size]);
  }
  return data;
}
