import test from 'ava';
import { affine, cnf, dequantise, mlp, squeeze } from '@advect/core';
import { AdvectError } from '@advect/base/errors';
import { agreementBounds, executorFigures } from './agreement.js';
import { betweenLevels, dequantised, margin } from '#src/model/between-levels.js';
import { decodeCodes, encodePictures } from '#src/model/codes.js';
import { heldOutDigits } from './held-out.js';

const fine = { method: 'dopri5', rtol: 1e-5, atol: 1e-5 } as const;

test('digits come back from their noise to the very level, under their class and without one', async (t) => {
  const { flow, form, pictures } = await heldOutDigits(16);
  for (const labels of [Array.from(pictures.labels), Array.from({ length: 16 }, () => -1)]) {
    const { z, roundTrip, evaluations } = await encodePictures(flow, pictures, form, labels, { ...fine, seed: 3 });
    t.true(roundTrip.exact.every(Boolean));
    t.true(Math.max(...roundTrip.levels) < 0.01, `${Math.max(...roundTrip.levels)}`);
    t.true(Math.max(...roundTrip.field) < 1e-3, `${Math.max(...roundTrip.field)}`);
    t.true(evaluations.encode > 0 && evaluations.decode > 0);
    const { pixels } = await decodeCodes(flow, z, form, labels, fine);
    t.deepEqual(pixels, pictures.pixels);
  }
});

test('noise of real digits is normal, as that of the base is', async (t) => {
  const { flow, form, pictures } = await heldOutDigits(100);
  const { z } = await encodePictures(flow, pictures, form, Array.from(pictures.labels), {
    method: 'dopri5',
    rtol: 1e-3,
    atol: 1e-3,
    seed: 1,
  });
  const mean = z.data.reduce((sum, v) => sum + v, 0) / z.data.length;
  const square = z.data.reduce((sum, v) => sum + v * v, 0) / z.data.length;
  t.true(Math.abs(mean) < 0.05 && Math.abs(square - 1) < 0.15, `${mean} ${square}`);
});

test('noise between levels is uniform within its margin, of the picture and the seed alone', async (t) => {
  const { form, pictures } = await heldOutDigits(50);
  const points = dequantised(pictures, form, 7).data;
  const parts = Array.from(points, (v, i) => v - pictures.pixels[i]);
  t.true(Math.min(...parts) > margin - 1e-5 && Math.max(...parts) < 1 - margin + 1e-5);
  const spread = parts.reduce((sum, u) => sum + (u - 0.5) ** 2, 0) / parts.length;
  t.true(Math.abs(spread / ((1 - 2 * margin) ** 2 / 12) - 1) < 0.1);
  const second = { count: 1, pixels: pictures.pixels.slice(64, 128), labels: pictures.labels.slice(1, 2) };
  t.deepEqual(dequantised(second, form, 7).data, points.slice(64, 128));
  t.notDeepEqual(dequantised(second, form, 8).data, points.slice(64, 128));
});

test('a flow taken apart goes there and back in real numbers, also where transforms reorder pixels', (t) => {
  const transforms = [dequantise({ levels: 256 }), squeeze(), affine({ shift: 0.5, scale: 0.25 })];
  const between = betweenLevels(cnf({ field: mlp({ event: [1, 1, 4], hidden: [4] }), transforms }));
  const x = { shape: [1, 2, 2, 1], data: Float32Array.of(0.25, 255.5, 17, 100.75) };
  t.deepEqual(between.forward(x).shape, [1, 1, 1, 4]);
  between.inverse(between.forward(x)).data.forEach((v, i) => t.true(Math.abs(v - x.data[i]) < 1e-4));
});

test('executors agree on the round trip and on bits/dim of real digits', async (t) => {
  const { flow, form, pictures } = await heldOutDigits(4);
  const reference = await executorFigures(flow, pictures, form, 'wasm');
  for (const executor of ['wasm', 'eager', 'onnx'] as const) {
    const found = await executorFigures(flow, pictures, form, executor).catch((thrown: unknown) => {
      if (executor === 'onnx' && thrown instanceof AdvectError && thrown.code === 'unsupported') return undefined;
      throw thrown;
    });
    if (!found) continue;
    t.log(found);
    t.true(found.exact && found.roundTrip < agreementBounds.roundTrip);
    t.true(Math.abs(found.bitsPerDim - reference.bitsPerDim) < agreementBounds.bitsPerDim);
  }
});
