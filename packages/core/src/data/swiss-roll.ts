import { normals, split, uniforms } from '../random/index.js';
import { planar } from './distribution.js';
import { composite } from './quadrature.js';
import { curve, smearedCurveLogDensity } from './smeared-curve.js';

const SIGMA = 0.2;
const FROM = 1.5 * Math.PI;
const TO = 4.5 * Math.PI;

const roll = (s: number): readonly [number, number] => [(s * Math.cos(s)) / 5, (s * Math.sin(s)) / 5];
const curves = [curve(composite(FROM, TO, 60), roll, () => 1 / (TO - FROM))];

/** FFJORD's: (s cos s, s sin s) for s uniform in [1.5π, 4.5π], with normal noise of 1, divided by 5. */
export const ffjordSwissRoll = planar({
  name: 'swissroll',
  source: 'Grathwohl et al. 2019 (FFJORD), toy data "swissroll"; coordinates 0 and 2 of scikit-learn’s make_swiss_roll with noise 1',
  entropy: 2.66965,
  draw(key, count, start, point) {
    const u = uniforms(split(key, 'position'), count, start);
    const noise = normals(split(key, 'noise'), 2 * count, 2 * start);
    for (let i = 0; i < count; i++) {
      const [x, y] = roll(FROM + (TO - FROM) * u[i]);
      point(i, x + SIGMA * noise[2 * i], y + SIGMA * noise[2 * i + 1]);
    }
  },
  logDensity: (x, y) => smearedCurveLogDensity(curves, SIGMA, x, y),
});
