import { type Drum } from '../../drum-kit.js';
import { grooveOf, type Groove } from '../../groove.js';

/** Where each drum of a plain rock beat is struck in a bar of sixteenths. */
const plain: readonly (readonly [Drum, readonly number[]])[] = [
  ['kick', [0, 6, 8]],
  ['snare', [4, 12]],
  ['closedHat', [0, 2, 4, 6, 8, 10, 12, 14]],
];

/** How hard a stroke is that is drawn and not yet played. */
export const plainVelocity = 0.6;

/** What lies on a fresh desk: two bars on the grid, all equally hard, as a machine plays them. */
export const firstBeat: Groove = grooveOf(
  32,
  [0, 16].flatMap((bar) =>
    plain.flatMap(([drum, steps]) => steps.map((step) => ({ step: bar + step, drum, velocity: plainVelocity, offset: 0 }))),
  ),
);
