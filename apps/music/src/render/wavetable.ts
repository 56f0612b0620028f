import type { WaveInstrument } from './instrument.js';
import { frequencyOf } from './power.js';
import { sineOfTurns } from './sine.js';

export const tableSize = 4096;

/** No harmonic above this frequency (Hz): far from the Nyquist frequency of 44,100 Hz, and gentle to the ear. */
const ceiling = 11_000;
const mostHarmonics = 64;

/** One period of a tone, `tableSize` samples and the first again behind them. */
export interface Tone {
  readonly bright: Float32Array;
  /** What it mellows to; absent where it stays as it is. */
  readonly dark?: Float32Array;
}

/**
 * The tones of a pitch, the bright one at a root mean square of 1. Phases h²/2N turns keep its peaks low.
 *
 * Reference: Schroeder (1970), "Synthesis of low-peak-factor signals and binary sequences with low autocorrelation".
 */
export function toneOf(instrument: WaveInstrument, pitch: number): Tone {
  const fundamental = frequencyOf(pitch);
  const count = Math.max(1, Math.min(mostHarmonics, Math.floor(ceiling / fundamental)));
  const bright = Float64Array.from({ length: count }, (_, i) => instrument.harmonic(i + 1, fundamental));
  // Each sine has a mean square of ½.
  const scale = 1 / Math.sqrt(bright.reduce((sum, a) => sum + (a * a) / 2, 0));
  const { mellow } = instrument;
  const darken = (h: number): number => {
    const ratio = (h * fundamental) / mellow!.ceiling;
    return 1 / (1 + ratio * ratio);
  };
  return {
    bright: tableOf(bright.map((a) => a * scale)),
    ...(mellow && { dark: tableOf(bright.map((a, i) => a * scale * (i === 0 ? 1 : darken(i + 1)))) }),
  };
}

function tableOf(amplitudes: Float64Array): Float32Array {
  const sums = new Float64Array(tableSize + 1);
  amplitudes.forEach((amplitude, i) => {
    const h = i + 1;
    const phase = Math.floor(((h * h) / (2 * amplitudes.length)) * tableSize);
    if (amplitude !== 0) for (let k = 0; k < tableSize; k++) sums[k] += amplitude * sines[(h * k + phase) % tableSize];
  });
  sums[tableSize] = sums[0];
  return Float32Array.from(sums);
}

const sines = Float64Array.from({ length: tableSize }, (_, i) => sineOfTurns(i / tableSize));
