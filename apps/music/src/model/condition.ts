import { places, type Place, type Window } from '../data/windows.js';
import type { MusicalKey } from '../data/musical-key.js';

const modes = ['major', 'minor'] as const;

/** Width of a wish: one place for each mode and each place in the chorale. */
export const wishDim = modes.length + places.length;

/** What a window is wanted to be; what is left out is unknown, and the model chooses. */
export interface Wish {
  readonly mode?: MusicalKey['mode'];
  readonly place?: Place;
}

/** A wish as the model reads it: a 1 for the mode and one for the place, zeros where unknown. */
export function wishRow(wish: Wish): number[] {
  return [...modes.map((mode) => Number(wish.mode === mode)), ...places.map((place) => Number(wish.place === place))];
}

/** How much of its condition a window shows, in turn: half of the time all, a quarter the place alone, a quarter the mode alone. */
export const shownWishes: readonly ((window: Pick<Window, 'mode' | 'place'>) => Wish)[] = [
  ({ mode, place }) => ({ mode, place }),
  ({ mode, place }) => ({ mode, place }),
  ({ place }) => ({ place }),
  ({ mode }) => ({ mode }),
];
