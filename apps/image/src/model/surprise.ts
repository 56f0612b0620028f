import { entrySurprise, type Flow } from '@advect/core';
import { type PictureForm, pictureDim, type Pictures } from '../data/picture-set.js';
import { pictureRows, type ScoreSettings } from './score.js';

/** Where the bits of pictures come from. */
export interface Surprise {
  /** Bits of each pixel, channels together, [count, size, size]; over a picture they add up to its −log₂ p. */
  readonly pixels: Float64Array;
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
  const { draws, onProgress, seed, label, divergence, solverError: _, ...solver } = settings;
  const { count } = pictures;
  const dim = pictureDim(form);
  const area = form.size ** 2;
  const pixels = new Float64Array(count * area);
  const parts = { base: new Float64Array(count), divergence: new Float64Array(count), transforms: new Float64Array(count) };
  const scale = 1 / (draws * Math.LN2);
  for (let start = 0; start < count; start += atATime) {
    const end = Math.min(count, start + atATime);
    const rows = pictureRows(
      { count: end - start, pixels: pictures.pixels.subarray(start * dim, end * dim), labels: pictures.labels },
      form,
    );
    const own = label === undefined || typeof label === 'number' ? label : Array.from(label).slice(start, end);
    for (let draw = 0; draw < draws; draw++) {
      const found = await entrySurprise(flow, rows, {
        ...solver,
        ...((divergence === 'exact' || divergence === 'rademacher') && { divergence }),
        ...(own !== undefined && { label: own }),
        seed: seed + draw,
      });
      found.surprise.data.forEach((nats, i) => (pixels[start * area + Math.floor(i / form.channels)] += nats * scale));
      for (const part of ['base', 'divergence', 'transforms'] as const)
        found.parts[part].forEach((nats, i) => (parts[part][start + i] += nats * scale));
      onProgress?.(start * draws + (draw + 1) * (end - start), count * draws);
    }
  }
  return { pixels, parts };
}
