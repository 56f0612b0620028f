import type { Flow } from '@advect/core';
import { type PictureForm, pictureDim, type Pictures } from '../data/picture-set.js';
import type { ScoreSettings } from './score.js';
import { pixelSurprise } from './surprise.js';

/** How held-out pictures lie about a model, kept in its manifest: what a new picture is compared with. */
export interface Typicality {
  /** Held-out pictures; every other one gave mean and precision, the rest the two lists. */
  readonly count: number;
  /** How each was measured: draws of dequantisation noise, probes of the divergence (0: exact), tolerance of dopri5. */
  readonly draws: number;
  readonly probes: number;
  readonly tolerance: number;
  /** Mean bits/dim in three parts (noise, stretching, transforms), whose sum is the model's entropy rate as held-out pictures show it. */
  readonly mean: readonly [number, number, number];
  /** Inverse covariance of the parts, row by row. */
  readonly precision: readonly number[];
  /** Bits/dim of held-out pictures, rising. */
  readonly bits: readonly number[];
  /** Their distances d² = (parts − mean)ᵀ precision (parts − mean), rising. */
  readonly distances: readonly number[];
}

/** How a picture lies among held-out ones: p-values, uniform on [0, 1] for pictures like these. */
export interface TypicalityTests {
  readonly bitsPerDim: number;
  /** Likelihood alone: the share of held-out pictures that have as many bits or more. */
  readonly likelihood: number;
  /** Typicality: the share whose bits are as far from the mean, on either side. */
  readonly typicality: number;
  /** Typicality in three parts: the share whose parts are as far from the mean of the parts. */
  readonly parts: number;
}

/** The three parts of the bits/dim of each picture, under the model without a class, as `Typicality` is measured. */
export async function threeParts(
  flow: Flow,
  pictures: Pictures,
  form: PictureForm,
  { draws, probes, tolerance }: Pick<Typicality, 'draws' | 'probes' | 'tolerance'>,
  rest: Pick<ScoreSettings, 'signal' | 'onProgress' | 'executor'> = {},
): Promise<readonly (readonly [number, number, number])[]> {
  const divergence = probes === 0 ? ({ divergence: 'exact' } as const) : ({ divergence: 'rademacher', probes } as const);
  const settings = { method: 'dopri5', rtol: tolerance, atol: tolerance, seed: 1, draws, ...divergence, ...rest } as const;
  const { parts } = await pixelSurprise(flow, pictures, form, settings);
  const dim = pictureDim(form);
  return Array.from({ length: pictures.count }, (_, i) => [parts.base[i] / dim, parts.divergence[i] / dim, parts.transforms[i] / dim]);
}

/** Of fewer held-out pictures no p-value is told. */
export const fewestCalibrated = 8;

/** Measures held-out pictures, `fewestCalibrated` of them at least. */
export async function calibrate(
  flow: Flow,
  heldOut: Pictures,
  form: PictureForm,
  rest: Pick<ScoreSettings, 'signal' | 'onProgress'> = {},
): Promise<Typicality> {
  const how = { draws: 1, probes: pictureDim(form) <= 64 ? 0 : 2, tolerance: 1e-3 };
  const all = await threeParts(flow, heldOut, form, how, rest);
  const [fitted, ranked] = [0, 1].map((parity) => all.filter((_, i) => i % 2 === parity));
  const { mean, precision } = gaussianOf(fitted);
  const round = (v: number): number => Number(v.toPrecision(6));
  const rising = (values: readonly number[]): number[] => values.toSorted((a, b) => a - b).map(round);
  return {
    count: heldOut.count,
    ...how,
    mean: mean.map(round) as unknown as Typicality['mean'],
    precision: precision.map(round),
    bits: rising(ranked.map(total)),
    distances: rising(ranked.map((parts) => distance(parts, { mean, precision }))),
  };
}

/**
 * Tests pictures against held-out ones.
 *
 * Likelihood alone is known to fail: a flow of coloured photographs finds house numbers, and any flow finds smoother pictures,
 * more probable than its own kind (Nalisnick et al. 2019, "Do deep generative models know what they don't know?"). Typicality asks
 * whether −log p is near the entropy instead, from either side (Nalisnick et al. 2019, "Detecting out-of-distribution inputs
 * to deep generative models using typicality", eq. 5, for one sample), and still lets through what happens to have as many bits. The three parts
 * of −log p are a sharper test with the same solve: a picture may have usual bits made of unusual parts (as Morningstar et al. 2021,
 * "Density of states estimation", combine statistics of a model). All p-values are by rank, (1 + held-out as extreme) / (1 + held-out):
 * valid whatever the distribution (Vovk, Gammerman and Shafer 2005, conformal prediction).
 */
export async function testTypicality(
  flow: Flow,
  pictures: Pictures,
  form: PictureForm,
  calibration: Typicality,
  rest: Pick<ScoreSettings, 'signal' | 'onProgress' | 'executor'> = {},
): Promise<TypicalityTests[]> {
  const found = await threeParts(flow, pictures, form, calibration, rest);
  return found.map((parts) => testsOf(parts, calibration));
}

/** The tests of the three parts of one picture. */
export function testsOf(parts: readonly number[], calibration: Typicality): TypicalityTests {
  const { bits, distances, mean } = calibration;
  const own = total(parts);
  const entropy = total(mean);
  const offset = bits.map((b) => Math.abs(b - entropy));
  return {
    bitsPerDim: own,
    likelihood: byRank(bits, own),
    typicality: byRank(offset, Math.abs(own - entropy)),
    parts: byRank(distances, distance(parts, calibration)),
  };
}

const total = (parts: readonly number[]): number => parts.reduce((sum, part) => sum + part, 0);

const byRank = (held: readonly number[], own: number): number => (1 + held.filter((v) => v >= own).length) / (1 + held.length);

function distance(parts: readonly number[], { mean, precision }: Pick<Typicality, 'precision'> & { mean: readonly number[] }): number {
  const off = parts.map((part, i) => part - mean[i]);
  return off.reduce((sum, a, i) => sum + off.reduce((inner, b, j) => inner + a * b * precision[3 * i + j], 0), 0);
}

/** Mean and inverse covariance of rows of three numbers; a thousandth of the variances keeps parts that never vary apart from 0. */
function gaussianOf(rows: readonly (readonly number[])[]): { mean: number[]; precision: number[] } {
  const mean = [0, 1, 2].map((d) => rows.reduce((sum, row) => sum + row[d], 0) / rows.length);
  const covariance = (i: number, j: number): number => rows.reduce((sum, row) => sum + (row[i] - mean[i]) * (row[j] - mean[j]), 0) / rows.length; // prettier-ignore
  const ridge = 1e-3 * Math.max(covariance(0, 0), covariance(1, 1), covariance(2, 2), 1e-12);
  const c = [0, 1, 2].map((i) => [0, 1, 2].map((j) => covariance(i, j) + (i === j ? ridge : 0)));
  return { mean, precision: inverse(c) };
}

/** Of a 3 × 3 matrix, by cofactors. */
function inverse(m: readonly (readonly number[])[]): number[] {
  const cofactor = (i: number, j: number): number => {
    const [a, b] = [0, 1, 2].filter((r) => r !== i);
    const [c, d] = [0, 1, 2].filter((r) => r !== j);
    return (m[a][c] * m[b][d] - m[a][d] * m[b][c]) * ((i + j) % 2 === 0 ? 1 : -1);
  };
  const determinant = [0, 1, 2].reduce((sum, j) => sum + m[0][j] * cofactor(0, j), 0);
  return [0, 1, 2].flatMap((i) => [0, 1, 2].map((j) => cofactor(j, i) / determinant));
}
