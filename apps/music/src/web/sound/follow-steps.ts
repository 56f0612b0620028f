import type { Player } from './player.js';

/** Seconds before a step that it is told, and between two looks: the clock of the page may be late by the difference. */
const ahead = 0.15;
const look = 0.03;

/** A step that is missed by so little, at the beginning of a turn, is told all the same. */
const late = 0.25;

/** Seconds by which something may be late and still be heard as the same: what is later than that is better left out. */
export const tooLate = 0.1;

export interface FollowOptions {
  readonly player: Pick<Player, 'state' | 'position' | 'secondsTo'>;
  /** The number of steps, as it is now. */
  readonly steps: () => number;
  /** Told once for each step that comes, in how many seconds; in less than none where the page was held up until it had sounded. */
  readonly due: (step: number, seconds: number) => void;
  /** Told when playing ends, or goes on elsewhere. */
  readonly broken?: () => void;
}

/** Tells the steps of what plays a little before they sound, by the audio clock; the result ends it. */
export function followSteps({ player, steps, due, broken }: FollowOptions): () => void {
  let next: number | undefined;
  let last = 0;
  const stop = (): void => {
    if (next === undefined) return;
    next = undefined;
    broken?.();
  };
  const timer = setInterval(() => {
    if (player.state.peek() !== 'playing') return stop();
    const now = player.position();
    if (now < last || now > last + 2) stop();
    last = now;
    next ??= Math.max(0, Math.ceil(now - late));
    for (; next < steps() && player.secondsTo(next) < ahead; next++) due(next, player.secondsTo(next));
  }, 1000 * look);
  return () => {
    clearInterval(timer);
    stop();
  };
}
