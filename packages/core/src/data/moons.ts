import { integers, normals, split, uniforms } from '../random/index.js';
import { planar } from './distribution.js';
import { composite } from './quadrature.js';
import { curve, smearedCurveLogDensity } from './smeared-curve.js';

/** A point of the upper moon (0) or the lower one (1) at the angle θ in [0, π], before scaling and noise. */
const moon = (which: number, theta: number): readonly [number, number] =>
  which === 0 ? [Math.cos(theta), Math.sin(theta)] : [1 - Math.cos(theta), 0.5 - Math.sin(theta)];

const SIGMA = 0.2;
const scaled = (which: number, theta: number): readonly [number, number] => {
  const [x, y] = moon(which, theta);
  return [2 * x - 1, 2 * y - 0.2];
};
const arcs = [0, 1].map((which) =>
  curve(
    composite(0, Math.PI, 20),
    (theta) => scaled(which, theta),
    () => 0.5 / Math.PI,
  ),
);

/** FFJORD's: two half circles with normal noise of 0.1, then 2x − 1 and 2y − 0.2. */
export const ffjordMoons = planar({
  name: 'moons',
  source: 'Grathwohl et al. 2019 (FFJORD), toy data "moons"; scikit-learn’s make_moons with noise 0.1',
  entropy: 2.39388,
  draw(key, count, start, point) {
    const which = integers(split(key, 'moon'), count, 2, start);
    const angle = uniforms(split(key, 'angle'), count, start);
    const noise = normals(split(key, 'noise'), 2 * count, 2 * start);
    for (let i = 0; i < count; i++) {
      const [x, y] = scaled(which[i], Math.PI * angle[i]);
      point(i, x + SIGMA * noise[2 * i], y + SIGMA * noise[2 * i + 1]);
    }
  },
  logDensity: (x, y) => smearedCurveLogDensity(arcs, SIGMA, x, y),
});

const SHIFT = 0.2;

/**
 * The flow-matching tutorials': two half circles, each point moved along the diagonal by one uniform number in [0, 0.2)
 * that both coordinates share, then 3x − 1. The support is two thin bands, and the density grows without bound where a
 * circle runs along the diagonal.
 */
export const tutorialMoons = planar({
  name: 'moons-tcfm',
  source: 'Tong et al. 2024 (conditional flow matching), tutorial data "moons"; torchdyn’s generate_moons with noise 0.2',
  entropy: 2.04784,
  draw(key, count, start, point) {
    const which = integers(split(key, 'moon'), count, 2, start);
    const u = uniforms(split(key, 'angle and shift'), 2 * count, 2 * start);
    for (let i = 0; i < count; i++) {
      const [x, y] = moon(which[i], Math.PI * u[2 * i]);
      const shift = SHIFT * u[2 * i + 1];
      point(i, 3 * (x + shift) - 1, 3 * (y + shift) - 1);
    }
  },
  logDensity(x, y) {
    const [a, b] = [(x + 1) / 3, (y + 1) / 3];
    // The lower moon is the upper one turned by half a turn, and so is its shift.
    const sum = bandDensity(a, b, 0, SHIFT) + bandDensity(1 - a, 0.5 - b, -SHIFT, 0);
    return Math.log(sum / 18);
  },
});

/** Rounding of a float32 point must not push it off the support. */
const ROUNDING = 1e-6;

/** Density at (a, b) of a point of the upper half circle moved by (s, s), s uniform in [least, most]: the sum over all s that lead back to it. */
function bandDensity(a: number, b: number, least: number, most: number): number {
  // (a − s)² + (b − s)² = 1 has the roots (a + b)/2 ± half, and the map's Jacobian there is ∓2·half.
  const square = (2 - (a - b) ** 2) / 4;
  if (square < -ROUNDING) return 0;
  const half = Math.sqrt(Math.max(square, ROUNDING * ROUNDING));
  let density = 0;
  for (const s of [(a + b) / 2 - half, (a + b) / 2 + half]) {
    if (s >= least - ROUNDING && s <= most + ROUNDING && b - s >= -ROUNDING) density += 1 / (Math.PI * (most - least) * 2 * half);
  }
  return density;
}
