import { integers, key, split } from '@advect/core/random';
import type { GrooveWindow } from '../data/grooves.js';

/**
 * For each window one of others that have its style, drawn from those whose tempo is nearest to its own; none where no other has the
 * style. What is played in them is what a player could know who was told style and tempo alone.
 */
export function sameLabel(windows: readonly GrooveWindow[], others: readonly GrooveWindow[]): GrooveWindow[] {
  const draws = integers(split(key(0), 'same label'), windows.length, 2 ** 31);
  return windows.flatMap(({ style, tempo }, i) => {
    const distance = (other: GrooveWindow): number => Math.abs(Math.log2(other.tempo / tempo));
    const played = others.filter((other) => other.style === style);
    const least = played.reduce((nearest, other) => Math.min(nearest, distance(other)), Infinity);
    const nearest = played.filter((other) => distance(other) === least);
    return nearest.length === 0 ? [] : [nearest[draws[i] % nearest.length]];
  });
}
