import { rest } from '../../../score.js';

/** A note as it was played, seconds by one clock. */
export interface PlayedNote {
  readonly pitch: number;
  readonly from: number;
  readonly to: number;
}

/**
 * One voice on a grid from notes as they were played: starts and ends at the nearest step, at least one step long; a later note cuts
 * off an earlier one, and of those on one step the higher stays. What lies outside is left out.
 */
export function quantise(
  notes: readonly PlayedNote[],
  { begin, perStep, steps }: { readonly begin: number; readonly perStep: number; readonly steps: number },
): Int16Array {
  const at = (seconds: number): number => Math.round((seconds - begin) / perStep);
  const pitches = new Int16Array(steps).fill(rest);
  const placed = notes
    .map(({ pitch, from, to }) => ({ pitch, from: at(from), to: Math.max(at(from) + 1, at(to)) }))
    .filter(({ from }) => from >= 0 && from < steps)
    .sort((a, b) => a.from - b.from || b.pitch - a.pitch);
  const first = placed.filter(({ from }, i) => placed[i - 1]?.from !== from);
  first.forEach(({ pitch, from, to }, i) => pitches.fill(pitch, from, Math.min(to, first[i + 1]?.from ?? steps, steps)));
  return pitches;
}
