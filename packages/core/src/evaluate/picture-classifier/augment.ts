import { integers, type Key, split } from '../../random/index.js';

/** How pictures are varied while a classifier learns. */
export interface Augmentation {
  /** Pixels that a picture is moved by at most, each way; its edge is repeated where it leaves room. */
  readonly shift: number;
  /** Whether half of them are seen in a mirror. */
  readonly mirror: boolean;
}

/** Moves and mirrors pictures, [count, height, width, channels], each by draws of its own. */
export function augment(
  x: Float32Array,
  [height, width, channels]: readonly [number, number, number],
  { shift, mirror }: Augmentation,
  key: Key,
): Float32Array {
  if (shift === 0 && !mirror) return x;
  const size = height * width * channels;
  const count = x.length / size;
  const draws = (name: string, most: number): Int32Array => integers(split(key, name), count, most);
  const [down, right, turned] = [draws('down', 2 * shift + 1), draws('right', 2 * shift + 1), draws('mirror', mirror ? 2 : 1)];
  const inside = (v: number, length: number): number => Math.min(Math.max(v, 0), length - 1);
  const moved = new Float32Array(x.length);
  for (let i = 0; i < count; i++) {
    for (let r = 0; r < height; r++) {
      const row = i * size + inside(r + down[i] - shift, height) * width * channels;
      for (let c = 0; c < width; c++) {
        const from = row + inside((turned[i] ? width - 1 - c : c) + right[i] - shift, width) * channels;
        for (let k = 0; k < channels; k++) moved[i * size + (r * width + c) * channels + k] = x[from + k];
      }
    }
  }
  return moved;
}
