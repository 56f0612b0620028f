/** Random numbers that depend on two whole numbers alone. */
export interface Dice {
  /** A whole number from 0 to n − 1. */
  below(n: number): number;
  /** One of some things. */
  one<T>(things: ArrayLike<T>): T;
}

/** Dice number `index` of a seed: a 32-bit counter through two rounds of a multiplicative hash. */
export function dice(seed: number, index: number): Dice {
  let state = mix(mix(seed) ^ index);
  const below = (n: number): number => {
    state = (state + 0x9e3779b9) | 0;
    return Math.floor((mix(state) / 2 ** 32) * n);
  };
  return { below, one: (things) => things[below(things.length)] };
}

function mix(x: number): number {
  let h = x | 0;
  h = Math.imul(h ^ (h >>> 16), 0x21f0aaad);
  h = Math.imul(h ^ (h >>> 15), 0x735a2d97);
  return (h ^ (h >>> 15)) >>> 0;
}
