import type { Parameters } from '#src/field/field.js';

/**
 * An independent float64 implementation of a tanh concat-squash net and of its flow's log-density: plain loops, divergence
 * by central differences, classic RK4 on a fine grid. What the library computes in float32 is held against it.
 */
export type Weights = { [name: string]: { shape: readonly number[]; data: Float64Array } };

export const toFloat64 = (parameters: Parameters): Weights =>
  Object.fromEntries(Object.entries(parameters).map(([name, { shape, data }]) => [name, { shape, data: Float64Array.from(data) }]));

function affineMap({ shape, data }: Weights[string], x: ArrayLike<number>): Float64Array<ArrayBuffer> {
  const out = new Float64Array(shape[1]);
  for (let i = 0; i < x.length; i++) for (let j = 0; j < out.length; j++) out[j] += x[i] * data[i * out.length + j];
  return out;
}

/** u(x, t) of a net with `layers` hidden layers: z = (h·W + b)·σ(t·G + g) + t·V, tanh in between. */
export function velocity(weights: Weights, layers: number, x: ArrayLike<number>, t: number): Float64Array {
  let h = Float64Array.from(x);
  for (let i = 0; i <= layers; i++) {
    const name = i < layers ? `hidden${i}` : 'output';
    const gate = affineMap(weights[`${name}/gate/weight`], [t]);
    const shift = affineMap(weights[`${name}/shift/weight`], [t]);
    const [bias, gateBias] = [weights[`${name}/bias`].data, weights[`${name}/gate/bias`].data];
    const z = affineMap(weights[`${name}/weight`], h);
    for (let j = 0; j < z.length; j++) {
      z[j] = (z[j] + bias[j]) / (1 + Math.exp(-gate[j] - gateBias[j])) + shift[j];
      if (i < layers) z[j] = Math.tanh(z[j]);
    }
    h = z;
  }
  return h;
}

/** log p(x) under N(0, I) at `start`, with the data at `end`. */
export function logDensity(
  weights: Weights,
  layers: number,
  x: readonly number[],
  [start, end]: readonly [number, number],
  steps = 60,
): number {
  const h = 1e-4;
  const slope = (state: readonly number[], t: number): number[] => {
    const at = state.slice(0, -1);
    const moved = (d: number, by: number) => at.map((v, i) => (i === d ? v + by : v));
    const divergence = at.reduce(
      (sum, _, d) => sum + (velocity(weights, layers, moved(d, h), t)[d] - velocity(weights, layers, moved(d, -h), t)[d]) / (2 * h),
      0,
    );
    return [...velocity(weights, layers, at, t), divergence];
  };
  const add = (a: readonly number[], b: readonly number[], c: number): number[] => a.map((v, i) => v + c * b[i]);
  const dt = (start - end) / steps;
  let state = [...x, 0];
  for (let n = 0; n < steps; n++) {
    const t = end + n * dt;
    const k1 = slope(state, t);
    const k2 = slope(add(state, k1, dt / 2), t + dt / 2);
    const k3 = slope(add(state, k2, dt / 2), t + dt / 2);
    const k4 = slope(add(state, k3, dt), t + dt);
    state = state.map((v, i) => v + (dt / 6) * (k1[i] + 2 * k2[i] + 2 * k3[i] + k4[i]));
  }
  const squares = state.slice(0, -1).reduce((sum, v) => sum + v * v, 0);
  return state[x.length] - 0.5 * (squares + x.length * Math.log(2 * Math.PI));
}
