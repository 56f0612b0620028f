import { affine, cnf, type Flow, key, type NdArray, ndarray, rowKeys, split, type Transform } from '@advect/core';
import { uniforms } from '@advect/core/random';
import { type PictureForm, pictureDim, type Pictures } from '../data/picture-set.js';
import { pictureRows } from './picture-rows.js';

/** Noise of dequantisation stays this far from the next level, as a part of a level, so that small errors change no level. */
export const margin = 1 / 16;

/** A flow without its transforms, and what they do to points between levels. */
export interface BetweenLevels {
  /** The same field, base and weights in the space of the field. */
  readonly bare: Flow;
  /** From levels and parts of them, [count, size, size, channels], to the space of the field. */
  forward(x: NdArray): NdArray;
  /** And back, without rounding. */
  inverse(y: NdArray): NdArray;
}

/** A flow's transforms for points between levels: no noise is added. */
export const smoothTransforms = ({ transforms }: Pick<Flow, 'transforms'>): readonly Transform[] =>
  transforms.map((transform) =>
    transform.config.kind === 'dequantise' ? affine({ shift: 0, scale: transform.config.levels as number }) : transform,
  );

/** Takes a flow of pictures apart, so that what is added to levels comes back and errors can be seen. */
export function betweenLevels(flow: Flow): BetweenLevels {
  const { field, base, parameters } = flow;
  const smooth = smoothTransforms(flow);
  return {
    bare: cnf({ field, base, parameters }),
    forward: (x) => smooth.reduce((at, transform) => transform.forward(at, []).y, x),
    inverse: (y) => smooth.reduceRight((at, transform) => transform.inverse(at).x, y),
  };
}

/**
 * Pictures as points between levels, level + u with u uniform from `margin` to 1 − `margin`, made from the seed and the
 * picture itself: the dequantisation of codes.
 */
export function dequantised(pictures: Pictures, form: PictureForm, seed: number): NdArray {
  const rows = pictureRows(pictures, form);
  const dim = pictureDim(form);
  const data = rows.data.slice();
  rowKeys(split(key(seed), 'levels'), rows).forEach((own, row) => {
    uniforms(own, dim).forEach((u, i) => (data[row * dim + i] += margin + (1 - 2 * margin) * u));
  });
  return ndarray(data, rows.shape);
}

/** Points between levels as whole levels. */
export const toLevels = ({ data }: NdArray, { levels }: Pick<PictureForm, 'levels'>): Uint8Array =>
  Uint8Array.from(data, (v) => Math.min(levels - 1, Math.max(0, Math.floor(v))));
