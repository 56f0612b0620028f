import { type NdArray, ndarray, sizeOf, takeRows } from '@advect/base/array';
import { breathe } from '../breathe.js';
import { throwIfAborted } from '@advect/base/errors';
import type { EndpointField } from '../field/endpoint.js';
import { abortSignal, callback, integer, number, optional, readOptions, seed, value } from '@advect/base/options';
import type { Pending } from '../ode/index.js';
import { type Key, key, normals, split } from '../random/index.js';
import { ready } from '../tensor/index.js';
import { checkCodes, meanCode, requireCodes } from './codes.js';
import { conditionRows } from './condition.js';
import type { ConditionOptions, Flow } from './flow.js';
import { fieldLogits, type ProgramOptions, withPrograms } from './programs/index.js';
import { conditionReaders, programReaders } from './options.js';

/** Options of `sampleCodes`. */
export interface SampleCodesOptions extends ProgramOptions, ConditionOptions {
  /** Default 0. Sample i depends on (seed, start + i) only. */
  readonly seed?: number;
  /** Number of the first sample. Default 0. */
  readonly start?: number;
  /** Steps, equal in t; one evaluation of the field each. Default 40. */
  readonly steps?: number;
  /**
   * Share of the noise that is drawn afresh before each step, from 0 (default: the deterministic flow) to below 1. Fresh
   * noise corrects earlier mistakes and pulls towards what is typical; the sample can then not be encoded back.
   */
  readonly churn?: number;
  /** Scale of the noise. Default 1. */
  readonly temperature?: number;
  /** Codes that are given, [count, slots], −1 where the flow is to choose: the given ones follow their own straight path. */
  readonly known?: NdArray<Int32Array>;
  /** Rows computed at a time. Default 64. */
  readonly chunk?: number;
  /** Told after each step: how far all rows are, from 0 to 1, and what the rows at work look like then. */
  readonly onStep?: (step: CodesStep) => void;
  readonly signal?: AbortSignal;
}

/** Codes on their way. */
export interface CodesStep {
  readonly share: number;
  /** The most probable code of each slot of the rows that are computed now, [rows, slots]; costs a pass over them. */
  codes(): Int32Array;
}

type Settings = SampleCodesOptions &
  Required<Omit<SampleCodesOptions, 'known' | 'onStep' | 'signal' | keyof ProgramOptions | keyof ConditionOptions>>;

/** Codes by number, [count, slots], and how sure the last posterior was of each, log p in nats. */
export interface SampledCodes {
  readonly codes: NdArray<Int32Array>;
  readonly logConfidence: NdArray;
}

/**
 * Samples the codes of an endpoint flow (`endpointField`) with a step made for it. For a fixed endpoint e the conditional
 * flow has the closed form x(t₂) = t₂·e + (s(t₂)/s(t₁))·(x(t₁) − t₁·e), s(t)² = (1 − t)² + t²σ², because
 * s′/s is the field's a(t). Each step moves along it to the current mean ê: exact where ê is constant, first order
 * otherwise, stable at any size, and at t = 1 it ends on ê. The codes are the most probable ones at the end.
 *
 * With churn c, x_t first goes back to t′ = t·(1 − c·(1 − t)), where noise of variance (1 − t′)² − (t′/t)²(1 − t)² makes
 * (t′/t)·x_t a sample of time t′ again. With c = 0 the result converges to that of `flow.sample` as steps grow.
 * Throws `unsupported` for a flow without codes.
 *
 * References: Song, Meng & Ermon (2021), "Denoising diffusion implicit models", eq. 12, for the step with σ = 0; Karras et
 * al. (2022), algorithm 2, for the churn; Lugmayr et al. (2022), "RePaint", for the given codes.
 */
export async function sampleCodes(flow: Flow, count: number, options?: SampleCodesOptions): Promise<SampledCodes> {
  const o = readOptions<Settings>('sampleCodes', options, {
    seed: seed(),
    start: integer({ default: 0, min: 0 }),
    steps: integer({ default: 40, min: 1, max: 10_000 }),
    churn: number({ default: 0, min: 0, max: 0.99 }),
    temperature: number({ default: 1, min: 0 }),
    ...conditionReaders,
    known: optional(value<NdArray<Int32Array>>((v) => typeof v === 'object' && v !== null && 'shape' in v, 'an array of whole numbers')),
    chunk: integer({ default: 64, min: 1 }),
    onStep: optional(callback<NonNullable<SampleCodesOptions['onStep']>>()),
    signal: abortSignal,
    ...programReaders,
  });
  const field = requireCodes(flow);
  const rows = integer({ min: 0 })(count, 'sampleCodes: count');
  const condition = await conditionRows(o, rows, field.conditionDim);
  if (o.known) checkCodes('sampleCodes: known', o.known, rows, -1, field);
  await ready();
  const codes = new Int32Array(rows * field.slots);
  const logConfidence = new Float32Array(rows * field.slots);
  await withPrograms(field, flow.parameters, o, async (programs) => {
    for (let from = 0; from < rows; from += o.chunk) {
      const size = Math.min(o.chunk, rows - from);
      const chosen = Int32Array.from({ length: size }, (_, i) => from + i);
      const parts = { condition: condition && takeRows(condition, chosen), known: o.known && takeRows(o.known, chosen) };
      const base = flow.base.sample(size, split(key(o.seed), 'noise'), field.event, o.start + from);
      const fresh = freshNoise(split(key(o.seed), 'churn'), size, sizeOf(field.event), o.start + from);
      const evaluate: Evaluate = (x, t) => fieldLogits(programs, field, flow.parameters, x, t, parts.condition);
      const onStep = (step: number, now: Float32Array): void =>
        o.onStep?.({
          share: (from + (size * step) / o.steps) / rows,
          codes() {
            const found = new Int32Array(size * field.slots);
            mostProbable(now, field, parts.known, found, new Float32Array(found.length), 0);
            return found;
          },
        });
      const logits = await march(field, base, fresh, parts.known, evaluate, { ...o, onStep });
      mostProbable(logits, field, parts.known, codes, logConfidence, from);
    }
  });
  return { codes: ndarray(codes, [rows, field.slots]), logConfidence: ndarray(logConfidence, [rows, field.slots]) };
}

/** The logits at a state and a time. */
type Evaluate = (x: Float32Array, t: number) => Pending<Float32Array>;

/** From noise to the logits at the end. */
async function march(
  field: EndpointField,
  base: NdArray,
  fresh: (step: number) => Float32Array,
  known: NdArray<Int32Array> | undefined,
  evaluate: Evaluate,
  { steps, churn, temperature, signal, onStep }: Omit<Settings, 'onStep'> & { onStep(step: number, logits: Float32Array): void },
): Promise<Float32Array> {
  const { codebook, sigma } = field;
  const width = codebook[0].length;
  const spread = (t: number): number => Math.sqrt((1 - t) ** 2 + (t * sigma) ** 2);
  const x = base.data.map((v) => v * temperature);
  const noise = x.slice();
  const end = new Float64Array(width);
  const hold = (t: number): void => {
    known?.data.forEach((code, slot) => {
      if (code >= 0) for (let d = 0; d < width; d++) x[slot * width + d] = (1 - t) * noise[slot * width + d] + t * codebook[code][d];
    });
  };
  for (let step = 0; step < steps; step++) {
    await breathe();
    throwIfAborted(signal, 'sampleCodes');
    let t = step / steps;
    if (churn > 0 && step > 0) {
      const back = t * (1 - churn * (1 - t));
      const added = temperature * Math.sqrt((1 - back) ** 2 - ((back / t) * (1 - t)) ** 2);
      const drawn = fresh(step);
      for (let i = 0; i < x.length; i++) x[i] = (back / t) * x[i] + added * drawn[i];
      t = back;
    }
    hold(t);
    const next = (step + 1) / steps;
    const ratio = spread(next) / spread(t);
    const logits = await evaluate(x, t);
    for (let slot = 0; slot < x.length / width; slot++) {
      meanCode(logits, slot, codebook, end);
      for (let d = 0; d < width; d++) {
        const i = slot * width + d;
        x[i] = next * end[d] + ratio * (x[i] - t * end[d]);
      }
    }
    onStep(step + 1, logits);
  }
  hold(1);
  return evaluate(x, 1);
}

function mostProbable(
  logits: Float32Array,
  { slots, codebook }: EndpointField,
  known: NdArray<Int32Array> | undefined,
  codes: Int32Array,
  logConfidence: Float32Array,
  firstRow: number,
): void {
  const size = codebook.length;
  for (let slot = 0; slot < logits.length / size; slot++) {
    const row = logits.subarray(slot * size, (slot + 1) * size);
    let best = 0;
    for (let k = 1; k < size; k++) if (row[k] > row[best]) best = k;
    let total = 0;
    for (let k = 0; k < size; k++) total += Math.exp(row[k] - row[best]);
    const at = firstRow * slots + slot;
    const given = known?.data[slot] ?? -1;
    codes[at] = given >= 0 ? given : best;
    logConfidence[at] = row[codes[at]] - row[best] - Math.log(total);
  }
}

/** Row i's noise for a step depends on (key, start + i, step) only. */
const freshNoise =
  (parent: Key, rows: number, width: number, start: number) =>
  (step: number): Float32Array => {
    const out = new Float32Array(rows * width);
    for (let i = 0; i < rows; i++) out.set(normals(split(split(parent, start + i), step), width), i * width);
    return out;
  };
