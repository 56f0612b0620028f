import { type Drum, drums } from '../drum-kit.js';
import { type Groove, grooveStepsPerBeat } from '../groove.js';

/** Where a drum's strokes lie beside the grid, and how hard they are. */
export interface DrumPocket {
  readonly drum: Drum;
  readonly strokes: number;
  /** Milliseconds behind the grid, negative where before it: the mean, and the standard deviation. */
  readonly late: number;
  readonly spread: number;
  /** Velocity, 0 … 1, the same. */
  readonly velocity: number;
  readonly velocitySpread: number;
}

/** Milliseconds of a grid step. */
export const stepMilliseconds = (tempo: number): number => 60_000 / tempo / grooveStepsPerBeat;

/** The pocket of a groove, drum by drum; drums that are not struck are left out. */
export function pocketOf({ hits, velocities, offsets }: Groove, tempo: number): DrumPocket[] {
  return drums.flatMap((drum, d) => {
    const struck = [...hits.keys()].filter((i) => hits[i] === 1 && i % drums.length === d);
    if (struck.length === 0) return [];
    const late = moments(struck.map((i) => offsets[i] * stepMilliseconds(tempo)));
    const hard = moments(struck.map((i) => velocities[i]));
    return [{ drum, strokes: struck.length, late: late.mean, spread: late.spread, velocity: hard.mean, velocitySpread: hard.spread }];
  });
}

function moments(values: readonly number[]): { readonly mean: number; readonly spread: number } {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  return { mean, spread: Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length) };
}
