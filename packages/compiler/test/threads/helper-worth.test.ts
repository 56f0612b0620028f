import test from 'ava';
import { helperWorth, RESTING_RUNS, VAIN_RUNS } from '#src/threads/helper-worth.js';

test('a helper that was no help rests, is tried again now and then, and works on once it helps', (t) => {
  const worth = helperWorth();
  let helps = false;
  const runs = (count: number): boolean[] =>
    Array.from({ length: count }, () => {
      const asked = worth.asks();
      if (asked) worth.saw(helps);
      return asked;
    });
  const rest = Array.from({ length: RESTING_RUNS }, () => false);
  t.deepEqual(runs(VAIN_RUNS), [true, true]);
  t.deepEqual(runs(RESTING_RUNS + 1), [...rest, true]);
  t.deepEqual(runs(RESTING_RUNS), rest);
  helps = true;
  t.true(runs(100).every((asked) => asked));
  helps = false;
  t.deepEqual(runs(VAIN_RUNS + 1), [true, true, false]);
});
