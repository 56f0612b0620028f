import type { PictureForm } from '../../data/picture-set.js';
import type { Wall } from '../studio-verbs.js';

/** Levels of one picture of a wall at a time; between the times that are kept, between their levels. */
export function levelsAt({ times, frames }: Wall, dim: number, place: number, time: number): Float32Array {
  const count = frames.length / dim / times.length;
  const at = Math.min(1, Math.max(0, time)) * (times.length - 1);
  const [low, share] = [Math.floor(at), at - Math.floor(at)];
  const high = Math.min(times.length - 1, low + 1);
  const [a, b] = [low, high].map((frame) => (frame * count + place) * dim);
  return Float32Array.from({ length: dim }, (_, i) => (1 - share) * frames[a + i] + share * frames[b + i]);
}

/** Paints a picture's levels on a canvas, pixel for pixel. */
export function paint(canvas: HTMLCanvasElement, levels: ArrayLike<number>, { size, channels, levels: count }: PictureForm): void {
  if (canvas.width !== size || canvas.height !== size) [canvas.width, canvas.height] = [size, size];
  const context = canvas.getContext('2d')!;
  const image = context.createImageData(size, size);
  const scale = 255 / (count - 1);
  for (let pixel = 0; pixel < size * size; pixel++) {
    for (let c = 0; c < 3; c++) image.data[pixel * 4 + c] = Math.round(levels[pixel * channels + (channels === 3 ? c : 0)] * scale);
    image.data[pixel * 4 + 3] = 255;
  }
  context.putImageData(image, 0, 0);
}
