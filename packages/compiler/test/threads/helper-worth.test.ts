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
  t.true(runs(VAIN_RUNS).every((asked) => asked));
  t.deepEqual(runs(RESTING_RUNS + 1), [...rest, true]);
  t.deepEqual(runs(RESTING_RUNS), rest);
  helps = true;
  t.true(runs(100).every((asked) => asked));
  helps = false;
  t.true(runs(VAIN_RUNS).every((asked) => asked));
  t.deepEqual(runs(1), [false]);
});

test('a run with help now and then keeps a helper at work', (t) => {
  const worth = helperWorth();
  for (let run = 0; run < 10 * VAIN_RUNS; run++) {
    t.true(worth.asks());
    worth.saw(run % VAIN_RUNS === 0);
  }
});
