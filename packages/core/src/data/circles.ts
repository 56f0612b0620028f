import { integers, normals, split, uniforms } from '../random/index.js';
import { type Distribution, planar } from './distribution.js';
import { curve, smearedCurveLogDensity } from './smeared-curve.js';

/** Equally likely circles around the origin, with normal noise. */
function concentric(settings: { name: string; source: string; radii: readonly number[]; sigma: number; entropy: number }): Distribution {
  const { name, source, radii, sigma, entropy } = settings;
  const circles = radii.map((radius) => {
    // Equal steps of half a deviation: on a closed curve their sum is exact to rounding.
    const count = Math.ceil((4 * Math.PI * radius) / sigma);
    const angles = Float64Array.from({ length: count }, (_, i) => (2 * Math.PI * i) / count);
    const equal = { nodes: angles, weights: new Float64Array(count).fill(1 / count) };
    return curve(
      equal,
      (angle) => [radius * Math.cos(angle), radius * Math.sin(angle)],
      () => 1 / radii.length,
    );
  });
  return planar({
    name,
    source,
    entropy,
    draw(key, count, start, point) {
      const which = integers(split(key, 'circle'), count, radii.length, start);
      const turn = uniforms(split(key, 'angle'), count, start);
      const noise = normals(split(key, 'noise'), 2 * count, 2 * start);
      for (let i = 0; i < count; i++) {
        const [radius, angle] = [radii[which[i]], 2 * Math.PI * turn[i]];
        point(i, radius * Math.cos(angle) + sigma * noise[2 * i], radius * Math.sin(angle) + sigma * noise[2 * i + 1]);
      }
    },
    logDensity: (x, y) => smearedCurveLogDensity(circles, sigma, x, y),
  });
}

/** FFJORD's: radii 1 and 0.5 with noise of 0.08, all times 3. */
export const ffjordCircles = concentric({
  name: 'circles',
  source: 'Grathwohl et al. 2019 (FFJORD), toy data "circles"; scikit-learn’s make_circles with factor 0.5 and noise 0.08',
  radii: [3, 1.5],
  sigma: 0.24,
  entropy: 3.26814,
});

/** FFJORD's: radii 1, 0.75, 0.5 and 0.25 times 3, then noise of 0.08. */
export const ffjordRings = concentric({
  name: 'rings',
  source: 'Grathwohl et al. 2019 (FFJORD), toy data "rings"',
  radii: [3, 2.25, 1.5, 0.75],
  sigma: 0.08,
  entropy: 2.62318,
});
