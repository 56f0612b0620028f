import { cosineOfTurns, sineOfTurns } from './sine.js';

/** y[n] = b0 x[n] + b1 x[n−1] + b2 x[n−2] − a1 y[n−1] − a2 y[n−2]. */
interface Biquad {
  readonly b0: number;
  readonly b1: number;
  readonly b2: number;
  readonly a1: number;
  readonly a2: number;
}

/**
 * A filter of second order. `turns` is its frequency as a share of the sample rate, `q` its sharpness; a band-pass has
 * gain 1 at its frequency.
 *
 * Reference: Bristow-Johnson (2005), "Cookbook formulae for audio EQ biquad filter coefficients".
 */
export function biquad(kind: 'low' | 'high' | 'band', turns: number, q: number): Biquad {
  const cosine = cosineOfTurns(turns);
  const alpha = sineOfTurns(turns) / (2 * q);
  const scale = 1 / (1 + alpha);
  const poles = { a1: -2 * cosine * scale, a2: (1 - alpha) * scale };
  if (kind === 'band') return { b0: alpha * scale, b1: 0, b2: -alpha * scale, ...poles };
  const side = kind === 'low' ? (1 - cosine) / 2 : (1 + cosine) / 2;
  return { b0: side * scale, b1: (kind === 'low' ? 2 : -2) * side * scale, b2: side * scale, ...poles };
}

/** Filters a sound in place. */
export function filter(sound: Float32Array, { b0, b1, b2, a1, a2 }: Biquad): Float32Array {
  let x1 = 0;
  let x2 = 0;
  let y1 = 0;
  let y2 = 0;
  for (let i = 0; i < sound.length; i++) {
    const x = sound[i];
    const y = b0 * x + b1 * x1 + b2 * x2 - a1 * y1 - a2 * y2;
    x2 = x1;
    x1 = x;
    y2 = y1;
    y1 = y;
    sound[i] = y;
  }
  return sound;
}
