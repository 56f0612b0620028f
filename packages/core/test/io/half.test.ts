import test from 'ava';
import fc from 'fast-check';
import { type NdArray, type NumericArray, ndarray } from '@advect/base/array';
import { AdvectError } from '@advect/base/errors';
import { halfToNumber, numberToHalf } from '#src/io/dtype.js';
import { readSafetensors, writeSafetensors } from '#src/io/safetensors.js';

test('every half-precision number is its own nearest', (t) => {
  for (let bits = 0; bits < 0x10000; bits++) {
    const value = halfToNumber(bits);
    const back = numberToHalf(value);
    if (Number.isNaN(value) ? back !== 0x7e00 : back !== bits) t.fail(`${bits} became ${back}`);
  }
  t.pass();
});

test('between two neighbours the nearer one is taken, and the even one in the middle; beyond the last comes infinity', (t) => {
  const up = new Float32Array(1);
  const upBits = new Int32Array(up.buffer);
  for (let bits = 0; bits < 0x7c00; bits++) {
    const [below, above] = [halfToNumber(bits), bits === 0x7bff ? 65536 : halfToNumber(bits + 1)];
    const middle = (below + above) / 2;
    up[0] = middle;
    upBits[0] += 1;
    const nextUp = up[0];
    upBits[0] -= 2;
    const found = [up[0], middle, nextUp].flatMap((x) => [numberToHalf(x), numberToHalf(-x) & 0x7fff]);
    const even = bits % 2 === 0 ? bits : bits + 1;
    const expected = [bits, bits, even, even, bits + 1, bits + 1];
    if (found.join() !== expected.join()) t.fail(`around ${middle}: ${found.join()}, not ${expected.join()}`);
  }
  t.deepEqual([NaN, Infinity, -Infinity, 1e30, -0, 1e-10].map(numberToHalf), [0x7e00, 0x7c00, 0xfc00, 0x7c00, 0x8000, 0]);
});

test('the rounding of float16 stays within what is promised: 2^-11 of the number, or 2^-25 where it is below 2^-14', (t) => {
  fc.assert(
    fc.property(fc.float({ noNaN: true, noDefaultInfinity: true, min: -65504, max: 65504 }), (x) => {
      const error = Math.abs(halfToNumber(numberToHalf(x)) - x);
      return error <= (Math.abs(x) >= 2 ** -14 ? 2 ** -11 * Math.abs(x) : 2 ** -25);
    }),
    { numRuns: 20_000 },
  );
  t.pass();
});

test('float32 arrays are written in half precision on demand, others as they are', (t) => {
  const tensors = new Map<string, NdArray<NumericArray>>([
    ['a', ndarray(Float32Array.of(1, -2.5, 0.1), [3])],
    ['b', ndarray(Int32Array.of(7), [])],
  ]);
  const bytes = writeSafetensors(tensors, new Map(), { half: true });
  const read = readSafetensors(bytes);
  t.deepEqual(Object.fromEntries(read.dtypes), { a: 'F16', b: 'I32' });
  t.deepEqual([...read.tensors.get('a')!.data], [1, -2.5, 0.0999755859375]);
  t.deepEqual(writeSafetensors(read.tensors, new Map(), { half: true }), bytes);
  const error = t.throws(() => writeSafetensors(new Map([['w', ndarray(Float32Array.of(0, 65520), [2])]]), new Map(), { half: true }), {
    instanceOf: AdvectError,
    code: 'invalid-value',
  });
  t.regex(error.message, /"w" holds 65520 at element 1/);
});
