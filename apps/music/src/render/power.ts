// Powers from sums, products and square roots alone, which round the same in every engine; Math.pow does not.

/** 2^(k/12), k = 0 … 11. */
const semitoneRatios = [
  1, 1.0594630943592953, 1.122462048309373, 1.189207115002721, 1.2599210498948732, 1.3348398541700344, 1.4142135623730951,
  1.4983070768766815, 1.5874010519681994, 1.681792830507429, 1.7817974362806785, 1.8877486253633868,
] as const;

/** Frequency (Hz) of a MIDI pitch, A4 = 69 = 440 Hz, equally tempered. */
export function frequencyOf(pitch: number): number {
  const above = pitch - 69;
  const octaves = Math.floor(above / 12);
  let frequency = 440 * semitoneRatios[above - 12 * octaves];
  for (let k = 0; k < octaves; k++) frequency *= 2;
  for (let k = 0; k > octaves; k--) frequency /= 2;
  return frequency;
}

/** 10^−x for x ≥ 0, to 1e-9. */
export function tenToMinus(x: number): number {
  let result = 1;
  let whole = Math.floor(x);
  let fraction = x - whole;
  while (whole-- > 0) result *= 0.1;
  let root = 0.1;
  for (let bit = 0; bit < 48; bit++) {
    root = Math.sqrt(root);
    fraction *= 2;
    if (fraction >= 1) {
      result *= root;
      fraction -= 1;
    }
  }
  return result;
}

/** The factor that, applied once a sample, makes a sound 60 dB softer in that many samples. */
export const decayOver = (samples: number): number => tenToMinus(3 / samples);
