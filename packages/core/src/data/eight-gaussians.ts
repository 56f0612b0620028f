import { integers, normals, split } from '../random/index.js';
import { type Distribution, planar } from './distribution.js';

/** Eight equal normal distributions on a circle, the first on the positive x axis. */
function eightGaussians(settings: { name: string; source: string; radius: number; sigma: number; entropy: number }): Distribution {
  const { name, source, radius, sigma, entropy } = settings;
  const centres = Array.from({ length: 8 }, (_, k) => [radius * Math.cos((k * Math.PI) / 4), radius * Math.sin((k * Math.PI) / 4)]);
  return planar({
    name,
    source,
    entropy,
    draw(key, count, start, point) {
      const component = integers(split(key, 'component'), count, 8, start);
      const noise = normals(split(key, 'noise'), 2 * count, 2 * start);
      for (let i = 0; i < count; i++) {
        const [x, y] = centres[component[i]];
        point(i, x + sigma * noise[2 * i], y + sigma * noise[2 * i + 1]);
      }
    },
    logDensity(x, y) {
      const squares = centres.map(([cx, cy]) => (x - cx) ** 2 + (y - cy) ** 2);
      const nearest = Math.min(...squares);
      const sum = squares.reduce((total, square) => total + Math.exp((nearest - square) / (2 * sigma * sigma)), 0);
      return Math.log(sum / 8) - nearest / (2 * sigma * sigma) - Math.log(2 * Math.PI * sigma * sigma);
    },
  });
}

/** FFJORD's: radius 4 and deviation 0.5, both divided by 1.414 (not √2). */
export const ffjordEightGaussians = eightGaussians({
  name: '8gaussians',
  source: 'Grathwohl et al. 2019 (FFJORD), toy data "8gaussians"',
  radius: 4 / 1.414,
  sigma: 0.5 / 1.414,
  entropy: 2.83188,
});

/**
 * The flow-matching tutorials': radius 5 and variance √0.1 = 0.316. The tutorials ask for a variance of 0.1, of which
 * their sampler takes the root once too often; this is what their figures show.
 */
export const tutorialEightGaussians = eightGaussians({
  name: '8gaussians-tcfm',
  source: 'Tong et al. 2024 (conditional flow matching), tutorial data "8gaussians"',
  radius: 5,
  sigma: 0.1 ** 0.25,
  entropy: 3.76409,
});
