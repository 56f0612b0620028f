import { numeric } from '@advect/node';
import type { Animation } from '../codec/encode-animation.js';
import { seriesSheet } from '../layout/series.js';
import type { Picture } from '../layout/picture.js';
import { enlargingOptions } from './enlarging.js';

/** Options of a command that writes moving pictures. */
export const movingOptions = {
  delay: numeric({ description: 'milliseconds that a picture is shown, in steps of 10', integer: true, min: 20, max: 60_000, default: 80 }),
  hold: numeric({ description: 'milliseconds that the end is shown', integer: true, min: 20, max: 60_000, default: 1200 }),
  loops: numeric({ description: 'times that all is shown, 0 without end', integer: true, min: 0, max: 60_000, default: 0 }),
  ...enlargingOptions,
};

export interface Showing {
  readonly delay: number;
  readonly hold: number;
  readonly loops: number;
  /** After the end the way back, and then from the start again. */
  readonly back: boolean;
  /** Whether the start is held, too. */
  readonly holdStart: boolean;
}

/** Pictures in the order and for the times in which they are shown; on the way back neither end comes twice. */
export function showing(frames: readonly Picture[], { delay, hold, loops, back, holdStart }: Showing): Animation {
  const rounded = (milliseconds: number): number => 10 * Math.round(milliseconds / 10);
  const last = frames.length - 1;
  const delays = frames.map((_, i) => rounded(i === last || (holdStart && i === 0) ? hold : delay));
  if (!back) return { frames, delays, loops };
  // Without a repetition the first picture is the end of the way back.
  const way = Array.from({ length: Math.max(0, last - (loops === 1 ? 0 : 1)) }, (_, i) => last - 1 - i);
  return {
    frames: [...frames, ...way.map((i) => frames[i])],
    delays: [...delays, ...way.map((i) => rounded(i === 0 ? hold : delay))],
    loops,
  };
}

/** The sheet of a series at each time, enlarged. */
export async function sheets(
  moments: readonly (readonly Picture[])[],
  titles: readonly string[],
  { scale, style }: { readonly scale: number; readonly style: 'smooth' | 'sharp' },
): Promise<Picture[]> {
  const { enlarge } = await import('../codec/encode.js');
  const sheet = async (pictures: readonly Picture[]): Promise<Picture> =>
    seriesSheet(await Promise.all(pictures.map((picture) => enlarge(picture, scale, style))), titles);
  const made: Picture[] = [];
  for (const pictures of moments) made.push(await sheet(pictures));
  return made;
}
