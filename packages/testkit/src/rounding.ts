type Arrays = { readonly [name: string]: ArrayLike<number> };

/** An exact result, and how far float32 may be expected to miss it. */
export interface Rounded {
  readonly exact: Arrays;
  /** The largest distance of each entry from the exact one in any of the samples; infinite where one is none. */
  readonly spread: { readonly [name: string]: Float64Array };
}

const float = new Float32Array(1);
const bits = new Int32Array(float.buffer);

/** One of the two floats beside a number, by the toss of a coin; the number itself where it is a float, and beyond all floats. */
export function roundAtRandom(x: number, coin: boolean): number {
  float[0] = x;
  const [nearest] = float;
  if (nearest === x || coin || !Number.isFinite(nearest)) return nearest;
  if (nearest === 0) return Math.sign(x) * 2 ** -149;
  bits[0] += x > nearest === nearest > 0 ? 1 : -1;
  return float[0];
}

/**
 * What rounding alone does to a computation. `compute` must pass each number that it computes through the function that it
 * is given: nothing happens to it at first, for the exact result, and then it is rounded up or down at random, as often
 * as there are `samples`. Where terms cancel, the spread says how much of a result that leaves (Vignes 1993, "A stochastic
 * arithmetic for reliable scientific computation").
 */
export function roundingSpread(compute: (round: (x: number) => number) => Arrays, samples = 4): Rounded {
  const exact = compute((x) => x);
  const spread = Object.fromEntries(Object.entries(exact).map(([name, entries]) => [name, new Float64Array(entries.length)]));
  let state = 1;
  for (let sample = 0; sample < samples; sample++) {
    const rounded = compute((x) => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
      return roundAtRandom(x, state < 0);
    });
    for (const [name, entries] of Object.entries(exact)) {
      for (let i = 0; i < entries.length; i++) {
        const distance = Math.abs(rounded[name][i] - entries[i]);
        if (!(distance <= spread[name][i])) spread[name][i] = Number.isNaN(distance) ? Infinity : distance;
      }
    }
  }
  return { exact, spread };
}
