import test from 'ava';
import { sameLabel } from '#src/model/groove-same-label.js';
import { madeWindows } from '../fixtures/grooves.js';

test('windows of the same style at the nearest tempo, each as likely; none for a style that nobody plays', (t) => {
  const [a, b, c, d] = madeWindows(4).map(
    (window, i) => ({ ...window, style: i === 3 ? 'rock' : 'funk', tempo: [90, 90, 200, 100][i] }) as const,
  );
  const asked = Array.from({ length: 200 }, () => ({ ...d, style: 'funk', tempo: 130 }) as const);
  const found = sameLabel(asked, [a, b, c, d]);
  t.is(found.length, 200);
  // log₂ 130/90 = 0.53, log₂ 200/130 = 0.62
  t.true(found.every((window) => window === a || window === b));
  const share = found.filter((window) => window === a).length / 200;
  t.true(Math.abs(share - 0.5) < 4 * Math.sqrt(0.25 / 200), `${share}`);
  t.deepEqual(
    sameLabel(
      [
        { ...d, tempo: 170 },
        { ...a, style: 'jazz' },
        { ...a, tempo: 170 },
      ],
      [a, b, c, d],
    ),
    [d, c],
  );
});
