import test from 'ava';
import { AdvectError } from '@advect/base/errors';
import { ndarray } from '@advect/base/array';
import { standardisation, standardise } from '#src/data/index.js';
import { affine } from '#src/flow/transforms/index.js';

const x = ndarray(Float64Array.of(1, 10, 2, 30, 3, 20), [3, 2]);

test('the moments are those of the textbook, with either divisor', (t) => {
  t.deepEqual(standardisation(x), { shift: [2, 20], scale: [Math.sqrt(2 / 3), Math.sqrt(200 / 3)] });
  t.deepEqual(standardisation(x, 1), { shift: [2, 20], scale: [1, 10] });
});

test('the transform made of them does the same, and is inverted', (t) => {
  const scaling = standardisation(x);
  const single = ndarray(Float32Array.from(x.data), x.shape);
  const transform = affine(scaling);
  const y = standardise(x, scaling);
  t.deepEqual(transform.forward(single, []).y, y);
  const back = transform.inverse(y).x;
  t.deepEqual(back.shape, [3, 2]);
  back.data.forEach((v, i) => t.true(Math.abs(v - x.data[i]) <= 2 ** -22 * x.data[i]));
});

test('small deviations of large numbers keep their digits', (t) => {
  const large = ndarray(Float64Array.of(1e9, 1e9 + 1, 1e9 + 2), [3, 1]);
  t.deepEqual([...standardise(large, standardisation(large, 1)).data], [-1, 0, 1]);
});

test('a constant column, one that is not finite, and what is no table are refused', (t) => {
  const failing = (values: number[], shape: number[]) =>
    t.throws(() => standardisation(ndarray(Float64Array.from(values), shape)), { instanceOf: AdvectError });
  t.regex(failing([1, 2, 1, 3], [2, 2])?.message ?? '', /column 0/);
  t.regex(failing([1, NaN, 2, 3], [2, 2])?.message ?? '', /column 1/);
  t.is(failing([1, 2], [2])?.code, 'invalid-shape');
});
