import type { Flow } from '@advect/core';
import { AdvectError } from '@advect/base/errors';
import { type PictureForm, pictureDim } from '../data/picture-set.js';
import { pictureRows } from './picture-rows.js';
import { betweenLevels, dequantised, toLevels } from './between-levels.js';

/** What a model is known to answer, kept in its manifest. */
export interface KnownAnswers {
  /** The picture that is asked about, levels as two hexadecimal digits each. */
  readonly picture: string;
  /** Up to 64 numbers each, evenly spaced: of a sample and of the picture's noise, in the space of the field. */
  readonly sample: readonly number[];
  readonly encode: readonly number[];
  /** log p of the picture, nats. */
  readonly logProb: number;
}

/** How far an executor's answers are from the known ones. */
export interface SelfTest {
  readonly executor: string;
  /** Largest |Δ| of the sample and of the noise, in the space of the field, where pictures are of size 1. */
  readonly sample: number;
  readonly encode: number;
  /** |Δ| of log p per number of the picture, bits. */
  readonly bitsPerDim: number;
  readonly passed: boolean;
}

export type ExecutorName = 'auto' | 'wasm' | 'onnx' | 'eager';

/** What executors may differ by: float32 rounding through eight Heun steps, with room for fused products and other sine tables. */
export const bounds = { sample: 2e-3, encode: 2e-3, bitsPerDim: 2e-3 } as const;

const grid = { method: 'heun', steps: 8 } as const;
const shown = 64;

/** Asks a flow; the answers are those that `selfTest` compares with. */
export async function knownAnswers(flow: Flow, form: PictureForm): Promise<KnownAnswers> {
  const between = betweenLevels(flow);
  const made = await between.bare.sample(1, { ...grid, seed: 1, ...firstClass(form) });
  const picture = Array.from(toLevels(between.inverse(made.x), form), (level) => level.toString(16).padStart(2, '0')).join('');
  const { sample, encode, logProb } = await ask(flow, form, picture, 'wasm');
  return { picture, sample: some(sample), encode: some(encode), logProb: Number(logProb.toFixed(4)) };
}

/** Asks a flow again, on an executor of its own. Costs 16 evaluations for each of the two ways and twice that with 2 probes. */
export async function selfTest(flow: Flow, form: PictureForm, known: KnownAnswers, executor: ExecutorName): Promise<SelfTest> {
  const found = await ask(flow, form, known.picture, executor);
  const sample = largestDifference(some(found.sample), known.sample);
  const encode = largestDifference(some(found.encode), known.encode);
  const bitsPerDim = Math.abs(found.logProb - known.logProb) / (pictureDim(form) * Math.LN2);
  const passed = sample <= bounds.sample && encode <= bounds.encode && bitsPerDim <= bounds.bitsPerDim;
  return { executor: found.executor, sample, encode, bitsPerDim, passed };
}

async function ask(flow: Flow, form: PictureForm, picture: string, executor: ExecutorName) {
  const pixels = Uint8Array.from({ length: picture.length / 2 }, (_, i) => Number.parseInt(picture.slice(2 * i, 2 * i + 2), 16));
  if (pixels.length !== pictureDim(form)) {
    throw new AdvectError('invalid-file', `the known answers are of a picture of ${pixels.length} numbers`, 'Get the model again.');
  }
  const one = { count: 1, pixels, labels: Int32Array.of(-1) };
  const between = betweenLevels(flow);
  const given = { ...grid, ...firstClass(form), executor };
  const made = await between.bare.sample(1, { ...given, seed: 1 });
  const there = await between.bare.encode(between.forward(dequantised(one, form, 1)), given);
  const density = await flow.logProb(pictureRows(one, form), {
    ...given,
    seed: 1,
    divergence: 'rademacher',
    probes: 2,
    solverError: false,
  });
  return {
    sample: made.x.data,
    encode: there.z.data,
    logProb: density.logProb[0],
    executor: made.report.executor?.executor ?? executor,
  };
}

const firstClass = ({ classes }: PictureForm): { label?: number } => (classes.length > 0 ? { label: 0 } : {});

const some = (data: ArrayLike<number>): number[] => {
  const count = Math.min(shown, data.length);
  return Array.from({ length: count }, (_, i) => Number(data[Math.floor((i * data.length) / count)].toFixed(5)));
};

const largestDifference = (a: readonly number[], b: readonly number[]): number =>
  a.length === b.length ? a.reduce((largest, v, i) => Math.max(largest, Number.isFinite(v) ? Math.abs(v - b[i]) : Infinity), 0) : Infinity;
