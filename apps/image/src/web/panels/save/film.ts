import type { PictureForm } from '../../../data/picture-set.js';

/** Pictures one after another. */
export interface Film {
  readonly form: PictureForm;
  /** [count, size, size, channels], levels. */
  readonly frames: Uint8Array;
  readonly count: number;
  /** Of each frame but the last, in milliseconds. */
  readonly delay: number;
  /** Of the last. */
  readonly hold: number;
}

/** One frame's levels. */
export const frameOf = ({ frames, count }: Pick<Film, 'frames' | 'count'>, i: number): Uint8Array => {
  const dim = frames.length / count;
  return frames.subarray(i * dim, (i + 1) * dim);
};

/** There and back again; neither end is shown twice. */
export function backAndForth(film: Film): Film {
  const order = [...Array(film.count).keys(), ...Array.from({ length: Math.max(0, film.count - 2) }, (_, i) => film.count - 2 - i)];
  const dim = film.frames.length / film.count;
  const frames = new Uint8Array(order.length * dim);
  order.forEach((frame, i) => frames.set(frameOf(film, frame), i * dim));
  return { ...film, frames, count: order.length, hold: film.delay };
}

/** Bytes of red, green, blue and opacity, each pixel repeated `scale` times both ways. */
export function enlarged(
  levels: ArrayLike<number>,
  { size, channels, levels: count }: PictureForm,
  scale: number,
): Uint8ClampedArray<ArrayBuffer> {
  const side = size * scale;
  const out = new Uint8ClampedArray(side * side * 4);
  for (let i = 0; i < side * side; i++) {
    const from = (Math.floor(Math.floor(i / side) / scale) * size + Math.floor((i % side) / scale)) * channels;
    for (let c = 0; c < 3; c++) out[4 * i + c] = Math.round((levels[from + (channels === 3 ? c : 0)] * 255) / (count - 1));
    out[4 * i + 3] = 255;
  }
  return out;
}

/** How often each pixel is repeated for a picture of about 256 pixels. */
export const scaleFor = (size: number): number => Math.max(1, Math.round(256 / size));
