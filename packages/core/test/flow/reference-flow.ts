import type { Parameters } from '#src/field/field.js';

/**
 * An independent float64 implementation of a tanh concat-squash net and of its flow's log-density: plain loops, divergence
 * by central differences, classic RK4 on a fine grid. What the library computes in float32 is held against it.
 */
export type Weights = { [name: string]: { shape: readonly number[]; data: Float64Array } };

export const toFloat64 = (parameters: Parameters): Weights =>
  Object.fromEntries(Object.entries(parameters).map(([name, { shape, data }]) => [name, { shape, data: Float64Array.from(data) }]));

const affineMap = ({ shape, data }: Weights[string], x: readonly number[]): number[] =>
  Array.from({ length: shape[1] }, (_, j) => x.reduce((sum, v, i) => sum + v * data[i * shape[1] + j], 0));

/** u(x, t) of a net with `layers` hidden layers: z = (h·W + b)·σ(t·G + g) + t·V, tanh in between. */
export function velocity(weights: Weights, layers: number, x: readonly number[], t: number): number[] {
  let h = [...x];
  for (let i = 0; i <= layers; i++) {
    const name = i < layers ? `hidden${i}` : 'output';
    const gate = affineMap(weights[`${name}/gate/weight`], [t]);
    const shift = affineMap(weights[`${name}/shift/weight`], [t]);
    const z = affineMap(weights[`${name}/weight`], h).map(
      (v, j) => (v + weights[`${name}/bias`].data[j]) / (1 + Math.exp(-gate[j] - weights[`${name}/gate/bias`].data[j])) + shift[j],
    );
    h = i < layers ? z.map(Math.tanh) : z;
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
