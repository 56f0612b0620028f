import test from 'ava';
import { openSet, readNounParts } from '@advect/node';
import { integers, key, normals, split } from '@advect/core/random';
import { compositionReport } from '#src/evaluation/composition.js';
import { nearestComposition } from '#src/evaluation/nearest-composition.js';
import { compose, layersBySize, type Parts } from '#src/evaluation/parts.js';
import { nounParts } from '#src/files/noun-parts.js';

/** Figures of 8 × 8: a body of two rows, and a hat of another two that reaches into the body, each in some colours. */
const rectangle = (top: number, height: number, colour: readonly [number, number, number]) => {
  const at = Int32Array.from({ length: 6 * height }, (_, i) => (top + Math.floor(i / 6)) * 8 + 1 + (i % 6));
  return { at, colours: Uint8Array.from(Array.from(at).flatMap(() => [...colour])) };
};
const parts: Parts = {
  size: 8,
  backgrounds: [
    [250, 250, 250],
    [100, 120, 140],
  ],
  layers: [
    { name: 'bodies', parts: [rectangle(4, 3, [200, 0, 0]), rectangle(4, 3, [0, 200, 0]), rectangle(4, 3, [0, 0, 200])] },
    { name: 'hats', parts: [rectangle(2, 3, [0, 0, 0]), rectangle(2, 3, [200, 200, 0])] },
  ],
  labelled: 1,
};
const order = layersBySize(parts);

const drawn = (count: number, of: Parts, seed: number) => {
  const choices = [of.backgrounds, ...of.layers.map((layer) => layer.parts)].map((list, i) =>
    integers(split(key(seed), i), count, list.length),
  );
  return Array.from({ length: count }, (_, i) => ({
    background: choices[0][i],
    chosen: choices.slice(1).map((choice) => choice[i]),
  }));
};

test('a composition is taken apart again, with noise too', (t) => {
  const noise = normals(key(7), 192).map((v) => 8 * v);
  for (const composition of drawn(30, parts, 1)) {
    const pixels = compose(composition, parts);
    t.like(nearestComposition(pixels, parts, order), { ...composition, error: 0, errors: [0, 0] });
    const noisy = pixels.map((v, i) => Math.min(255, Math.max(0, Math.round(v + noise[i]))));
    const { error, ...found } = nearestComposition(noisy, parts, order);
    t.like(found, composition);
    // Levels are cut off at 0 and 255, which takes from the noise of deviation 8.
    t.true(error > 4 && error < 9, `${error}`);
  }
});

test('the report counts what is right, seen and repeated', (t) => {
  const compositions = drawn(90, parts, 2);
  const pixels = Uint8Array.from(compositions.flatMap((of) => Array.from(compose(of, parts))));
  // Of the last 30 the hats are spoilt.
  for (let i = 60; i < 90; i++) pixels.fill(90, i * 192 + 2 * 24, i * 192 + 5 * 24);
  const labels = Int32Array.from(compositions, ({ chosen }, i) => (i < 10 ? 1 - chosen[1] : chosen[1]));
  const training = { count: 1, pixels: compose(compositions[0], parts), labels: Int32Array.of(0) };
  const report = compositionReport({ count: 90, pixels, labels }, training, parts);
  t.like(report.valid, { right: 60, of: 90 });
  t.like(report.asked!, { right: 50, of: 90 });
  const [bodies, hats] = report.layers;
  t.is(hats.valid.right, 60);
  t.is(bodies.valid.right, 90);
  t.is(bodies.seen, 3);
  const counts = [0, 1, 2].map((part) => compositions.filter(({ chosen }) => chosen[0] === part).length);
  t.true(Math.abs(bodies.chiSquared - counts.reduce((sum, n) => sum + (n - 30) ** 2 / 30, 0)) < 1e-12);
  t.is(bodies.freedom, 2);
  const same = compositions.slice(0, 60).filter((of) => JSON.stringify(of) === JSON.stringify(compositions[0])).length;
  t.deepEqual(report.repeated, { found: same, expected: 60 / 12 });
});

const local = process.env.ADVECT_DATA;
(local ? test : test.skip)('figures of the set nouns are taken apart into the parts that they were composed of', async (t) => {
  const settings = { env: { ADVECT_DATA: local } };
  const nouns = await nounParts(settings);
  t.deepEqual(
    nouns.layers.map((layer) => [layer.name, layer.parts.length]),
    [
      ['bodies', 30],
      ['accessories', 143],
      ['heads', 254],
      ['glasses', 23],
    ],
  );
  t.is((await readNounParts(settings)).layers.length, 4);
  const count = 20;
  const { parts: samples } = await openSet('nouns', { ...settings, count });
  const pixels = samples.train.x.data as Uint8Array;
  const training = { count, pixels, labels: samples.train.labels! };
  const report = compositionReport(training, training, nouns);
  t.is(report.valid.right, count);
  t.is(report.asked!.right, count);
  // Redrawn from its parts, each is the picture itself.
  t.is(report.repeated.found, count);
});
