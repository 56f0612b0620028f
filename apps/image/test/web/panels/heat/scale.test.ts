import test from 'ava';
import { heatColour, heatScale } from '#src/web/panels/heat/scale.js';

/** Relative luminance (WCAG 2). */
const luminance = (colour: readonly number[]): number => {
  const [r, g, b] = colour.map((v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};

test('higher is lighter all the way, so that the map reads without colours as well', (t) => {
  const lights = Array.from({ length: 101 }, (_, i) => luminance(heatColour(i / 100)));
  t.true(lights.every((light, i) => i === 0 || light >= lights[i - 1] - 0.002));
  t.true(lights[100] > 10 * lights[0]);
  t.deepEqual(heatColour(-1), heatColour(0));
  t.deepEqual(heatColour(2), heatColour(1));
});

test('a scale goes from the lowest to the highest number; of equal ones it takes the middle', (t) => {
  const { low, high, colour } = heatScale([3, -1, 2]);
  t.deepEqual([low, high], [-1, 3]);
  t.deepEqual([colour(-1), colour(1), colour(3)], [heatColour(0), heatColour(0.5), heatColour(1)]);
  t.deepEqual(heatScale([2, 2]).colour(2), heatColour(0.5));
});
