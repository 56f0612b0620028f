import { normals, rademachers, split, uniforms } from '../random/index.js';
import { planar } from './distribution.js';
import { composite, gaussLegendre } from './quadrature.js';
import { curve } from './smeared-curve.js';

const SIGMA = 0.1;
const TURN = 3 * Math.PI;
const BOX = 0.5 / 3;

const spiral = (s: number): readonly [number, number] => [(-s * Math.cos(s)) / 3, (s * Math.sin(s)) / 3];
const arm = curve(composite(0, TURN, 100), spiral, (s) => (2 * s) / (TURN * TURN));

/**
 * FFJORD's: a spiral (−s cos s, s sin s) for s = 3π√u, each coordinate moved by a uniform number in [0, 0.5), mirrored in
 * the origin for one half of the points, divided by 3, then normal noise of 0.1. (The reference draws the uniform
 * numbers from another generator than its normal ones, so that its seed does not fix them.)
 */
export const ffjordTwoSpirals = planar({
  name: '2spirals',
  source: 'Grathwohl et al. 2019 (FFJORD), toy data "2spirals"',
  entropy: 2.64545,
  draw(key, count, start, point) {
    const side = rademachers(split(key, 'arm'), count, start);
    const u = uniforms(split(key, 'position and shift'), 3 * count, 3 * start);
    const noise = normals(split(key, 'noise'), 2 * count, 2 * start);
    for (let i = 0; i < count; i++) {
      const [x, y] = spiral(TURN * Math.sqrt(u[3 * i]));
      point(i, side[i] * (x + BOX * u[3 * i + 1]) + SIGMA * noise[2 * i], side[i] * (y + BOX * u[3 * i + 2]) + SIGMA * noise[2 * i + 1]);
    }
  },
  logDensity(x, y) {
    const [here, there] = [armLogDensity(x, y), armLogDensity(-x, -y)];
    const [larger, smaller] = here > there ? [here, there] : [there, here];
    return larger + Math.log1p(Math.exp(smaller - larger)) - Math.LN2;
  },
});

/** Five-point averages over the box: offsets from its centre, and weights of sum 1. */
const rule = gaussLegendre(5);
const offsets = Array.from(rule.nodes, (node) => (BOX / 2) * node);
const shares = Array.from(rule.weights, (weight) => weight / 2);
const logWeights = arm.weights.map(Math.log);

function armLogDensity(x: number, y: number): number {
  const [cx, cy] = [x - BOX / 2, y - BOX / 2];
  const distances = new Float64Array(arm.x.length);
  for (let i = 0; i < distances.length; i++) distances[i] = Math.sqrt((cx - arm.x[i]) ** 2 + (cy - arm.y[i]) ** 2);
  const nearest = distances.reduce((a, b) => Math.min(a, b));
  // Off by at most e^−40 of the sum: a point of the box is within BOX/√2 of its centre.
  const reach = BOX / Math.SQRT2 + Math.sqrt((nearest + BOX / Math.SQRT2) ** 2 + 80 * SIGMA * SIGMA);
  const logs: number[] = [];
  for (let i = 0; i < distances.length; i++) {
    if (distances[i] <= reach) logs.push(logWeights[i] + logAverage(cx - arm.x[i]) + logAverage(cy - arm.y[i]));
  }
  const most = logs.reduce((a, b) => Math.max(a, b));
  const sum = logs.reduce((total, log) => total + Math.exp(log - most), 0);
  return most + Math.log(sum / (2 * Math.PI * SIGMA * SIGMA));
}

/** Logarithm of the mean of exp(−(d − o)² / 2σ²) over the box's offsets o in one coordinate. */
function logAverage(d: number): number {
  const least = Math.max(0, Math.abs(d) - offsets[4]) ** 2;
  let sum = 0;
  for (let i = 0; i < offsets.length; i++) sum += shares[i] * Math.exp((least - (d - offsets[i]) ** 2) / (2 * SIGMA * SIGMA));
  return Math.log(sum) - least / (2 * SIGMA * SIGMA);
}
