import test from 'ava';
import { startsSideBySide } from '#src/data/side-by-side.js';

test('windows lie side by side and end with the piece', (t) => {
  t.deepEqual(
    [32, 33, 64, 80].map((steps) => startsSideBySide(steps, 32)),
    [[0], [0, 1], [0, 32], [0, 32, 48]],
  );
});
