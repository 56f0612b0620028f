import test from 'ava';
import { codeLength } from '#src/model/code-length.js';
import { scorePictures } from '#src/model/picture-scores.js';
import { scoreDraws, summarise } from '#src/model/score.js';
import { pixelSurprise } from '#src/model/surprise.js';
import { heldOutDigits } from './held-out.js';

const settings = { method: 'dopri5', rtol: 1e-3, atol: 1e-3, draws: 2, seed: 1 } as const;

test('bits of pixels add up to those of the picture, and so do its three parts', async (t) => {
  const { flow, form, pictures } = await heldOutDigits(10);
  const label = Array.from(pictures.labels);
  const { pixels, parts } = await pixelSurprise(flow, pictures, form, { ...settings, label });
  const { bitsPerDim } = summarise(await scoreDraws(flow, pictures, form, { ...settings, label }));
  bitsPerDim.forEach((bits, i) => {
    const sum = pixels.subarray(i * 64, (i + 1) * 64).reduce((total, v) => total + v, 0);
    t.true(Math.abs(sum - 64 * bits) < 0.3, `${sum} ${64 * bits}`);
    t.true(Math.abs(parts.base[i] + parts.divergence[i] + parts.transforms[i] - sum) < 1e-6);
  });
});

test('a wrong pixel is where the bits are', async (t) => {
  const { flow, form, pictures } = await heldOutDigits(40);
  const places = Array.from({ length: 40 }, (_, i) => 8 * (1 + ((i * 7) % 6)) + 1 + ((i * 5) % 6));
  const wrong = pictures.pixels.slice();
  places.forEach((place, i) => (wrong[i * 64 + place] = wrong[i * 64 + place] > 8 ? 0 : 16));
  const label = Array.from(pictures.labels);
  const { pixels } = await pixelSurprise(flow, { ...pictures, pixels: wrong }, form, { ...settings, draws: 1, label });
  const found = places.filter((place, i) => {
    const own = pixels.subarray(i * 64, (i + 1) * 64);
    return own.indexOf(Math.max(...own)) === place;
  });
  t.log(`${found.length} of 40`);
  t.true(found.length >= 34);
});

test('a score has all that is said of a picture, the same alone and among others', async (t) => {
  const { flow, form, model, pictures } = await heldOutDigits(3);
  const all = await scorePictures(flow, pictures, form, model.application, { ...settings, pixels: true });
  t.deepEqual(all.map((found) => form.classes[found.class!]), Array.from(pictures.labels, String)); // prettier-ignore
  for (const found of all) {
    t.true(found.tests!.parts > 0.01 && found.probability! > 0.8);
    t.true(found.code.tight <= found.code.model + 1e-9 && found.code.model < found.code.raw);
    // The class costs what is left of log₂ 10 bits when it is told: at most those.
    const rest = 64 * found.bitsPerDim - found.pixels!.reduce((sum, v) => sum + v, 0);
    t.true(rest > -0.3 && rest < Math.log2(10) + 0.3, `${rest}`);
  }
  const first = { count: 1, pixels: pictures.pixels.slice(0, 64), labels: pictures.labels.slice(0, 1) };
  const [alone] = await scorePictures(flow, first, form, model.application, settings);
  t.true(Math.abs(alone.bitsPerDim - all[0].bitsPerDim) < 1e-5);
  t.is(alone.tests!.parts, all[0].tests!.parts);
  const [given] = await scorePictures(flow, first, form, model.application, { ...settings, label: (pictures.labels[0] + 1) % 10 });
  t.true(given.bitsPerDim > alone.bitsPerDim && given.class === undefined);
});

test('code lengths: the mean of the draws, and the tighter bound of their mean density', (t) => {
  const { model, tight, raw } = codeLength([2, 3], 4, 16);
  t.is(model, 10);
  t.is(tight, -Math.log2((2 ** -8 + 2 ** -12) / 2));
  t.is(raw, 16);
});
