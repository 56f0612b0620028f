import test from 'ava';
import fc from 'fast-check';
import { AdvectError } from '@advect/base/errors';
import { readIdx } from '#src/io/index.js';

const header = (type: number, shape: readonly number[]): number[] => [
  0,
  0,
  type,
  shape.length,
  ...shape.flatMap((n) => [n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255]),
];

test('the elements of every type of the format are read, most significant byte first', (t) => {
  const cases: [type: number, bytes: number[], values: number[], array: string][] = [
    [0x08, [0, 255], [0, 255], 'Uint8Array'],
    [0x09, [0x80, 0x7f], [-128, 127], 'Int32Array'],
    [0x0b, [0x80, 0, 0x01, 0x02], [-32768, 258], 'Int32Array'],
    [0x0c, [0xff, 0xff, 0xff, 0xfe, 0, 1, 0, 0], [-2, 65536], 'Int32Array'],
    [0x0d, [0x3f, 0xc0, 0, 0, 0xc0, 0, 0, 0], [1.5, -2], 'Float32Array'],
    [0x0e, [0x3f, 0xf8, 0, 0, 0, 0, 0, 0, 0xc0, 0, 0, 0, 0, 0, 0, 0], [1.5, -2], 'Float64Array'],
  ];
  for (const [type, bytes, values, array] of cases) {
    const read = readIdx(Uint8Array.from([...header(type, [2]), ...bytes]));
    t.deepEqual([...read.data], values);
    t.deepEqual(read.shape, [2]);
    t.is(read.data.constructor.name, array);
  }
});

test('the array is a copy with the shape of the file, also out of a larger buffer', (t) => {
  const file = Uint8Array.from([9, 9, 9, ...header(0x08, [2, 1, 3]), 1, 2, 3, 4, 5, 6, 7]);
  const read = readIdx(file.subarray(3, file.length - 1));
  file.fill(0);
  t.deepEqual(read, { shape: [2, 1, 3], data: Uint8Array.of(1, 2, 3, 4, 5, 6) });
});

test('the largest rank is read, and a file without elements', (t) => {
  t.deepEqual(readIdx(Uint8Array.from([...header(8, [1, 1, 1, 1, 1, 1, 1, 2]), 3, 4])), {
    shape: [1, 1, 1, 1, 1, 1, 1, 2],
    data: Uint8Array.of(3, 4),
  });
  t.deepEqual(readIdx(Uint8Array.from(header(8, [0, 2]))), { shape: [0, 2], data: new Uint8Array(0) });
});

const faults: [what: string, bytes: number[], message: RegExp][] = [
  ['nothing', [], /two zero bytes/],
  ['a .gz', [0x1f, 0x8b, 8, 0], /two zero bytes/],
  ['an unknown type', header(0x0a, [1]), /0x0a/],
  ['no axes', [0, 0, 8, 0], /rank is 0/],
  ['too many axes', header(8, [1, 1, 1, 1, 1, 1, 1, 1, 1]), /rank is 9/],
  ['a cut header', [0, 0, 8, 2, 0, 0, 0, 1], /inside its 2 sizes/],
  ['a missing element', [...header(8, [1, 2]), 1], /\[1, 2\] needs 2 bytes of elements, and 1 follow/],
  ['an element too many', [...header(8, [1]), 1, 2], /needs 1 bytes of elements, and 2 follow/],
  ['sizes beyond any file', [...header(0x0e, [0xffffffff, 0xffffffff, 0xffffffff]), 1], /needs 6\.3\d*e\+29 bytes/],
];

for (const [what, bytes, message] of faults) {
  test(`an IDX file with ${what} is refused`, (t) => {
    const error = t.throws(() => readIdx(Uint8Array.from(bytes)), { instanceOf: AdvectError, message });
    t.is(error?.code, 'invalid-file');
  });
}

test('any bytes give an array that accounts for all of them, or an AdvectError', (t) => {
  const sizes = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 3 });
  const bytes = fc
    .tuple(fc.constantFrom(8, 9, 11, 12, 13, 14), sizes, fc.uint8Array({ maxLength: 40 }))
    .map(([type, shape, body]) => Uint8Array.from([...header(type, shape), ...body]));
  fc.assert(
    fc.property(fc.oneof(bytes, fc.uint8Array({ maxLength: 64 })), (file) => {
      try {
        const { shape, data } = readIdx(file);
        return data.length === shape.reduce((a, b) => a * b, 1);
      } catch (error) {
        return error instanceof AdvectError;
      }
    }),
    { numRuns: 2000 },
  );
  t.pass();
});
