/** Points and weights of a quadrature rule. */
export interface Quadrature {
  readonly nodes: Float64Array;
  readonly weights: Float64Array;
}

/** The Gauss–Legendre rule with n points on [−1, 1], exact for polynomials up to degree 2n − 1. */
export function gaussLegendre(n: number): Quadrature {
  const nodes = new Float64Array(n);
  const weights = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    let x = -Math.cos((Math.PI * (i + 0.75)) / (n + 0.5));
    let slope = 0;
    for (let iteration = 0; iteration < 20; iteration++) {
      let [before, value] = [0, 1];
      for (let k = 1; k <= n; k++) [before, value] = [value, ((2 * k - 1) * x * value - (k - 1) * before) / k];
      slope = (n * (x * value - before)) / (x * x - 1);
      x -= value / slope;
    }
    nodes[i] = x;
    weights[i] = 2 / ((1 - x * x) * slope * slope);
  }
  return { nodes, weights };
}

/** Eight-point Gauss–Legendre on each of `panels` equal parts of [a, b]. */
export function composite(a: number, b: number, panels: number): Quadrature {
  const rule = gaussLegendre(8);
  const half = (b - a) / panels / 2;
  const nodes = Float64Array.from({ length: 8 * panels }, (_, i) => a + half * (2 * Math.floor(i / 8) + 1 + rule.nodes[i % 8]));
  return { nodes, weights: Float64Array.from(nodes, (_, i) => half * rule.weights[i % 8]) };
}
