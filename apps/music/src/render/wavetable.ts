import type { Instrument } from './instrument.js';
import { frequencyOf, sineOfTurns } from './sine.js';

export const tableSize = 2048;

/** No harmonic above this frequency (Hz): far from the Nyquist frequency of 44,100 Hz, and gentle to the ear. */
const ceiling = 9000;

/**
 * One period of a pitch's sound, `tableSize` samples and the first again behind them, at a root mean square of 1. Phases
 * h²/2N turns keep its peaks low.
 *
 * Reference: Schroeder (1970), "Synthesis of low-peak-factor signals and binary sequences with low autocorrelation".
 */
export function wavetable(instrument: Instrument, pitch: number): Float32Array {
  const fundamental = frequencyOf(pitch);
  const count = Math.max(1, Math.min(40, Math.floor(ceiling / fundamental)));
  const sums = new Float64Array(tableSize);
  for (let h = 1; h <= count; h++) {
    const amplitude = instrument.harmonic(h, fundamental);
    const phase = (h * h) / (2 * count);
    for (let i = 0; i < tableSize; i++) sums[i] += amplitude * sines[(h * i + Math.floor(phase * tableSize)) % tableSize];
  }
  let squares = 0;
  for (const s of sums) squares += s * s;
  const scale = 1 / Math.sqrt(squares / tableSize);
  const table = new Float32Array(tableSize + 1);
  for (let i = 0; i <= tableSize; i++) table[i] = sums[i % tableSize] * scale;
  return table;
}

const sines = Float64Array.from({ length: tableSize }, (_, i) => sineOfTurns(i / tableSize));
