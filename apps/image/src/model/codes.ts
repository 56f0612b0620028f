import { type Flow, guideDensity, ndarray, type NdArray, type Report, type SolverOptions } from '@advect/core';
import { AdvectError } from '@advect/base/errors';
import { type PictureForm, pictureDim, type Pictures } from '../data/picture-set.js';
import { type BetweenLevels, betweenLevels, dequantised, toLevels } from './between-levels.js';
import { codesOf, conditionOf, type Label, type LabelShares } from './label.js';

/** How pictures were encoded, and how well that can be undone. */
export interface Encoded {
  /** Noise of each picture, [count, ...event of the field]: what the flow carries to it. */
  readonly z: NdArray;
  readonly roundTrip: {
    /** Largest difference of each picture after encoding and decoding, in levels and in the space of the field. */
    readonly levels: Float64Array;
    readonly field: Float64Array;
    /** Whether all of its levels come back. */
    readonly exact: readonly boolean[];
  };
  /** Of the way there and of the way back. */
  readonly evaluations: { readonly encode: number; readonly decode: number };
  readonly report: Report;
}

export interface CodeSettings extends SolverOptions {
  /** Seed of the noise between levels. */
  readonly seed: number;
  /** Hears of the noise before the way back is gone. */
  readonly onNoise?: (z: NdArray) => void;
}

/** The noise of pictures under their labels, and the points between levels that lead to it. */
export async function toNoise(
  flow: Flow,
  pictures: Pictures,
  form: PictureForm,
  labels: readonly Label[],
  { seed, ...solver }: Omit<CodeSettings, 'onNoise'>,
): Promise<{ readonly z: NdArray; readonly y: NdArray; readonly points: NdArray; readonly report: Report }> {
  const between = betweenLevels(flow);
  const points = dequantised(pictures, form, seed);
  const y = between.forward(points);
  const { z, report } = await between.bare.encode(y, { ...solver, ...conditionOf(labels, form.classes.length) });
  return { z, y, points, report };
}

/**
 * Carries pictures to their noise by the flow under their labels, and back again to see how exact that is. Noise within levels
 * is that of `dequantised`: the code holds it too, so that decoding rounds to the very levels as long as the solver is off by
 * less than `margin` of a level.
 */
export async function encodePictures(
  flow: Flow,
  pictures: Pictures,
  form: PictureForm,
  labels: readonly Label[],
  { seed, onNoise, ...solver }: CodeSettings,
): Promise<Encoded> {
  const { z, y, points, report } = await toNoise(flow, pictures, form, labels, { ...solver, seed });
  onNoise?.(z);
  const between = betweenLevels(flow);
  const back = await between.bare.decode(z, { ...solver, ...conditionOf(labels, form.classes.length) });
  const again = between.inverse(back.x);
  const levels = toLevels(again, form);
  const dim = pictureDim(form);
  return {
    z,
    roundTrip: {
      levels: largestDifferences(points, again, pictures.count),
      field: largestDifferences(y, back.x, pictures.count),
      exact: Array.from({ length: pictures.count }, (_, i) =>
        levels.subarray(i * dim, (i + 1) * dim).every((level, d) => level === pictures.pixels[i * dim + d]),
      ),
    },
    evaluations: { encode: report.evaluations, decode: back.report.evaluations },
    report,
  };
}

/**
 * The pictures of some noise under their labels, levels, [count, size, size, channels].
 *
 * @param pulls how strongly each is pulled along ∇log p on the way (see the library's `guideDensity`); not at all without
 */
export async function decodeCodes(
  flow: Flow,
  z: NdArray,
  form: PictureForm,
  labels: readonly (Label | LabelShares)[],
  solver: SolverOptions,
  pulls?: readonly number[],
): Promise<{ pixels: Uint8Array; report: Report }> {
  const between = betweenLevels(flow);
  const classes = form.classes.length;
  const { x, report } = pulls?.some((pull) => pull !== 0)
    ? await guideDensity(between.bare).decode(z, { ...solver, condition: withPulls(codesOf(labels, classes, 1), pulls) })
    : await between.bare.decode(z, { ...solver, ...conditionOf(labels, classes) });
  return { pixels: levelsOf(between, x, form), report };
}

/** Rows with the strength of each in its last place. */
function withPulls(rows: NdArray, pulls: readonly number[]): NdArray {
  const width = rows.shape[1];
  return ndarray(
    rows.data.map((v, i) => (i % width === width - 1 ? pulls[Math.floor(i / width)] : v)),
    rows.shape,
  );
}

/** Levels of points in the space of the field. Throws `solve-failed` where they are no numbers. */
export function levelsOf(between: BetweenLevels, y: NdArray, form: PictureForm): Uint8Array {
  const x = between.inverse(y);
  if (x.data.some((v) => !Number.isFinite(v))) {
    throw new AdvectError('solve-failed', 'the model gives pixels that are not numbers', 'Take dopri5 as solver, or a smaller change.');
  }
  return toLevels(x, form);
}

function largestDifferences(a: NdArray, b: NdArray, rows: number): Float64Array {
  const dim = a.data.length / rows;
  return Float64Array.from({ length: rows }, (_, row) => {
    let largest = 0;
    for (let i = row * dim; i < (row + 1) * dim; i++) largest = Math.max(largest, Math.abs(a.data[i] - b.data[i]));
    return largest;
  });
}
