import { affine, cnf, dequantise, type Flow, key, logit, mlp, toModelSpace, rowKeys, split } from '@advect/core';
import { choosePictures, type PictureSet } from '../data/picture-set.js';
import { pictureRows } from './score.js';

export interface RecipeSettings {
  /** Width and number of hidden layers. */
  readonly width: number;
  readonly depth: number;
  readonly seed: number;
}

/** Keeps the logit finite at the darkest and the lightest level. */
const alpha = 0.01;
const mostForStatistics = 4096;

/**
 * An untrained flow for a set of pictures: uniform dequantisation, logit, each pixel standardised by the training
 * pictures' mean and deviation there, and a concat-squash MLP that knows the class where there are any.
 */
export function pictureFlow(set: PictureSet, { width, depth, seed }: RecipeSettings): Flow {
  const toLogits = [dequantise({ levels: set.levels }), logit({ alpha })];
  const some = choosePictures(
    set.train,
    Int32Array.from({ length: Math.min(mostForStatistics, set.train.count) }, (_, i) => i),
  );
  const rows = pictureRows(some, set);
  const { y } = toModelSpace(toLogits, rows, rowKeys(split(key(seed), 'statistics'), rows));
  const { shift, scale } = columnStatistics(y.data, some.count);
  return cnf({
    field: mlp({
      event: [set.size, set.size, set.channels],
      hidden: Array.from({ length: depth }, () => width),
      residual: true,
      ...(set.classes.length > 0 && { classes: set.classes.length }),
    }),
    transforms: [...toLogits, affine({ shift, scale })],
    seed,
  });
}

/** Mean and standard deviation of each column, rounded to six digits so that the manifest stays readable. */
function columnStatistics(data: Float32Array, rows: number): { shift: number[]; scale: number[] } {
  const dim = data.length / rows;
  const round = (v: number): number => Number(v.toPrecision(6));
  const columns = Array.from({ length: dim }, (_, d) => Array.from({ length: rows }, (_, i) => data[i * dim + d]));
  const shift = columns.map((column) => column.reduce((sum, v) => sum + v, 0) / rows);
  const scale = columns.map((column, d) => Math.sqrt(column.reduce((sum, v) => sum + (v - shift[d]) ** 2, 0) / rows));
  return { shift: shift.map(round), scale: scale.map((v) => round(Math.max(v, 1e-3))) };
}
