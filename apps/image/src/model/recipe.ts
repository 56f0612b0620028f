import {
  affine,
  cnf,
  dequantise,
  type Flow,
  key,
  logit,
  mlp,
  quantile,
  rowKeys,
  split,
  toModelSpace,
  type Transform,
  unet,
  type VelocityField,
} from '@advect/core';
import { choosePictures, type Pictures, type PictureSet } from '../data/picture-set.js';
import type { FieldKind } from './field-kind.js';
import { pictureRows } from './picture-rows.js';

export interface RecipeSettings {
  readonly field: FieldKind;
  /** Width of the hidden layers of an MLP; channels of a U-Net at its largest size, a quarter of those at its smallest. */
  readonly width: number;
  /** Hidden layers of an MLP; residual blocks of a U-Net at each size on the way down. */
  readonly depth: number;
  readonly seed: number;
}

const mostForStatistics = 4096;

/**
 * An untrained flow for a set of pictures, which knows the class where there are any.
 *
 * `mlp`: uniform dequantisation, logit, each pixel standardised by the training pictures' mean and deviation there, and a
 * concat-squash MLP. `unet`: uniform dequantisation, the quantile map of the training pictures' levels, all pixels
 * standardised alike, and a U-Net of three sizes with attention at the smallest.
 */
export function pictureFlow(set: PictureSet, settings: RecipeSettings): Flow {
  const { seed } = settings;
  const some = choosePictures(
    set.train,
    Int32Array.from({ length: Math.min(mostForStatistics, set.train.count) }, (_, i) => i),
  );
  const rows = pictureRows(some, set);
  const keys = rowKeys(split(key(seed), 'statistics'), rows);
  const parts = partsOf[settings.field](set, settings);
  const { y } = toModelSpace(parts.transforms, rows, keys);
  return cnf({
    field: parts.field,
    transforms: [...parts.transforms, affine(parts.pixelwise ? columnStatistics(y.data, some.count) : statistics(y.data))],
    seed,
  });
}

interface Parts {
  readonly field: VelocityField;
  readonly transforms: readonly Transform[];
  /** Whether each pixel has a mean and deviation of its own. */
  readonly pixelwise: boolean;
}

/** Keeps the logit finite at the darkest and the lightest level. */
const alpha = 0.01;

/** The share of all pixels from which a level is a background, with a normal of its own. */
const heavy = 0.25;

const partsOf: { readonly [kind in FieldKind]: (set: PictureSet, settings: RecipeSettings) => Parts } = {
  mlp: ({ size, channels, levels, classes }, { width, depth }) => ({
    field: mlp({
      event: [size, size, channels],
      hidden: Array.from({ length: depth }, () => width),
      residual: true,
      ...(classes.length > 0 && { classes: classes.length }),
    }),
    transforms: [dequantise({ levels }), logit({ alpha })],
    pixelwise: true,
  }),
  unet: ({ size, channels, levels, classes, train }, { width, depth }) => ({
    field: unet({
      event: [size, size, channels],
      channels: width,
      multipliers: [1, 2, 4],
      blocks: depth,
      scaleShift: true,
      ...(classes.length > 0 && { classes: classes.length }),
    }),
    transforms: [dequantise({ levels }), quantile({ masses: countLevels(train, levels), heavy })],
    pixelwise: false,
  }),
};

/** How often each level occurs, and once more, so that none is impossible. */
function countLevels({ pixels }: Pictures, levels: number): number[] {
  const counts = Array.from({ length: levels }, () => 1);
  for (const level of pixels) counts[level]++;
  return counts;
}

interface Statistics<T> {
  readonly shift: T;
  readonly scale: T;
}

/** Mean and standard deviation, rounded to six digits so that the manifest stays readable. */
function statistics(data: ArrayLike<number>): Statistics<number> {
  const n = data.length;
  let sum = 0;
  for (let i = 0; i < n; i++) sum += data[i];
  const shift = sum / n;
  let squares = 0;
  for (let i = 0; i < n; i++) squares += (data[i] - shift) ** 2;
  return { shift: round(shift), scale: round(Math.max(Math.sqrt(squares / n), 1e-3)) };
}

/** The same of each column. */
function columnStatistics(data: Float32Array, rows: number): Statistics<number[]> {
  const dim = data.length / rows;
  const columns = Array.from({ length: dim }, (_, d) => statistics(Array.from({ length: rows }, (_, i) => data[i * dim + d])));
  return { shift: columns.map(({ shift }) => shift), scale: columns.map(({ scale }) => scale) };
}

const round = (v: number): number => Number(v.toPrecision(6));
