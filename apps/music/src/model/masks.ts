import { integers, type Key, split, uniforms } from '@advect/core/random';
import { windowSteps } from '../data/windows.js';
import { stepsPerBar, stepsPerBeat, voiceCount } from '../score.js';

/** Which cells of a window are given: 1 or 0 for each step and voice, row by row. */
export type Mask = Uint8Array;

/**
 * Draws what of a window is given, so that a flow that is told so learns what people ask for: some of the voices (harmonise),
 * all but some bars (infill), the first bars (continue), cells here and there (locked notes), and two of these at once.
 */
export function drawMask(key: Key): Mask {
  const [kind, other] = integers(split(key, 'kind'), 2, kinds.length + 1);
  const mask = kinds[Math.min(kind, kinds.length - 1)](split(key, 'first'));
  if (kind < kinds.length) return mask;
  const also = kinds[other % kinds.length](split(key, 'second'));
  return mask.map((given, slot) => given | also[slot]);
}

const fill = (given: (step: number, voice: number) => boolean): Mask =>
  Uint8Array.from({ length: windowSteps * voiceCount }, (_, slot) => Number(given(Math.floor(slot / voiceCount), slot % voiceCount)));

/** One to three of the voices; half of the time the soprano alone. */
function someVoices(key: Key): Mask {
  const [alone, chosen] = integers(key, 2, 2 ** voiceCount - 2);
  const voices = alone % 2 === 0 ? 1 : chosen + 1;
  return fill((_, voice) => ((voices >> voice) & 1) === 1);
}

/** All but a stretch of half bars, of all voices or of some. */
function aroundGap(key: Key): Mask {
  const halves = (2 * windowSteps) / stepsPerBar;
  const [length, from, voices] = integers(key, 3, 2 ** 20);
  const size = (1 + (length % (halves - 1))) * (stepsPerBar / 2);
  const start = (from % (1 + (windowSteps - size) / (stepsPerBar / 2))) * (stepsPerBar / 2);
  const open = voices % 3 > 0 ? 2 ** voiceCount - 1 : 1 + ((voices >> 2) % (2 ** voiceCount - 1));
  return fill((step, voice) => step < start || step >= start + size || ((open >> voice) & 1) === 0);
}

/** The beginning, two bars most of the time. */
function beginning(key: Key): Mask {
  const [often, length] = integers(key, 2, 2 ** 20);
  const end = often % 2 === 0 ? windowSteps / 2 : (1 + (length % (windowSteps / stepsPerBeat - 1))) * stepsPerBeat;
  return fill((step) => step < end);
}

/** Cells at random, or whole beats of a voice, at a rate that is drawn too. */
function scattered(key: Key): Mask {
  const [rate, whole] = uniforms(split(key, 'rate'), 2);
  const draws = uniforms(split(key, 'cells'), windowSteps * voiceCount);
  const at = (step: number): number => (whole < 0.5 ? step : step - (step % stepsPerBeat));
  return fill((step, voice) => draws[at(step) * voiceCount + voice] < rate);
}

const kinds = [someVoices, aroundGap, beginning, scattered] as const;
