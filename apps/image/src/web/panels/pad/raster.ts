import type { Mark, Stroke } from './marks.js';

/** What is drawn on: one value for each pixel and channel, [size, size, channels]. */
export interface Paper {
  readonly size: number;
  readonly channels: number;
  readonly values: ArrayLike<number>;
}

/**
 * Paper with marks on it, [size, size, channels]. A soft brush covers the pixels at its rim in part; a hard one takes each
 * pixel whose middle it reaches, and no other.
 *
 * Cost: marks × pixels near them.
 */
export function raster({ size, channels, values }: Paper, marks: readonly Mark[], rim: 'soft' | 'hard'): Float32Array {
  const drawn = Float32Array.from(values);
  for (const mark of marks) {
    const cover = mark.kind === 'fill' ? undefined : coverage(mark, size, rim);
    for (let i = 0; i < size * size; i++) {
      const share = cover ? cover[i] : 1;
      if (share === 0) continue;
      for (let c = 0; c < channels; c++) {
        const at = i * channels + c;
        drawn[at] += share * ((mark.ink ? mark.ink[c] : values[at]) - drawn[at]);
      }
    }
  }
  return drawn;
}

/** How much of each pixel a stroke covers, from 0 to 1, [size, size]; places where it crosses itself count once. */
export function coverage({ path, radius }: Stroke, size: number, rim: 'soft' | 'hard'): Float32Array {
  const cover = new Float32Array(size * size);
  const reach = radius + (rim === 'soft' ? 0.5 : 0);
  for (let i = 0; i < path.length; i += 2) {
    const from = Math.max(0, i - 2);
    const [x0, y0, x1, y1] = [path[from], path[from + 1], path[i], path[i + 1]];
    const [left, right] = inside(Math.min(x0, x1) - reach, Math.max(x0, x1) + reach, size);
    const [top, bottom] = inside(Math.min(y0, y1) - reach, Math.max(y0, y1) + reach, size);
    for (let y = top; y <= bottom; y++) {
      for (let x = left; x <= right; x++) {
        const distance = toSegment(x + 0.5, y + 0.5, x0, y0, x1, y1);
        const share = rim === 'soft' ? Math.min(1, Math.max(0, reach - distance)) : distance <= radius ? 1 : 0;
        cover[y * size + x] = Math.max(cover[y * size + x], share);
      }
    }
  }
  return cover;
}

const inside = (low: number, high: number, size: number): [number, number] => [
  Math.max(0, Math.floor(low)),
  Math.min(size - 1, Math.floor(high)),
];

function toSegment(x: number, y: number, x0: number, y0: number, x1: number, y1: number): number {
  const [dx, dy] = [x1 - x0, y1 - y0];
  const length = dx * dx + dy * dy;
  const along = length === 0 ? 0 : Math.min(1, Math.max(0, ((x - x0) * dx + (y - y0) * dy) / length));
  return Math.hypot(x - x0 - along * dx, y - y0 - along * dy);
}
