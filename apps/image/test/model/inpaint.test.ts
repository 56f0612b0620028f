import test from 'ava';
import { completePicture, outsideBox } from '#src/model/inpaint.js';
import { mean, scoreDraws, standardErrorOf } from '#src/model/score.js';
import { heldOutDigits } from './held-out.js';

const settings = { seed: 4, start: 0, count: 3, guidance: 1, steps: 12, corrections: 2 } as const;

test('known pixels stay, item i depends on the seed, its class and i alone, and classes are inferred', async (t) => {
  const { flow, form, pictures } = await heldOutDigits(2, 11);
  const picture = pictures.pixels.subarray(0, 64);
  const known = outsideBox([0, 4, 8, 3], 8);
  for (const label of [undefined, pictures.labels[0], -1, { a: 3, b: 8, share: 0.5 }]) {
    const made = await completePicture(flow, picture, known, form, { ...settings, label });
    for (let i = 0; i < 3; i++) for (let d = 0; d < 64; d++) if (known[d]) t.is(made.pixels[i * 64 + d], picture[d]);
    t.notDeepEqual(made.pixels.subarray(0, 64), made.pixels.subarray(64, 128));
    const third = await completePicture(flow, picture, known, form, { ...settings, label, start: 2, count: 1 });
    t.deepEqual(third.pixels, made.pixels.slice(128));
    if (typeof label === 'object')
      t.true(
        made.labels.every((found) => found === -1),
        'a mix is no class',
      );
    if (label === undefined) t.true(made.labels.every((found) => found >= 0 && found < 10));
  }
});

test('completions of half digits are as probable as the digits themselves; plainly replaced ones are not', async (t) => {
  const { flow, form, pictures } = await heldOutDigits(50);
  const known = outsideBox([0, 4, 8, 4], 8);
  const label = Array.from(pictures.labels);
  const density = { method: 'dopri5', rtol: 1e-2, atol: 1e-2, draws: 1, seed: 1, divergence: 'rademacher', probes: 8, solverError: false, label } as const; // prettier-ignore
  const [truth] = await scoreDraws(flow, pictures, form, density);
  const excess = async (corrections: number): Promise<Float64Array> => {
    const pixels = new Uint8Array(pictures.pixels.length);
    for (let i = 0; i < pictures.count; i++) {
      const own = { ...settings, start: i, count: 1, steps: 40, corrections, label: label[i] };
      pixels.set((await completePicture(flow, pictures.pixels.subarray(i * 64, (i + 1) * 64), known, form, own)).pixels, i * 64);
    }
    const [bits] = await scoreDraws(flow, { ...pictures, pixels }, form, density);
    return bits.map((v, i) => v - truth[i]);
  };
  const [corrected, replaced] = [await excess(5), await excess(0)];
  t.log(
    `bits/dim above the digits': ${mean(corrected).toFixed(3)} ± ${standardErrorOf(corrected).toFixed(3)}, replaced ${mean(replaced).toFixed(3)}`,
  );
  t.true(Math.abs(mean(corrected)) < 4 * standardErrorOf(corrected));
  t.true(mean(replaced) > mean(corrected) + 3 * standardErrorOf(corrected));
});

test('boxes that leave the picture are refused', (t) => {
  t.deepEqual(Array.from(outsideBox([1, 0, 1, 2], 2)), [1, 0, 1, 0]);
  for (const box of [
    [0, 0, 9, 1],
    [-1, 0, 1, 1],
    [0, 0, 0, 1],
    [0, 0, 1.5, 1],
    [0, 0, NaN, 1],
    [1, 2, 3],
  ]) {
    // prettier-ignore
    t.throws(() => outsideBox(box, 8), { code: 'invalid-option', message: /the box .* is none of a picture of 8 × 8/ });
  }
});
