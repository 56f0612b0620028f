import type { Flow } from '@advect/core';
import { key, split } from '@advect/core/random';

/** The noise that item `index` of a seed's series begins with, as `sample` draws it. */
export function noiseOf(
  { base, field }: Flow,
  { seed, index, temperature }: { seed: number; index: number; temperature: number },
): Float32Array {
  const { data } = base.sample(1, split(key(seed), 'noise'), field.event, index);
  return temperature === 1 ? Float32Array.from(data) : Float32Array.from(data, (v) => v * temperature);
}
