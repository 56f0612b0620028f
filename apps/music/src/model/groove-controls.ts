import { integers, key, split } from '@advect/core/random';
import type { Groove } from '../groove.js';

const controls = split(key(0), 'groove controls');

/** The same strokes on the grid, all equally hard. */
export const quantised = (groove: Groove, velocity = 0.6): Groove => ({
  ...groove,
  velocities: Float32Array.from(groove.hits, (hit) => hit * velocity),
  offsets: new Float32Array(groove.offsets.length),
});

/** The same strokes, each with the velocity and the offset of strokes drawn from all sources: the right marginals, at no place. */
export function jittered(groove: Groove, number: number, sources: readonly Groove[]): Groove {
  const size = groove.hits.length;
  const draws = integers(split(controls, number), 4 * size, 2 ** 31);
  const from = (draw: number, place: number): { groove: Groove; at: number } => {
    const source = sources[draw % sources.length];
    const struck = [...source.hits.keys()].filter((i) => source.hits[i] === 1);
    return { groove: source, at: struck[place % struck.length] };
  };
  const [velocities, offsets] = [new Float32Array(size), new Float32Array(size)];
  groove.hits.forEach((hit, i) => {
    if (!hit) return;
    const [hard, late] = [from(draws[4 * i], draws[4 * i + 1]), from(draws[4 * i + 2], draws[4 * i + 3])];
    velocities[i] = hard.groove.velocities[hard.at];
    offsets[i] = late.groove.offsets[late.at];
  });
  return { ...groove, velocities, offsets };
}
