/** Lengths of the delay lines (samples), prime to each other, and the signs with which the input enters them. */
const lengths = [1433, 1601, 1867, 2053, 2251, 2399, 2617, 2861] as const;
const lines = lengths.length;

/**
 * Adds the sound of a hall to a stereo signal, in place: a feedback delay network of eight damped lines mixed by a
 * Householder matrix, behind a pre-delay. Deterministic; costs about fifty operations a sample.
 *
 * @param wet share of the hall in the result, 0 … 1
 * @param decay seconds in which the hall falls by 60 dB
 * Reference: Jot & Chaigne (1991), "Digital delay networks for designing artificial reverberators".
 */
export function reverberate(left: Float32Array, right: Float32Array, sampleRate: number, wet: number, decay: number): void {
  const buffers = lengths.map((n) => new Float32Array(n));
  const positions = new Int32Array(lines);
  // 10^(−3·n/(decay·rate)) by squaring 10^(−3/2^k): exact enough, and the same everywhere.
  const gains = Float64Array.from(lengths, (n) => tenToMinus((3 * n) / (decay * sampleRate)));
  const damped = new Float64Array(lines);
  const taps = new Float64Array(lines);
  const preDelay = Math.round(0.018 * sampleRate);
  const dry = 1 - wet;
  const inLeft = left.slice();
  const inRight = right.slice();
  for (let i = 0; i < left.length; i++) {
    const l = i >= preDelay ? inLeft[i - preDelay] : 0;
    const r = i >= preDelay ? inRight[i - preDelay] : 0;
    let sum = 0;
    for (let k = 0; k < lines; k++) {
      const out = buffers[k][positions[k]];
      damped[k] += 0.62 * (out - damped[k]);
      taps[k] = damped[k] * gains[k];
      sum += taps[k];
    }
    const shared = (2 / lines) * sum;
    for (let k = 0; k < lines; k++) {
      buffers[k][positions[k]] = (k % 2 === 0 ? l : r) * 0.5 + taps[k] - shared;
      positions[k] = positions[k] + 1 === lengths[k] ? 0 : positions[k] + 1;
    }
    left[i] = dry * inLeft[i] + wet * (taps[0] - taps[2] + taps[4] - taps[6] + 0.4 * (taps[1] - taps[5]));
    right[i] = dry * inRight[i] + wet * (taps[1] - taps[3] + taps[5] - taps[7] + 0.4 * (taps[0] - taps[4]));
  }
}

/** 10^−x for x ≥ 0, from sums, products and square roots alone (they round the same in every engine). */
function tenToMinus(x: number): number {
  let result = 1;
  let whole = Math.floor(x);
  let fraction = x - whole;
  while (whole-- > 0) result *= 0.1;
  let root = 0.1;
  for (let bit = 0; bit < 30; bit++) {
    root = Math.sqrt(root);
    fraction *= 2;
    if (fraction >= 1) {
      result *= root;
      fraction -= 1;
    }
  }
  return result;
}
