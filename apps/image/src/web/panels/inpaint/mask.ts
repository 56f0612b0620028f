import type { PictureForm } from '../../../data/picture-set.js';

/** Pixels of the screen for one of the mask. */
const fine = 8;

/** Paints a picture with a mask of stripes over the part that is to be made anew. */
export function paintMasked(
  canvas: HTMLCanvasElement,
  levels: Uint8Array,
  mask: ArrayLike<number>,
  { size, channels, levels: count }: PictureForm,
): void {
  const side = size * fine;
  if (canvas.width !== side || canvas.height !== side) [canvas.width, canvas.height] = [side, side];
  const context = canvas.getContext('2d')!;
  const image = context.createImageData(side, side);
  for (let i = 0; i < side * side; i++) {
    const [x, y] = [i % side, Math.floor(i / side)];
    const pixel = Math.floor(y / fine) * size + Math.floor(x / fine);
    const stripe = mask[pixel] > 0.5 && ((x + y) % 8 < 4 ? stripes[0] : stripes[1]);
    for (let c = 0; c < 3; c++) {
      const level = Math.round((levels[pixel * channels + (channels === 3 ? c : 0)] * 255) / (count - 1));
      image.data[4 * i + c] = stripe ? Math.round(0.25 * level + 0.75 * stripe[c]) : level;
    }
    image.data[4 * i + 3] = 255;
  }
  context.putImageData(image, 0, 0);
}

const stripes = [
  [240, 150, 40],
  [110, 55, 10],
] as const;
