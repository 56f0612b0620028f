/**
 * sin(2π·turns) by a polynomial, for turns ≥ 0: only sums and products, so that every engine computes the same bits. Absolute
 * error below 4e-8 (tested against Math.sin).
 */
export function sineOfTurns(turns: number): number {
  const x = turns - Math.floor(turns) - 0.5;
  const folded = x > 0.25 ? 0.5 - x : x < -0.25 ? -0.5 - x : x;
  const y = folded * TAU;
  const z = y * y;
  return -y * (1 - (z / 6) * (1 - (z / 20) * (1 - (z / 42) * (1 - (z / 72) * (1 - (z / 110) * (1 - z / 156))))));
}

const TAU = 6.283185307179586;

/** 2^(k/12), k = 0 … 11. */
const semitoneRatios = [
  1, 1.0594630943592953, 1.122462048309373, 1.189207115002721, 1.2599210498948732, 1.3348398541700344, 1.4142135623730951,
  1.4983070768766815, 1.5874010519681994, 1.681792830507429, 1.7817974362806785, 1.8877486253633868,
] as const;

/** Frequency (Hz) of a MIDI pitch, A4 = 69 = 440 Hz, equally tempered. */
export function frequencyOf(pitch: number): number {
  const above = pitch - 69;
  const octaves = Math.floor(above / 12);
  return 440 * semitoneRatios[above - 12 * octaves] * 2 ** octaves;
}
