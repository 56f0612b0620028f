/** Whether it is worth while to wake a helper, by what came of it. */
export interface HelperWorth {
  /** Whether to ask the helper for this run. */
  asks(): boolean;
  /** What came of an asked run: whether the helper computed at a time when the caller did. */
  saw(together: boolean): void;
}

/** Runs in a row without help before a helper is left asleep, and for how many. */
export const VAIN_RUNS = 2;
export const RESTING_RUNS = 16;

/**
 * A scheduler may put a helper that it wakes on the core of the thread that calls it, and leave both there for a second and
 * longer: virtual machines were seen to do so with every second process. Then they compute by turns, and change between
 * them besides: a training step of a small net took 1.05 ms instead of 0.8 with one thread and 0.5 with two on two cores. So a
 * helper whose tiles were computed before or after the caller's, and none of them meanwhile, is left asleep for some runs,
 * whose share the caller takes; after them one run tells whether that has changed.
 */
export function helperWorth(): HelperWorth {
  let vain = 0;
  let resting = 0;
  return {
    asks: () => resting === 0 || resting-- === 0,
    saw(together) {
      vain = together ? 0 : vain + 1;
      if (vain >= VAIN_RUNS) resting = RESTING_RUNS;
    },
  };
}
