import test from 'ava';
import { spinner } from '#src/threads/control.js';

test('spinning in vain becomes short, is tried at length now and then, and is long again once it pays', (t) => {
  const { next, saw } = spinner(3200);
  const vain = Array.from({ length: 64 }, () => {
    const turns = next();
    saw(false);
    return turns;
  });
  t.deepEqual(vain.slice(0, 7), [3200, 1600, 800, 400, 200, 100, 100]);
  t.deepEqual(
    vain.flatMap((turns, i) => (i > 6 && turns !== 100 ? [[i, turns]] : [])),
    [
      [31, 3200],
      [63, 3200],
    ],
  );
  next();
  t.true(saw(true));
  t.is(next(), 3200);
});
