import { ffjordCheckerboard, flowMatchingCheckerboard } from './checkerboard.js';
import { ffjordCircles, ffjordRings } from './circles.js';
import type { Distribution } from './distribution.js';
import { ffjordEightGaussians, tutorialEightGaussians } from './eight-gaussians.js';
import { ffjordMoons, tutorialMoons } from './moons.js';
import { ffjordPinwheel } from './pinwheel.js';
import { ffjordSwissRoll } from './swiss-roll.js';
import { ffjordTwoSpirals } from './two-spirals.js';

/**
 * The two-dimensional data sets of the FFJORD and flow-matching papers by name. Sets of one name differ between papers, which is why
 * those of the flow-matching tutorials carry a suffix: `-tcfm` (Tong et al. 2024) and `-fm` (Lipman et al. 2024).
 */
export const distributions = Object.freeze({
  '8gaussians': ffjordEightGaussians,
  moons: ffjordMoons,
  pinwheel: ffjordPinwheel,
  '2spirals': ffjordTwoSpirals,
  swissroll: ffjordSwissRoll,
  rings: ffjordRings,
  circles: ffjordCircles,
  checkerboard: ffjordCheckerboard,
  '8gaussians-tcfm': tutorialEightGaussians,
  'moons-tcfm': tutorialMoons,
  'checkerboard-fm': flowMatchingCheckerboard,
}) satisfies Readonly<Record<string, Distribution>>;

export type DistributionName = keyof typeof distributions;
