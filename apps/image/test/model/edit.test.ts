import test from 'ava';
import { affine, cnf, dequantise, mlp } from '@advect/core';
import { choosePictures } from '#src/data/picture-set.js';
import { dequantised } from '#src/model/between-levels.js';
import { classPosterior, mostProbable } from '#src/model/class-posterior.js';
import { editPictures, radiusOf } from '#src/model/edit.js';
import { scoreDraws, summarise } from '#src/model/score.js';
import { heldOutDigits } from './held-out.js';

const fine = { method: 'dopri5', rtol: 1e-5, atol: 1e-5 } as const;
const density = { method: 'dopri5', rtol: 1e-3, atol: 1e-3, draws: 2, seed: 5 } as const;

test('an edit of nothing gives digits back exactly', async (t) => {
  const { flow, form, pictures } = await heldOutDigits(12);
  const labels = Array.from(pictures.labels);
  for (const edit of [{}, { radius: radiusOf({ typical: 0 }) }, { radius: radiusOf({ daring: 0 }) }]) {
    t.deepEqual((await editPictures(flow, pictures, form, labels, edit, { ...fine, seed: 2 })).pictures.pixels, pictures.pixels);
  }
});

test('of a Gaussian the radius moves pictures as its closed form says, and −log p by its square', async (t) => {
  const form = { size: 4, channels: 1 as const, levels: 256, classes: [] };
  // A field of zeros: pictures are N(½, 0.15²) in parts of the range, pixel by pixel.
  const flow = cnf({
    field: mlp({ event: [4, 4, 1], hidden: [4] }),
    transforms: [dequantise({ levels: 256 }), affine({ shift: 0.5, scale: 0.15 })],
  });
  const pictures = { count: 1, pixels: Uint8Array.from({ length: 16 }, (_, i) => 60 + 9 * i), labels: Int32Array.of(-1) };
  const points = dequantised(pictures, form, 4).data;
  const bitsOf = async (pixels: Uint8Array) => (await scoreDraws(flow, { ...pictures, pixels }, form, { ...density, draws: 1 }))[0][0];
  const before = await bitsOf(pictures.pixels);
  const squares = points.reduce((sum, v) => sum + ((v / 256 - 0.5) / 0.15) ** 2, 0);
  for (const radius of [radiusOf({ typical: 0.5 }), radiusOf({ typical: 1 }), radiusOf({ daring: 0.4 })]) {
    const { pictures: made } = await editPictures(flow, pictures, form, [-1], { radius }, { ...fine, seed: 4 });
    made.pixels.forEach((level, i) => t.is(level, Math.floor(128 + radius * (points[i] - 128))));
    const expected = before + ((radius ** 2 - 1) * squares) / 2 / Math.LN2 / 16;
    t.true(Math.abs((await bitsOf(made.pixels)) - expected) < 0.02, `${await bitsOf(made.pixels)} ${expected}`);
  }
});

test('digits get more probable towards typical and less towards daring, all in all at every step and nearly always each', async (t) => {
  const { flow, form, pictures } = await heldOutDigits(20);
  const labels = Array.from(pictures.labels);
  const bits: Float64Array[] = [];
  for (const [side, amount] of [
    ['typical', 0.9],
    ['typical', 0.6],
    ['typical', 0.3],
    ['typical', 0],
    ['daring', 0.2],
    ['daring', 0.4],
  ] as const) {
    // prettier-ignore
    const edit = { radius: radiusOf({ [side]: amount }) };
    const { pictures: made } = await editPictures(flow, pictures, form, labels, edit, { ...fine, seed: 2 });
    bits.push(summarise(await scoreDraws(flow, made, form, { ...density, label: labels })).bitsPerDim);
  }
  const steps = bits.slice(1).flatMap((after, i) => Array.from(after, (v, row) => v - bits[i][row]));
  const rising = steps.filter((step) => step > 0).length / steps.length;
  t.log(
    `${(100 * rising).toFixed(0)} % of steps rise; means ${bits.map((row) => (row.reduce((sum, v) => sum + v, 0) / row.length).toFixed(2)).join(', ')}`,
  );
  // Bits/dim of two draws are known to 0.05; the means over twenty digits to 0.01.
  t.true(rising > 0.85);
  bits.slice(1).forEach((after, i) => t.true(after.reduce((sum, v) => sum + v, 0) > bits[i].reduce((sum, v) => sum + v, 0)));
});

test('digits are more probable the stronger they are pulled along the gradient of log p', async (t) => {
  const { flow, form, pictures } = await heldOutDigits(8);
  const labels = Array.from(pictures.labels);
  const means: number[] = [];
  for (const pull of [0.4, 0.2, 0, -0.2]) {
    const { pictures: made } = await editPictures(flow, pictures, form, labels, { pull }, { ...fine, seed: 2 });
    if (pull === 0) t.deepEqual(made.pixels, pictures.pixels);
    const { bitsPerDim } = summarise(await scoreDraws(flow, made, form, { ...density, label: labels }));
    means.push(bitsPerDim.reduce((sum, v) => sum + v, 0) / 8);
  }
  t.log(means.map((bits) => bits.toFixed(2)).join(', '));
  means.slice(1).forEach((bits, i) => t.true(bits > means[i] + 0.05, means.join()));
});

test('a class swapped through the shared latent is the class that is read, and swapping back gives the digit', async (t) => {
  const { flow, form, pictures } = await heldOutDigits(20);
  const from = Array.from(pictures.labels);
  const to = 3;
  const { pictures: made } = await editPictures(flow, pictures, form, from, { to }, { ...fine, seed: 2 });
  const posterior = await classPosterior(flow, made, form, { ...density, draws: 1 });
  const read = posterior.filter((shares) => mostProbable(shares) === to).length;
  t.log(`${read} of 20 are read as a ${to}`);
  t.true(read >= 18);
  const others = from.flatMap((label, i) => (label === to ? [] : [i]));
  t.notDeepEqual(choosePictures(made, others).pixels, choosePictures(pictures, others).pixels);
  const shares = { shares: form.classes.map((_, i) => Number(i === to)) };
  t.deepEqual((await editPictures(flow, pictures, form, from, { to: shares }, { ...fine, seed: 2 })).pictures.pixels, made.pixels);
});
