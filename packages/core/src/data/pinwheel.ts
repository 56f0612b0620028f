import { integers, normals, split } from '../random/index.js';
import { planar } from './distribution.js';

const RADIAL = 0.3;
const TANGENTIAL = 0.1;
const RATE = 0.25;
const blade = (k: number): number => (2 * Math.PI * k) / 5;

/**
 * FFJORD's: five blades. A normal point (r, s) around (1, 0) with deviations 0.3 and 0.1 is turned back by its blade's angle
 * plus 0.25·exp(r), and doubled.
 */
export const ffjordPinwheel = planar({
  name: 'pinwheel',
  source:
    'Grathwohl et al. 2019 (FFJORD), toy data "pinwheel"; after Johnson et al. 2016, "Composing graphical models with neural networks"',
  entropy: 2.31779,
  draw(key, count, start, point) {
    const which = integers(split(key, 'blade'), count, 5, start);
    const noise = normals(split(key, 'noise'), 2 * count, 2 * start);
    for (let i = 0; i < count; i++) {
      const [r, s] = [1 + RADIAL * noise[2 * i], TANGENTIAL * noise[2 * i + 1]];
      const angle = blade(which[i]) + RATE * Math.exp(r);
      point(i, 2 * (r * Math.cos(angle) + s * Math.sin(angle)), 2 * (s * Math.cos(angle) - r * Math.sin(angle)));
    }
  },
  logDensity(x, y) {
    let density = 0;
    for (let k = 0; k < 5; k++) density += bladeDensity(x / 2, y / 2, blade(k));
    return Math.log(density / (5 * 4));
  },
});

/**
 * Density at (x, y) of one undoubled blade. The points (r, s) that lead there are the roots of
 * start + RATE·exp(r(a)) = a, where r(a) is x-coordinate of (x, y) turned forward by the angle a; each contributes its own
 * density over the map's Jacobian |1 + RATE·exp(r)·s|.
 */
function bladeDensity(x: number, y: number, start: number): number {
  const preimage = (angle: number): readonly [number, number] => [
    x * Math.cos(angle) - y * Math.sin(angle),
    x * Math.sin(angle) + y * Math.cos(angle),
  ];
  const gap = (angle: number): number => start + RATE * Math.exp(preimage(angle)[0]) - angle;
  // r within 1 ± 2.1, seven deviations.
  const from = start + RATE * Math.exp(-1.1);
  const step = (start + RATE * Math.exp(3.1) - from) / SCAN;
  let density = 0;
  let before = gap(from);
  for (let i = 1; i <= SCAN; i++) {
    const after = gap(from + i * step);
    if (before > 0 !== after > 0) {
      const [r, s] = preimage(root(gap, from + (i - 1) * step, from + i * step));
      const exponent = ((r - 1) / RADIAL) ** 2 + (s / TANGENTIAL) ** 2;
      density += Math.exp(-0.5 * exponent) / (2 * Math.PI * RADIAL * TANGENTIAL * Math.abs(1 + RATE * Math.exp(r) * s));
    }
    before = after;
  }
  return density;
}

const SCAN = 60;

/** A zero of f between a and b, where its signs differ, by bisection to rounding. */
function root(f: (x: number) => number, a: number, b: number): number {
  const sign = f(a) > 0;
  for (let i = 0; i < 50; i++) {
    const middle = (a + b) / 2;
    if (f(middle) > 0 === sign) a = middle;
    else b = middle;
  }
  return (a + b) / 2;
}
