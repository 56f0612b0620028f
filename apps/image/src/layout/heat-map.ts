import { type ColourMap, colourOf } from './colour-maps.js';
import type { Picture } from './picture.js';

/** What the two ends of a heat map's colours stand for. */
export interface HeatRange {
  readonly low: number;
  readonly high: number;
}

/** The range of some numbers; of the same number everywhere, one wide. */
export function rangeOf(values: ArrayLike<number>): HeatRange {
  const all = Array.from(values);
  const [low, high] = [Math.min(...all), Math.max(...all)];
  return { low, high: high > low ? high : low + 1 };
}

/** Numbers of a square, [size, size], in colour. */
export function heatMap(values: ArrayLike<number>, size: number, { low, high }: HeatRange, map: ColourMap): Picture {
  const data = new Uint8Array(size * size * 3);
  for (let i = 0; i < size * size; i++) data.set(colourOf((values[i] - low) / (high - low), map), 3 * i);
  return { width: size, height: size, channels: 3, data };
}
