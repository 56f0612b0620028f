import { type Mix, sampleRate } from './mix.js';
import { tenToMinus } from './power.js';

/** Lengths of the delay lines (samples), prime to each other. */
const lengths = [1433, 1601, 1867, 2053, 2251, 2399, 2617, 2861] as const;
const lines = lengths.length;

/** Lengths of the all-passes that make the echoes dense before the lines, for either side. */
const diffusers = [
  [229, 379, 613],
  [241, 353, 647],
] as const;
const diffusion = 0.62;

/** Seconds before the hall answers, and the share of each sample that a line's damping lets through at once. */
const preDelay = 0.018;
const openness = 0.62;

/**
 * The sound of a hall: all-passes, then a feedback delay network of eight damped lines mixed by a Householder matrix. The
 * function that it gives adds what the hall answers to samples `from` to `to` of a mix; stretches must follow each other.
 * Costs about 40 ns a sample.
 *
 * @param decay seconds in which the hall falls by 60 dB
 * References: Schroeder (1962), "Natural sounding artificial reverberation"; Jot & Chaigne (1991), "Digital delay networks
 * for designing artificial reverberators".
 */
export function hall(decay: number): (mix: Mix, from: number, to: number) => void {
  const buffers = lengths.map((n) => new Float32Array(n));
  const positions = new Int32Array(lines);
  const gains = Float64Array.from(lengths, (n) => tenToMinus((3 * n) / (decay * sampleRate)));
  const damped = new Float64Array(lines);
  const taps = new Float64Array(lines);
  const wait = Math.round(preDelay * sampleRate);
  const [spreadLeft, spreadRight] = diffusers.map((sizes) => sizes.map(allPass));
  return ({ left, right, send }, from, to) => {
    for (let i = Math.max(from, wait); i < to; i++) {
      let l = send[i - wait];
      let r = l;
      for (let k = 0; k < spreadLeft.length; k++) {
        l = spreadLeft[k](l);
        r = spreadRight[k](r);
      }
      let sum = 0;
      for (let k = 0; k < lines; k++) {
        damped[k] += openness * (buffers[k][positions[k]] - damped[k]);
        taps[k] = damped[k] * gains[k];
        sum += taps[k];
      }
      const shared = (2 / lines) * sum;
      for (let k = 0; k < lines; k++) {
        buffers[k][positions[k]] = (k % 2 === 0 ? l : r) * 0.5 + taps[k] - shared;
        positions[k] = positions[k] + 1 === lengths[k] ? 0 : positions[k] + 1;
      }
      left[i] += taps[0] - taps[2] + taps[4] - taps[6] + 0.4 * (taps[1] - taps[5]);
      right[i] += taps[1] - taps[3] + taps[5] - taps[7] + 0.4 * (taps[0] - taps[4]);
    }
  };
}

function allPass(size: number): (x: number) => number {
  const buffer = new Float32Array(size);
  let at = 0;
  return (x) => {
    const delayed = buffer[at];
    const inner = x + diffusion * delayed;
    buffer[at] = inner;
    at = at + 1 === size ? 0 : at + 1;
    return delayed - diffusion * inner;
  };
}
