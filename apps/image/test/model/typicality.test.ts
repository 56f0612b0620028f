import test from 'ava';
import { openPictures } from '#src/data/open-pictures.js';
import { choosePictures } from '#src/data/picture-set.js';
import { evenly } from '#src/model/evenly.js';
import { testsOf, testTypicality, type Typicality } from '#src/model/typicality.js';
import { heldOutDigits, picturesFrom } from './held-out.js';

const calibration: Typicality = {
  count: 18,
  draws: 1,
  probes: 0,
  tolerance: 1e-3,
  mean: [1, 2, 3],
  precision: [1, 0, 0, 0, 4, 0, 0, 0, 1],
  bits: [4, 5, 5.5, 6, 6, 6.5, 7, 7, 8],
  distances: [0, 1, 2, 3, 4, 5, 6, 7, 8],
};

test('p-values are ranks among held-out pictures, each by its own measure', (t) => {
  // 7 bits/dim in parts that are off by (1, 0.5, −0.5): three of nine have as many bits, four are as far from 6, and d² = 2.25.
  t.deepEqual(testsOf([2, 2.5, 2.5], calibration), { bitsPerDim: 7, likelihood: 4 / 10, typicality: 6 / 10, parts: 7 / 10 });
  t.is(testsOf([1, 2, 3], calibration).parts, 1);
  t.is(testsOf([99, 2, 3], calibration).parts, 1 / 10);
});

test('p-values of digits that neither training nor calibration saw are uniform', async (t) => {
  const { flow, form, model, set } = await heldOutDigits(1);
  const seen = new Set(evenly(set.test.count, model.application.typicality!.count));
  const unseen = Array.from({ length: set.test.count }, (_, i) => i).filter((i) => !seen.has(i));
  const pictures = choosePictures(set.test, evenly(unseen.length, 250).map((i) => unseen[i])); // prettier-ignore
  const found = await testTypicality(flow, pictures, form, model.application.typicality!);
  for (const name of ['likelihood', 'typicality', 'parts'] as const) {
    const sorted = found.map((tests) => tests[name]).toSorted((a, b) => a - b);
    const off = Math.max(...sorted.map((p, i) => Math.max(Math.abs(p - i / 250), Math.abs(p - (i + 1) / 250))));
    t.log(`${name}: Kolmogorov–Smirnov ${off.toFixed(3)}; ${sorted.filter((p) => p <= 0.05).length} of 250 at p ≤ 0.05`);
    // 1.63/√n is passed once in a hundred times; calibration on 500 adds as much again by half.
    t.true(off < 1.63 * Math.sqrt(1 / 250 + 1 / 500));
  }
});

test('what is no digit is told: noise, one level, a negative, pixels in another order', async (t) => {
  const { flow, form, model, pictures } = await heldOutDigits(40);
  const { pixels } = pictures;
  const others = {
    noise: picturesFrom(40, (i, d) => (i * 64 + d) ** 2 % 17),
    'one level': picturesFrom(40, (i) => i % 17),
    negative: picturesFrom(40, (i, d) => 16 - pixels[i * 64 + d]),
    'another order': picturesFrom(40, (i, d) => pixels[i * 64 + ((d * 37 + 11) % 64)]),
  };
  for (const [name, odd] of Object.entries(others)) {
    const found = await testTypicality(flow, odd, form, model.application.typicality!);
    const told = found.filter(({ parts }) => parts < 0.01).length;
    t.log(`${name}: ${told} of 40`);
    t.true(told >= 39, name);
  }
});

test('digits in fainter ink have usual bits: likelihood does not see them, their parts give them away', async (t) => {
  const { flow, form, model, pictures } = await heldOutDigits(150);
  const faint = picturesFrom(150, (i, d) => Math.round(pictures.pixels[i * 64 + d] / 2));
  const found = await testTypicality(flow, faint, form, model.application.typicality!);
  const told = (name: 'likelihood' | 'typicality' | 'parts') => found.filter((tests) => tests[name] <= 0.05).length / 150;
  t.log({ likelihood: told('likelihood'), typicality: told('typicality'), parts: told('parts') });
  t.true(told('likelihood') < 0.15);
  t.true(told('parts') > 0.2 && told('parts') > 2 * told('likelihood'));
});

const data = process.env.ADVECT_DATA;
(data === undefined ? test.skip : test)('garments of Fashion-MNIST, shrunk to 8 × 8, are told from digits', async (t) => {
  const { flow, form, model } = await heldOutDigits(1);
  const quiet = { note: () => {}, progress: { update: () => {} } as never, signal: new AbortController().signal };
  const { test: garments } = await openPictures({ data: 'fashion-mnist' }, quiet);
  const some = choosePictures(
    garments,
    Array.from({ length: 200 }, (_, i) => i),
  );
  const shrunk = picturesFrom(200, (i, d) => {
    let sum = 0;
    for (let a = 0; a < 9; a++)
      sum += some.pixels[i * 784 + (2 + 3 * Math.floor(d / 8) + Math.floor(a / 3)) * 28 + 2 + 3 * (d % 8) + (a % 3)];
    return Math.round(((sum / 9) * 16) / 255);
  });
  const found = await testTypicality(flow, shrunk, form, model.application.typicality!);
  const told = (name: 'likelihood' | 'typicality' | 'parts') => found.filter((tests) => tests[name] <= 0.05).length;
  t.log(`of 200 garments: by likelihood ${told('likelihood')}, typicality ${told('typicality')}, parts ${told('parts')}`);
  // Trousers shrunk to eight pixels are ones.
  t.true(told('parts') > 170);
});
