import type { Groove } from '../groove.js';
import { offsetScale, velocityScale } from './stroke-scale.js';

/**
 * How surprising the touch of each stroke is beside how a flow would play the same pattern: bits of its velocity and its offset,
 * to the grain of MIDI, under normal distributions fitted to that stroke in `drawn`; [step, drum], 0 where nothing is struck. Ten
 * draws or more make a fair estimate.
 */
export function touchBits(played: Groove, drawn: readonly Groove[]): Float32Array {
  const velocities = fits(played, drawn, 'velocities', velocityScale.grain);
  const offsets = fits(played, drawn, 'offsets', offsetScale.grain);
  return velocities.map((bits, i) => bits + offsets[i]);
}

function fits({ hits, ...played }: Groove, drawn: readonly Groove[], part: 'velocities' | 'offsets', step: number): Float32Array {
  return Float32Array.from(hits, (hit, i) => {
    if (!hit) return 0;
    const values = drawn.map((groove) => groove[part][i]);
    const mean = values.reduce((a, b) => a + b, 0) / values.length;
    // The error of the mean and the grain of the file belong to what the stroke is measured by.
    const variance = (values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / Math.max(1, values.length - 1)) * (1 + 1 / values.length);
    const spread = Math.sqrt(variance + (step * step) / 12);
    const z = (played[part][i] - mean) / spread;
    return Math.max(0, (z * z) / 2 + Math.log((spread * Math.sqrt(2 * Math.PI)) / step)) / Math.LN2;
  });
}
