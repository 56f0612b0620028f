/** Whether it is worth while to wake a helper, by what came of it. */
export interface HelperWorth {
  /** Whether to ask the helper for this run. */
  asks(): boolean;
  /** What came of an asked run: whether the helper computed at a time when the caller did. */
  saw(together: boolean): void;
}

/** Runs in a row without help before a helper is left asleep, and for how many. */
export const VAIN_RUNS = 32;
export const RESTING_RUNS = 16;

/**
 * A scheduler may put a helper that it wakes on the core of the thread that calls it, and leave both there for seconds: a
 * virtual machine was seen to do so with every second process. Then they compute by turns, and the changes between them
 * cost as well: a training step of a small net took 1.05 ms, where one thread needs 0.8 and two on two cores 0.5. So a helper
 * of which no tile was computed between the caller's, in many runs in a row, is left asleep for some, whose share the caller
 * takes; after them one run tells whether that has changed. Many, since a helper that has slept is woken to the wrong core more
 * easily than one that waits: resting after 2 such runs, which other processes cause as well, every process ended alone.
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
