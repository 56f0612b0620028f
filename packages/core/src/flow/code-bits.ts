import { type NdArray, ndarray, sizeOf, takeRows } from '@advect/base/array';
import { breathe } from '../breathe.js';
import { throwIfAborted } from '@advect/base/errors';
import type { EndpointField } from '../field/endpoint.js';
import { abortSignal, callback, integer, optional, readOptions, seed } from '@advect/base/options';
import { type Key, key, normals, split, uniforms } from '../random/index.js';
import { ready } from '../tensor/index.js';
import { checkCodes, logProbability, meanCode, requireCodes } from './codes.js';
import { conditionRows } from './condition.js';
import type { ConditionOptions, Flow } from './flow.js';
import { conditionReaders, programReaders } from './options.js';
import { fieldLogits, type ProgramOptions, withPrograms } from './programs/index.js';

/** Options of `codeBits`. */
export interface CodeBitsOptions extends ProgramOptions, ConditionOptions {
  /** Levels of noise, one evaluation each. Default 16. */
  readonly levels?: number;
  /** Independent estimates, at least 2 for a standard error. Default 4. */
  readonly draws?: number;
  /** Default 0. Rows share their noise, so that they can be compared. */
  readonly seed?: number;
  readonly signal?: AbortSignal;
  /** Told of evaluations, of all that it costs. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** What `codeBits` tells. */
export interface CodeBits {
  /** The share of each slot, [count, slots], in bits; they add up to the bound. */
  readonly bits: NdArray;
  /** Of each draw, [draws, count, slots]: sums over slots of a draw are estimates of sums, and their spread tells the error. */
  readonly draws: NdArray;
}

type Settings = CodeBitsOptions & Required<Pick<CodeBitsOptions, 'levels' | 'draws' | 'seed'>>;

/** Signal-to-noise ratio at which nothing is seen yet: what is seen there is bounded by half of it times |e|². */
const blind = 1e-3;

/**
 * How many bits an endpoint flow needs to tell codes apart from noise, slot by slot: an upper bound, in expectation, of
 * −log₂ P(codes) that splits over the slots. A slot seen through noise at the signal-to-noise ratio γ = t²/s²,
 * s² = (1 − t)² + t²σ², is worth ½ E|e − ê|² dγ nats, where ê is the flow's mean endpoint; to this come γ₀|e|²/2 for what
 * is seen at the lowest ratio γ₀, and −log p(e | x₁) for what is left open at the highest, 1/σ².
 *
 * It bounds the probability by the random walk that has this flow's posterior (the reverse diffusion), not by the flow itself:
 * that is what makes it a sum over slots. The bound of the flow is the mean of log p(x) − log q(x | codes) over the blur.
 * Costs (levels + 1)·draws evaluations of the field. Throws as `codeSurprise` does.
 *
 * References: Guo, Shamai & Verdú (2005), "Mutual information and minimum mean-square error in Gaussian channels", theorem 1;
 * Kingma et al. (2021), "Variational diffusion models", eq. 11–14.
 *
 * @param codes [count, slots], numbers in the codebook
 */
export async function codeBits(flow: Flow, codes: NdArray<Int32Array>, options?: CodeBitsOptions): Promise<CodeBits> {
  const o = readOptions<Settings>('codeBits', options, {
    levels: integer({ default: 16, min: 1 }),
    draws: integer({ default: 4, min: 1 }),
    seed: seed(),
    ...conditionReaders,
    signal: abortSignal,
    onProgress: optional(callback<(done: number, total: number) => void>()),
    ...programReaders,
  });
  const field = requireCodes(flow);
  checkCodes('codeBits: codes', codes, undefined, 0, field);
  const rows = codes.shape[0];
  const condition = await conditionRows(o, rows, field.conditionDim);
  await ready();
  const size = rows * field.slots;
  const draws = new Float32Array(o.draws * size);
  const total = o.draws * (o.levels + 1) * Math.ceil(rows / rowsAtOnce);
  let done = 0;
  await withPrograms(field, flow.parameters, o, async (programs) => {
    for (let draw = 0; draw < o.draws; draw++) {
      const from = split(split(key(o.seed), 'bits'), draw);
      for (const look of looksOf(field, o.levels, split(from, 'levels'))) {
        for (let first = 0; first < rows; first += rowsAtOnce) {
          await breathe();
          throwIfAborted(o.signal, 'codeBits');
          const chosen = Int32Array.from({ length: Math.min(rowsAtOnce, rows - first) }, (_, i) => first + i);
          const part = takeRows(codes, chosen);
          const x = noisy(field, part, look.t, split(from, look.name));
          const logits = await fieldLogits(programs, field, flow.parameters, x, look.t, condition && takeRows(condition, chosen));
          part.data.forEach((code, slot) => (draws[draw * size + first * field.slots + slot] += look.worth(logits, slot, code) / Math.LN2));
          o.onProgress?.(++done, total);
        }
      }
      codes.data.forEach((code, i) => (draws[draw * size + i] += (blind * squared(field.codebook[code])) / 2 / Math.LN2));
    }
  });
  const bits = Float32Array.from({ length: size }, (_, i) => {
    let sum = 0;
    for (let draw = 0; draw < o.draws; draw++) sum += draws[draw * size + i];
    return sum / o.draws;
  });
  return { bits: ndarray(bits, codes.shape), draws: ndarray(draws, [o.draws, ...codes.shape]) };
}

const rowsAtOnce = 64;

/** A time at which the codes are looked at, and what a slot is worth there, in nats. */
interface Look {
  readonly name: string;
  readonly t: number;
  worth(logits: Float32Array, slot: number, code: number): number;
}

/** Levels of log γ, one in each of equal parts, at the same place within each; and the end. */
function looksOf(field: EndpointField, levels: number, place: Key): Look[] {
  const { sigma, codebook } = field;
  const [low, high] = [Math.log(blind), -2 * Math.log(sigma)];
  const within = uniforms(place, 1)[0];
  const looks = Array.from({ length: levels }, (_, i): Look => {
    const snr = Math.exp(low + ((i + within) / levels) * (high - low));
    return {
      name: `level ${i}`,
      t: timeOf(snr, sigma),
      worth: (logits, slot, code) => ((snr * (high - low)) / levels / 2) * missed(logits, slot, code, codebook),
    };
  });
  return [...looks, { name: 'end', t: 1, worth: (logits, slot, code) => -logProbability(logits, slot, code, field) }];
}

/** The time at which t²/((1 − t)² + t²σ²) is the given ratio. */
function timeOf(snr: number, sigma: number): number {
  const r = Math.sqrt(Math.max(0, 1 / snr - sigma ** 2));
  return 1 / (1 + r);
}

/** |e − ê|² */
function missed(logits: Float32Array, slot: number, code: number, codebook: readonly (readonly number[])[]): number {
  const mean = new Float64Array(codebook[0].length);
  meanCode(logits, slot, codebook, mean);
  return mean.reduce((sum, m, d) => sum + (codebook[code][d] - m) ** 2, 0);
}

const squared = (code: readonly number[]): number => code.reduce((sum, e) => sum + e * e, 0);

/** t·e + s·n of every row, with the same noise for each. */
function noisy({ codebook, sigma, event }: EndpointField, codes: NdArray<Int32Array>, t: number, from: Key): Float32Array {
  const size = sizeOf(event);
  const width = codebook[0].length;
  const spread = Math.sqrt((1 - t) ** 2 + (t * sigma) ** 2);
  const noise = normals(from, size);
  return Float32Array.from(
    { length: codes.shape[0] * size },
    (_, i) => t * codebook[codes.data[Math.floor(i / width)]][i % width] + spread * noise[i % size],
  );
}
