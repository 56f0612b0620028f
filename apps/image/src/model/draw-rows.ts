import { cnf, type Flow, key, type NdArray, ndarray, rowKeys, split } from '@advect/core';
import { uniforms } from '@advect/core/random';
import { choosePictures, type PictureForm, pictureDim, type Pictures } from '../data/picture-set.js';
import { smoothTransforms } from './between-levels.js';
import { pictureRows } from './picture-rows.js';

/** Pictures with several draws of dequantisation noise each, as rows of one solve. */
export interface DrawRows {
  /** The same density on points between levels, −log p of which is that of the flow with the same noise. */
  readonly flow: Flow;
  /** pictures × draws; row r is draw r mod draws of picture ⌊r / draws⌋. */
  readonly count: number;
  /** Rows from `start` to before `end` as points, level + u, [end − start, size, size, channels]. */
  rows(start: number, end: number): NdArray;
  /** The labels of those rows, for some of the pictures; nothing where the density is without a class. */
  label(start: number, end: number): { readonly label?: number | readonly number[] };
}

/**
 * Lays out draws as rows. Executors compute several rows in about the time of one (WebAssembly eight of a U-Net), and each row
 * has probes of its own, so that draws with one probe each cost a fraction of one draw with many, and say as much.
 * Draw d, counted from `firstDraw`, meets the noise that the flow itself draws with the seed `seed` + d.
 */
export function drawRows(
  flow: Flow,
  pictures: Pictures,
  form: PictureForm,
  { draws, firstDraw, seed, label }: { readonly draws: number; readonly firstDraw: number; readonly seed: number; readonly label?: number | ArrayLike<number> }, // prettier-ignore
): DrawRows {
  const { field, base, parameters, transforms } = flow;
  const dim = pictureDim(form);
  const place = transforms.findIndex(({ config }) => config.kind === 'dequantise');
  const pictureOf = (row: number): number => Math.floor(row / draws);
  const indices = (start: number, end: number): number[] => Array.from({ length: end - start }, (_, i) => pictureOf(start + i));
  return {
    flow: cnf({ field, base, parameters, transforms: smoothTransforms(flow) }),
    count: pictures.count * draws,
    rows(start, end) {
      const levels = pictureRows(choosePictures(pictures, indices(start, end)), form);
      const data = levels.data.slice();
      for (let i = 0; i < end - start; i++) {
        const own = levels.data.slice(i * dim, (i + 1) * dim);
        const [ofRow] = rowKeys(split(key(seed + firstDraw + ((start + i) % draws)), 'transform'), ndarray(own, [1, dim]));
        uniforms(split(ofRow, place), dim).forEach((u, d) => (data[i * dim + d] = Math.min(own[d] + u, justBelow(own[d] + 1))));
      }
      return ndarray(data, levels.shape);
    },
    label(start, end) {
      if (label === undefined || typeof label === 'number') return label === undefined ? {} : { label };
      return { label: indices(start, end).map((picture) => label[picture]) };
    },
  };
}

/** The next lower number in float32, so that rounding reaches no further level. */
const justBelow = (level: number): number => Math.fround(level * (1 - 2 ** -24));
