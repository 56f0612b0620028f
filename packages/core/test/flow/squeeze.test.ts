import test from 'ava';
import type { NdArray } from '@advect/base/array';
import { cnf, mlp } from '#src/index.js';
import { squeeze, transformFromConfig } from '#src/flow/transforms/index.js';

const picture = (rows: number, height: number, width: number, channels: number): NdArray => ({
  shape: [rows, height, width, channels],
  data: Float32Array.from({ length: rows * height * width * channels }, (_, i) => i),
});

test('squeeze: a block of pixels becomes one, row by row', (t) => {
  const { y, logDet } = squeeze().forward(picture(1, 4, 4, 1), []);
  t.deepEqual(y.shape, [1, 2, 2, 4]);
  t.deepEqual([...y.data], [0, 1, 4, 5, 2, 3, 6, 7, 8, 9, 12, 13, 10, 11, 14, 15]);
  t.deepEqual([...logDet], [0]);
  const colour = squeeze({ factor: 2 }).forward(picture(1, 2, 2, 3), []);
  t.deepEqual(colour.y.shape, [1, 1, 1, 12]);
  t.deepEqual(
    [...colour.y.data],
    Array.from({ length: 12 }, (_, i) => i),
    'channels stay together',
  );
});

test('squeeze: the inverse undoes it, and its pullback is its inverse', (t) => {
  const transform = transformFromConfig(JSON.parse(JSON.stringify(squeeze({ factor: 3 }).config)));
  const x = picture(2, 6, 3, 2);
  const { y } = transform.forward(x, []);
  t.deepEqual(transform.inverse(y).x, x);
  t.deepEqual(transform.pullback!(x, [], y.data, new Float64Array(2)), x.data);
});

test('a flow of squeezed pictures takes and gives pictures', async (t) => {
  const flow = cnf({ field: mlp({ event: [2, 2, 4], hidden: [8] }), transforms: [squeeze()], seed: 1 });
  const { x } = await flow.sample(3, { seed: 2 });
  t.deepEqual(x.shape, [3, 4, 4, 1]);
  const { logProb } = await flow.logProb(x);
  // The field begins as u = 0: a standard normal, whose entries have only changed places.
  logProb.forEach((log, row) => {
    const squares = x.data.subarray(row * 16, (row + 1) * 16).reduce((sum, v) => sum + v * v, 0);
    t.true(Math.abs(log + squares / 2 + 8 * Math.log(2 * Math.PI)) < 1e-4);
  });
});

test('squeeze: sides that the factor does not divide are refused', (t) => {
  t.throws(() => squeeze().forward(picture(1, 3, 4, 1), []), { code: 'invalid-shape' });
  t.throws(() => squeeze().dataEvent!([2, 2, 3]), { code: 'invalid-shape' });
});
