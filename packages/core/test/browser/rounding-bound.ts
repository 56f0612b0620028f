/** One layer z = W h + b + t·v of a net with hyperbolic tangents in between; W is kept as [inputs, outputs]. */
export interface Layer {
  readonly weight: { readonly shape: readonly number[]; readonly data: ArrayLike<number> };
  readonly bias: ArrayLike<number>;
  readonly shift: ArrayLike<number>;
}
export type Net = readonly Layer[];

/** Half a unit in the last place of 1 in float32. */
const u = 2 ** -24;
/** How far a backend's hyperbolic tangent may be from the true one; a test holds each backend to it. */
export const TANGENT = 5e-7;

/** A vector with a bound on how far each entry computed in float32 may be from it. */
interface Bounded {
  readonly value: readonly number[];
  readonly error: readonly number[];
}

/**
 * The net in float64, with running error bounds (Higham 2002, "Accuracy and stability of numerical algorithms", §3.1): a sum
 * of n products, in whatever order and with or without fused multiply–add, is off by at most γ(n) Σ |terms| where
 * γ(n) = n u / (1 − n u), beside what its own inputs' errors make of it; a tangent passes its input's error on undiminished.
 */
function velocity(net: Net, t: number, x: Bounded): Bounded {
  let { value, error } = x;
  net.forEach(({ weight: { shape, data }, bias, shift }, layer) => {
    const [inputs, outputs] = shape;
    const terms = inputs + 2;
    const gamma = (terms * u) / (1 - terms * u);
    const sums = Array.from({ length: outputs }, (_, i) => {
      let [sum, size, passed] = [bias[i] + t * shift[i], Math.abs(bias[i]) + Math.abs(t * shift[i]), 0];
      for (let j = 0; j < inputs; j++) {
        const w = data[j * outputs + i];
        sum += w * value[j];
        size += Math.abs(w * value[j]);
        passed += Math.abs(w) * error[j];
      }
      return { sum, error: passed + gamma * (size + passed) };
    });
    const hidden = layer < net.length - 1;
    value = sums.map(({ sum }) => (hidden ? Math.tanh(sum) : sum));
    error = sums.map((z) => (hidden ? z.error + TANGENT : z.error));
  });
  return { value, error };
}

/** x + h·k in float32: two operations. */
const moved = (x: Bounded, h: number, k: Bounded): Bounded => {
  const value = x.value.map((v, d) => v + h * k.value[d]);
  return { value, error: value.map((v, d) => x.error[d] + h * k.error[d] + 2 * u * (Math.abs(v) + Math.abs(h * k.value[d]))) };
};

/** One step of the classical Runge–Kutta method from an exact point, with the error that the step alone makes. */
function step(net: Net, t: number, h: number, point: readonly number[]): Bounded {
  const x: Bounded = { value: point, error: point.map(() => 0) };
  const k1 = velocity(net, t, x);
  const k2 = velocity(net, t + h / 2, moved(x, h / 2, k1));
  const k3 = velocity(net, t + h / 2, moved(x, h / 2, k2));
  const k4 = velocity(net, t + h, moved(x, h, k3));
  const weighted = (d: number, of: 'value' | 'error'): number => (k1[of][d] + 2 * k2[of][d] + 2 * k3[of][d] + k4[of][d]) / 6;
  const value = point.map((v, d) => v + h * weighted(d, 'value'));
  // Six operations on numbers no larger than these, in whatever order.
  const size = (d: number): number =>
    Math.abs(value[d]) + Math.abs(point[d]) + h * Math.max(...[k1, k2, k3, k4].map((k) => Math.abs(k.value[d])));
  return { value, error: point.map((_, d) => h * weighted(d, 'error') + 6 * u * size(d)) };
}

/** ∂(the point after a step)/∂(the point before), [rows, columns], by central differences in float64. */
function jacobian(net: Net, t: number, h: number, point: readonly number[]): number[][] {
  const delta = 1e-5;
  const columns = point.map((_, c) => {
    const [up, down] = [delta, -delta].map((by) => step(net, t, h, point.map((v, d) => (d === c ? v + by : v))).value); // prettier-ignore
    return up.map((v, d) => (v - down[d]) / (2 * delta));
  });
  return point.map((_, r) => columns.map((column) => column[r]));
}

/**
 * Equal steps of the classical Runge–Kutta method from t = 0 to 1 in float64, and how far the same steps in float32 may end
 * from there: what each step adds, carried to the end by the derivative of the steps after it. That is of first order in
 * the errors; the second order, of their squares, is 10⁻⁵ of it here.
 */
export function solve(net: Net, start: readonly number[], steps: number): Bounded {
  const h = 1 / steps;
  const points = [start];
  const added: (readonly number[])[] = [];
  for (let n = 0; n < steps; n++) {
    const next = step(net, n * h, h, points[n]);
    points.push(next.value);
    added.push(next.error);
  }
  let onward: number[][] = start.map((_, r) => start.map((_, c) => (r === c ? 1 : 0)));
  const error = start.map(() => 0);
  for (let n = steps - 1; n >= 0; n--) {
    onward.forEach((row, r) => row.forEach((factor, c) => (error[r] += Math.abs(factor) * added[n][c])));
    const one = jacobian(net, n * h, h, points[n]);
    onward = onward.map((row) => one.map((_, c) => row.reduce((sum, factor, k) => sum + factor * one[k][c], 0)));
  }
  return { value: points[steps], error };
}
