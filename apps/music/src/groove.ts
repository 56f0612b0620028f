import { type Drum, drums } from './drum-kit.js';

/** Grid steps (sixteenth notes) in a quarter note. */
export const grooveStepsPerBeat = 4;

/**
 * A drum pattern on a grid of sixteenth notes, [step, drum] row by row in the order of `drums`: what is struck, how hard, and
 * how far off the grid. Where nothing is struck, velocity and offset are 0.
 */
export interface Groove {
  readonly steps: number;
  /** 1 where a drum is struck, else 0. */
  readonly hits: Uint8Array;
  /** How hard, 0 … 1 (127 of MIDI). */
  readonly velocities: Float32Array;
  /** How late, in steps: −0.5 (early) … 0.5. */
  readonly offsets: Float32Array;
}

/** One stroke of a groove. */
export interface Stroke {
  readonly step: number;
  readonly drum: Drum;
  readonly velocity: number;
  readonly offset: number;
}

/** The strokes of a groove in the order of its grid. */
export function strokesOf({ steps, hits, velocities, offsets }: Groove): Stroke[] {
  const strokes: Stroke[] = [];
  for (let step = 0; step < steps; step++) {
    drums.forEach((drum, d) => {
      const at = step * drums.length + d;
      if (hits[at]) strokes.push({ step, drum, velocity: velocities[at], offset: offsets[at] });
    });
  }
  return strokes;
}

/** A groove of that many steps. Of several strokes of one drum at one step the hardest stays. */
export function grooveOf(steps: number, strokes: readonly Stroke[]): Groove {
  const size = steps * drums.length;
  const groove = { steps, hits: new Uint8Array(size), velocities: new Float32Array(size), offsets: new Float32Array(size) };
  for (const { step, drum, velocity, offset } of strokes) {
    const at = step * drums.length + drums.indexOf(drum);
    if (step < 0 || step >= steps || (groove.hits[at] && groove.velocities[at] >= velocity)) continue;
    groove.hits[at] = 1;
    groove.velocities[at] = velocity;
    groove.offsets[at] = offset;
  }
  return groove;
}

/** Steps `from` (inclusive) to `to` (exclusive), silence behind the end. */
export function sliceSteps({ hits, velocities, offsets }: Groove, from: number, to: number): Groove {
  const cut = <A extends Uint8Array | Float32Array>(values: A, into: A): A => {
    into.set(values.subarray(from * drums.length, to * drums.length));
    return into;
  };
  const size = (to - from) * drums.length;
  return {
    steps: to - from,
    hits: cut(hits, new Uint8Array(size)),
    velocities: cut(velocities, new Float32Array(size)),
    offsets: cut(offsets, new Float32Array(size)),
  };
}

/** Grooves one after another. */
export const joinGrooves = (grooves: readonly Groove[]): Groove => ({
  steps: grooves.reduce((sum, { steps }) => sum + steps, 0),
  hits: Uint8Array.from(grooves.flatMap(({ hits }) => [...hits])),
  velocities: Float32Array.from(grooves.flatMap(({ velocities }) => [...velocities])),
  offsets: Float32Array.from(grooves.flatMap(({ offsets }) => [...offsets])),
});
