import { highestPitch, lowestPitch } from '../data/windows.js';
import { rest, voiceCount, type Score } from '../score.js';

/** Numbers in the code of one pitch. */
export const codeSize = 5;

const scale = 1.6;

/** The alphabet: rest, then every pitch of the range. */
export const alphabet: readonly number[] = [rest, ...Array.from({ length: highestPitch - lowestPitch + 1 }, (_, i) => lowestPitch + i)];

/**
 * A pitch as a point on a helix in R⁵: a place on the circle of semitones, one on the circle of fifths, and its height;
 * so that neighbours in melody, neighbours in harmony, and octaves are all near each other. A rest lies on the axis, far below.
 *
 * Reference: after Shepard (1982), "Geometrical approximations to the structure of musical pitch".
 */
function helixCode(pitch: number): number[] {
  if (pitch === rest) return [0, 0, 0, 0, -3 * scale];
  const semitones = (2 * Math.PI * pitch) / 12;
  const fifths = 7 * semitones;
  return [Math.cos(semitones), Math.sin(semitones), Math.cos(fifths), Math.sin(fifths), (1.5 * (pitch - 60)) / 12].map((x) =>
    Math.fround(scale * x),
  );
}

/** Codes of the whole alphabet, one row each. */
export const codebook: readonly (readonly number[])[] = alphabet.map(helixCode);

/** The number of a pitch in the alphabet, −1 for a pitch outside it. */
export const codeOf = (pitch: number): number =>
  pitch === rest ? 0 : pitch < lowestPitch || pitch > highestPitch ? -1 : pitch - lowestPitch + 1;

/** The score of codes by number, [step, voice] row by row. */
export const scoreOfCodes = (codes: Int32Array): Score => ({
  steps: codes.length / voiceCount,
  pitches: Int16Array.from(codes, (code) => alphabet[code]),
});

/** The numbers of a score, [step, voice · 5]: 20 numbers for each step. */
export function encodeScore(score: Score): Float32Array {
  const out = new Float32Array(score.steps * voiceCount * codeSize);
  score.pitches.forEach((pitch, slot) => out.set(codebook[codeOf(pitch)], slot * codeSize));
  return out;
}

/** The score whose codes lie nearest to the numbers. */
export function decodeScore(numbers: Float32Array): Score {
  const pitches = new Int16Array(numbers.length / codeSize);
  for (let slot = 0; slot < pitches.length; slot++) {
    let nearest = Infinity;
    codebook.forEach((code, k) => {
      let distance = 0;
      for (let d = 0; d < codeSize; d++) distance += (numbers[slot * codeSize + d] - code[d]) ** 2;
      if (distance < nearest) {
        nearest = distance;
        pitches[slot] = alphabet[k];
      }
    });
  }
  return { steps: pitches.length / voiceCount, pitches };
}
