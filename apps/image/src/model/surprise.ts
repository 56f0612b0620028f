import { entrySurprise, type Flow } from '@advect/core';
import { type PictureForm, pictureDim, type Pictures } from '../data/picture-set.js';
import { drawRows } from './draw-rows.js';
import type { ScoreSettings } from './score.js';

/** Where the bits of pictures come from. */
export interface Surprise {
  /** Bits of each pixel, channels together, [count, size, size]; over a picture they add up to its −log₂ p. */
  readonly pixels: Float64Array;
  /** Bits/dim by each draw, [draws][pictures]: the sums of their pixels. */
  readonly bitsPerDim: readonly Float64Array[];
  /** The same −log₂ p of each picture in parts, bits: where its noise lies, how the flow stretches, the transforms. */
  readonly parts: { readonly base: Float64Array; readonly divergence: Float64Array; readonly transforms: Float64Array };
}

const atATime = 128;

/**
 * How many bits of a picture each pixel costs, under the label of each (−1: none): the library's `entrySurprise`, the part of
 * −log p at the pixel's own noise, its own stretching on the way and its transform, averaged over draws of the
 * dequantisation. Parts may be negative; they are no densities of single pixels, but they add up to the picture's −log p.
 *
 * With the same seed and settings the sum is that of `scoreDraws` under the same labels, to the solver's error.
 */
export async function pixelSurprise(flow: Flow, pictures: Pictures, form: PictureForm, settings: ScoreSettings): Promise<Surprise> {
  const { draws, firstDraw = 0, onProgress, seed, label, divergence, solverError: _, ...solver } = settings;
  const { count } = pictures;
  const area = form.size ** 2;
  const dim = pictureDim(form);
  const drawn = drawRows(flow, pictures, form, { draws, firstDraw, seed, ...(label !== undefined && { label }) });
  const pixels = new Float64Array(count * area);
  const parts = { base: new Float64Array(count), divergence: new Float64Array(count), transforms: new Float64Array(count) };
  const bitsPerDim = Array.from({ length: draws }, () => new Float64Array(count));
  const scale = 1 / (draws * Math.LN2);
  for (let start = 0; start < drawn.count; start += atATime) {
    const end = Math.min(drawn.count, start + atATime);
    const found = await entrySurprise(drawn.flow, drawn.rows(start, end), {
      ...solver,
      ...((divergence === 'exact' || divergence === 'rademacher') && { divergence }),
      ...drawn.label(start, end),
      seed,
    });
    const pictureOf = (i: number): number => Math.floor((start + i) / draws);
    found.surprise.data.forEach((value, at) => {
      const i = Math.floor(at / dim);
      pixels[pictureOf(i) * area + Math.floor((at % dim) / form.channels)] += value * scale;
      bitsPerDim[(start + i) % draws][pictureOf(i)] += value / (dim * Math.LN2);
    });
    for (const part of ['base', 'divergence', 'transforms'] as const)
      found.parts[part].forEach((value, i) => (parts[part][pictureOf(i)] += value * scale));
    onProgress?.(end, drawn.count);
  }
  return { pixels, parts, bitsPerDim };
}
