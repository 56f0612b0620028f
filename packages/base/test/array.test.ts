import test from 'ava';
import fc from 'fast-check';
import { assertFinite, type NdArray, ndarray, sizeOf, takeRows, toFloat32, toNested, zeros } from '#src/array.js';
import type { AdvectError } from '#src/errors.js';

test('nested numbers become an array and come back', (t) => {
  const shapes = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(shapes, (shape) => {
      const array = ndarray(
        Float32Array.from({ length: sizeOf(shape) }, (_, i) => i),
        shape,
      );
      t.deepEqual(toFloat32(toNested(array), 'x'), array);
    }),
  );
  t.deepEqual(toFloat32([[], []], 'x'), { shape: [2, 0], data: new Float32Array(0) });
  t.deepEqual(zeros([2, 3]), { shape: [2, 3], data: new Float32Array(6) });
});

test('any typed array with a shape is taken and copied, a view of a larger or shared buffer too', (t) => {
  const shared = new Int32Array(new SharedArrayBuffer(16), 4, 2);
  shared.set([5, 6]);
  for (const data of [Float64Array.of(5, 6), Float32Array.of(4, 5, 6).subarray(1), Uint8ClampedArray.of(5, 6), shared]) {
    const { data: copy } = toFloat32({ shape: [2, 1], data } as NdArray, 'x');
    t.deepEqual(copy, Float32Array.of(5, 6));
    data[0] = 0;
    t.is(copy[0], 5);
  }
});

test('what is no array of numbers is refused with a short message', (t) => {
  const endless: unknown[] = [];
  endless.push(endless);
  const refused: [unknown, AdvectError['code'], RegExp][] = [
    [[[1, 2], [3]], 'invalid-shape', /x is ragged at depth 1/],
    [[1, [2]], 'invalid-value', /x holds a list/],
    [[1, , 2], 'invalid-value', /x holds undefined/], // oxlint-disable-line no-sparse-arrays
    [['1'], 'invalid-value', /x holds "1"/],
    [[Object.create(null)], 'invalid-value', /x holds a object/],
    [new Float32Array(1e5), 'invalid-value', /x holds a Float32Array/],
    [[new Float32Array(1e5)], 'invalid-value', /x holds a Float32Array/],
    [endless, 'invalid-shape', /nested deeper than 16/],
    [{ shape: 3, data: new Float32Array(3) }, 'invalid-value', /x holds a Object/],
    [{ shape: [2], data: new Float32Array(3) }, 'invalid-shape', /3 numbers do not fill the shape \[2\]/],
    [{ shape: [-1, -3], data: new Float32Array(3) }, 'invalid-shape', /\[-1, -3\] is no shape/],
    [{ shape: [0.5, 6], data: new Float32Array(3) }, 'invalid-shape', /no shape/],
    [{ shape: [NaN], data: new Float32Array(3) }, 'invalid-shape', /no shape/],
  ];
  for (const [given, code, message] of refused) {
    const error = t.throws<AdvectError>(() => toFloat32(given as NdArray, 'x'), { message });
    t.is(error.code, code);
    t.true(error.message.length < 200);
  }
});

test('rows are taken in the order asked for, and a row that there is not is an error', (t) => {
  const array = ndarray(Float32Array.of(0, 1, 10, 11, 20, 21), [3, 2]);
  t.deepEqual(takeRows(array, [2, 0, 2]), { shape: [3, 2], data: Float32Array.of(20, 21, 0, 1, 20, 21) });
  t.deepEqual(takeRows(array, []), { shape: [0, 2], data: new Float32Array(0) });
  t.deepEqual(takeRows(ndarray(Buffer.from([1, 2]), [2]), [1]).data, Uint8Array.of(2));
  for (const bad of [3, -1, 0.5, NaN]) {
    t.throws(() => takeRows(array, [0, bad]), { message: `there is no row ${bad} among 3`, code: 'invalid-value' });
  }
});

test('the first number that is not finite is named by its place', (t) => {
  t.notThrows(() => assertFinite(ndarray(Float32Array.of(1, -0, 3e38), [3]), 'x'));
  t.throws(() => assertFinite(ndarray(Float32Array.of(1, 2, 3, NaN, 5, Infinity), [3, 2]), 'x'), {
    message: 'x holds NaN in row 1, entry 1',
    code: 'invalid-value',
  });
});
