import { type ArrayLike, isNdArray, type NdArray, ndarray, sizeOf, takeRows } from '@advect/base/array';
import { AdvectError, throwIfAborted } from '@advect/base/errors';
import { abortSignal, integer, readOptions, seed } from '@advect/base/options';
import { breathe } from '../breathe.js';
import type { Pending } from '../ode/index.js';
import { key, split } from '../random/index.js';
import { ready, type Tensor, toHost } from '../tensor/index.js';
import { rowsOfEvents } from './checks.js';
import { conditionRows } from './condition.js';
import type { ConditionOptions, Flow, Report } from './flow.js';
import { conditionReaders, programReaders } from './options.js';
import { fieldPrograms, type ProgramOptions, withPrograms } from './programs/index.js';
import { requireStraightPathsByEntry } from './straight-paths.js';
import { entryPlaces } from './transforms/by-entry.js';
import { dataEvent, toDataSpace, toModelSpace } from './transforms/index.js';

/** Options of `inpaint`. */
export interface InpaintOptions extends ProgramOptions, ConditionOptions {
  /** Default 0. Row i depends on (seed, start + i) only. */
  readonly seed?: number;
  /** Number of the first row. Default 0. */
  readonly start?: number;
  /** Steps from noise to data, equal in t. Default 40. */
  readonly steps?: number;
  /** Langevin steps at each time, which bring what is made into accord with what is known. Default 5. */
  readonly corrections?: number;
  /** Rows computed at a time. Default 256. */
  readonly chunk?: number;
  readonly signal?: AbortSignal;
}

type Settings = InpaintOptions & Required<Pick<InpaintOptions, 'seed' | 'start' | 'steps' | 'corrections' | 'chunk'>>;

/** Result of `inpaint`. */
export interface Inpainted {
  /** [rows, ...event], in data space; known entries are the given ones, to the bit. */
  readonly x: NdArray;
  readonly report: Pick<Report, 'backend' | 'executor' | 'evaluations'>;
}

/**
 * Completes rows of which only some entries are known: samples of the others given those, for a flow that was trained by flow
 * matching along straight paths from independent noise.
 *
 * At time t the known entries are (1 − t)·ε + t·x with fresh ε, which is how they are distributed on the flow's own paths. The
 * others go from one time to the next by a midpoint step of the flow, and at each time by `corrections` steps of Langevin's
 * equation, x ← x + h·∇log p_t + √(2h)·ε with h = (1 − t)², whose score the velocity gives: ∇log p_t = (t·u − x)/(1 − t).
 * With no corrections it is the plain replacement of the known part, which is quick and does not let the rest know what is to
 * come; with more, completions approach samples of the conditional distribution.
 *
 * Costs (2 + corrections)·steps evaluations of the field.
 *
 * References: Song et al. (2021), "Score-based generative modeling through stochastic differential equations", algorithm 2 and
 * appendix I.2, for predictor, corrector and replacement; Lipman et al. (2023), "Flow matching for generative modeling", for the
 * paths; Lugmayr et al. (2022), "RePaint", for why replacement alone does not do.
 *
 * @param x [rows, ...event of the data]; entries that are not known may be any finite numbers
 * @param known true or 1 where an entry is known: of x's shape, or [...event] for all rows
 * @throws AdvectError `unsupported` for a flow with another base than the standard normal, on a manifold, made of pieces in time,
 * or with a transform that mixes entries; `invalid-shape` for a mask that does not fit
 */
export async function inpaint(flow: Flow, x: ArrayLike | Tensor, known: ArrayLike, options?: InpaintOptions): Promise<Inpainted> {
  const o = readOptions<Settings>('inpaint', options, {
    seed: seed(),
    start: integer({ default: 0, min: 0 }),
    steps: integer({ default: 40, min: 1, max: 10_000 }),
    corrections: integer({ default: 5, min: 0, max: 1000 }),
    ...conditionReaders,
    chunk: integer({ default: 256, min: 1 }),
    signal: abortSignal,
    ...programReaders,
  });
  requireStraightPathsByEntry('inpaint', flow);
  const { field, transforms } = flow;
  const given = await rowsOfEvents(dataEvent(transforms, field.event), x, 'inpaint: x');
  const rows = given.shape[0];
  const isKnown = await readMask(known, given.shape);
  const data = ndarray(
    given.data.map((v, i) => (isKnown[i] ? v : 0)),
    given.shape,
  );
  const condition = await conditionRows(o, rows, field.conditionDim);
  const { backend } = await ready();
  const noiseKey = split(key(o.seed), 'noise');
  const transformKey = split(key(o.seed), 'transform');
  const ends = toModelSpace(
    transforms,
    data,
    Array.from({ length: rows }, (_, i) => split(transformKey, o.start + i)),
  ).y;
  const size = sizeOf(field.event);
  const places = entryPlaces(transforms, data.shape.slice(1));
  const isHeld = isKnown.map((_, i) => isKnown[i - (i % size) + places[i % size]]);
  const out = new Float32Array(data.data.length);
  let evaluations = 0;
  const executor = await withPrograms(field, flow.parameters, o, async (programs) => {
    for (let from = 0; from < rows; from += o.chunk) {
      const chosen = Int32Array.from({ length: Math.min(o.chunk, rows - from) }, (_, i) => from + i);
      const at = fieldPrograms(programs, field, flow.parameters, { condition: condition && takeRows(condition, chosen) });
      const part = {
        end: takeRows(ends, chosen).data,
        isHeld: isHeld.subarray(from * size, (from + chosen.length) * size),
        noise: (draw: number) => flow.base.sample(chosen.length, split(noiseKey, draw), field.event, o.start + from).data,
      };
      const velocity: Velocity = (place, t) => {
        evaluations++;
        return at.velocity(t, place);
      };
      out.set(await march(part, velocity, o), from * size);
    }
    return programs.report();
  });
  const made = toDataSpace(transforms, ndarray(out, ends.shape));
  return {
    x: ndarray(
      made.data.map((v, i) => (isKnown[i] ? data.data[i] : v)),
      data.shape,
    ),
    report: { backend, ...(executor && { executor }), evaluations },
  };
}

type Velocity = (x: Float32Array, t: number) => Pending<Float32Array>;

interface Part {
  /** Where the known entries end, model space. */
  readonly end: Float32Array;
  readonly isHeld: Uint8Array;
  /** Normal numbers for all entries, the same for the same number of a draw. */
  readonly noise: (draw: number) => Float32Array;
}

/** From noise to data. */
async function march({ end, isHeld, noise }: Part, velocity: Velocity, { steps, corrections, signal }: Settings): Promise<Float32Array> {
  let draws = 0;
  const x = noise(draws++);
  /** Noise for all entries; the known ones are put where they are at this time with it. */
  const hold = (t: number): Float32Array => {
    const epsilon = noise(draws++);
    for (let i = 0; i < x.length; i++) if (isHeld[i]) x[i] = (1 - t) * epsilon[i] + t * end[i];
    return epsilon;
  };
  for (let step = 0; step < steps; step++) {
    const [t, next] = [step / steps, (step + 1) / steps];
    const h = (1 - t) ** 2;
    // Noise is in accord with anything.
    const rounds = step === 0 ? 0 : corrections;
    for (let round = 0; round < rounds; round++) {
      await breathe();
      throwIfAborted(signal, 'inpaint');
      const epsilon = hold(t);
      const u = await velocity(x, t);
      for (let i = 0; i < x.length; i++) if (!isHeld[i]) x[i] += (1 - t) * (t * u[i] - x[i]) + Math.sqrt(2 * h) * epsilon[i];
    }
    await breathe();
    throwIfAborted(signal, 'inpaint');
    hold(t);
    const slope = await velocity(x, t);
    const middle = await velocity(
      x.map((v, i) => v + ((next - t) / 2) * slope[i]),
      (t + next) / 2,
    );
    for (let i = 0; i < x.length; i++) x[i] += (next - t) * middle[i];
  }
  return x;
}

async function readMask(known: ArrayLike, shape: readonly number[]): Promise<Uint8Array> {
  const { data, shape: own } = isNdArray(known) ? known : await toHost(known, 'inpaint: known');
  const forAll = String(own) === String(shape.slice(1));
  if (!forAll && String(own) !== String(shape)) {
    throw new AdvectError(
      'invalid-shape',
      `inpaint: the mask has the shape [${own.join(', ')}]`,
      `Its shape must be that of the rows, [${shape.join(', ')}], or of one of them, [${shape.slice(1).join(', ')}].`,
    );
  }
  const bad = data.findIndex((v) => v !== 0 && v !== 1);
  if (bad >= 0) throw new AdvectError('invalid-value', `inpaint: the mask holds ${data[bad]}`, 'Give 1 where an entry is known, else 0.');
  return Uint8Array.from({ length: sizeOf(shape) }, (_, i) => data[i % data.length]);
}
