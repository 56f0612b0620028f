import type { Parameters } from '../../field/field.js';

/** Sums of gradients by weight, in float64. */
export interface GradientSum {
  /** Adds `scale` times each gradient. */
  add(gradients: { readonly [name: string]: Float32Array }, scale: number): void;
  /** The sums, rounded to float32. */
  total(): { readonly [name: string]: Float32Array };
}

/** Starts at zero for each of the weights. */
export function gradientSum(parameters: Parameters): GradientSum {
  const sums = Object.entries(parameters).map(([name, { data }]) => ({ name, sum: new Float64Array(data.length) }));
  return {
    add(gradients, scale) {
      for (const { name, sum } of sums) addScaled(sum, gradients[name], scale);
    },
    total: () => Object.fromEntries(sums.map(({ name, sum }) => [name, new Float32Array(sum)])),
  };
}

function addScaled(sum: Float64Array, values: Float32Array, scale: number): void {
  for (let i = 0; i < sum.length; i++) sum[i] += scale * values[i];
}
