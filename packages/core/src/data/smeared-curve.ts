import type { Quadrature } from './quadrature.js';

/** A curve in the plane as the points and weights of a quadrature along it; the weights sum to the curve's probability. */
export interface Curve {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly weights: Float64Array;
}

/** The curve's points at a quadrature's nodes; `density` is the probability per unit of the parameter. */
export function curve(
  { nodes, weights }: Quadrature,
  point: (s: number) => readonly [number, number],
  density: (s: number) => number,
): Curve {
  const points = Array.from(nodes, point);
  return {
    x: Float64Array.from(points, ([x]) => x),
    y: Float64Array.from(points, ([, y]) => y),
    weights: weights.map((w, i) => w * density(nodes[i])),
  };
}

/** Log-density in nats at (x, y) of a random point on one of the curves plus normal noise of standard deviation sigma in each coordinate. */
export function smearedCurveLogDensity(curves: readonly Curve[], sigma: number, x: number, y: number): number {
  const precision = 1 / (sigma * sigma);
  let nearest = Infinity;
  for (const c of curves) for (let i = 0; i < c.x.length; i++) nearest = Math.min(nearest, (x - c.x[i]) ** 2 + (y - c.y[i]) ** 2);
  let sum = 0;
  for (const c of curves) {
    for (let i = 0; i < c.x.length; i++) {
      const excess = (x - c.x[i]) ** 2 + (y - c.y[i]) ** 2 - nearest;
      sum += c.weights[i] * Math.exp(-0.5 * precision * excess);
    }
  }
  return Math.log((sum * precision) / (2 * Math.PI)) - 0.5 * precision * nearest;
}
