import { integers, split, uniforms } from '../random/index.js';
import { type Distribution, planar } from './distribution.js';

/** Eight of the sixteen squares of a 4 × 4 board around the origin, the lower left one among them. */
function checkerboard(name: string, source: string, square: number): Distribution {
  const entropy = Math.log(8 * square * square);
  return planar({
    name,
    source,
    entropy,
    draw(key, count, start, point) {
      const which = integers(split(key, 'square'), count, 8, start);
      const u = uniforms(split(key, 'place'), 2 * count, 2 * start);
      for (let i = 0; i < count; i++) {
        const column = which[i] >> 1;
        const row = 2 * (which[i] & 1) + (column & 1);
        point(i, square * (column - 2 + u[2 * i]), square * (row - 2 + u[2 * i + 1]));
      }
    },
    logDensity(x, y) {
      const [column, row] = [Math.floor(x / square) + 2, Math.floor(y / square) + 2];
      const inside = column >= 0 && column < 4 && row >= 0 && row < 4 && (column + row) % 2 === 0;
      return inside ? -entropy : -Infinity;
    },
  });
}

/** FFJORD's: squares of side 2. */
export const ffjordCheckerboard = checkerboard('checkerboard', 'Grathwohl et al. 2019 (FFJORD), toy data "checkerboard"', 2);

/** The same board with squares of side 1/0.45. */
export const flowMatchingCheckerboard = checkerboard(
  'checkerboard-fm',
  'Lipman et al. 2024, "Flow matching guide and code", 2-D example',
  1 / 0.45,
);
