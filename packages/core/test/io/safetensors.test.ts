import test, { type ExecutionContext } from 'ava';
import fc from 'fast-check';
import { type NdArray, type NumericArray, ndarray } from '@advect/base/array';
import { AdvectError } from '@advect/base/errors';
import { halfToNumber } from '#src/io/dtype.js';
import { readSafetensors, writeSafetensors } from '#src/io/safetensors.js';
import { atOnce } from './at-once.js';

// Made by the safetensors package 0.8.0 for Python with NumPy 2.4.6:
// safetensors.numpy.save({'weight': np.arange(6, dtype=np.float32).reshape(2, 3) / 4,
//   'half': np.array([1, -2.5, 6e-8, np.inf], np.float16), 'count': np.array([2**53 - 1, -7]),
//   'mask': np.array([True, False, True]), 'scalar': np.array(np.pi), 'empty': np.zeros((0, 4), np.float32),
//   'bytes': np.array([255], np.uint8), 'index': np.array([-1], np.int32)}, {'made by': 'numpy'})
const reference = Buffer.from(
  'AAIAAAAAAAB7Il9fbWV0YWRhdGFfXyI6eyJtYWRlIGJ5IjoibnVtcHkifSwiY291bnQiOnsiZHR5cGUiOiJJNjQiLCJzaGFwZSI6WzJdLCJkYXRhX29mZnNldHMiOlswLDE2XX0sInNjYWxhciI6eyJkdHlwZSI6IkY2NCIsInNoYXBlIjpbXSwiZGF0YV9vZmZzZXRzIjpbMTYsMjRdfSwiZW1wdHkiOnsiZHR5cGUiOiJGMzIiLCJzaGFwZSI6WzAsNF0sImRhdGFfb2Zmc2V0cyI6WzI0LDI0XX0sIndlaWdodCI6eyJkdHlwZSI6IkYzMiIsInNoYXBlIjpbMiwzXSwiZGF0YV9vZmZzZXRzIjpbMjQsNDhdfSwiaW5kZXgiOnsiZHR5cGUiOiJJMzIiLCJzaGFwZSI6WzFdLCJkYXRhX29mZnNldHMiOls0OCw1Ml19LCJoYWxmIjp7ImR0eXBlIjoiRjE2Iiwic2hhcGUiOls0XSwiZGF0YV9vZmZzZXRzIjpbNTIsNjBdfSwiYnl0ZXMiOnsiZHR5cGUiOiJVOCIsInNoYXBlIjpbMV0sImRhdGFfb2Zmc2V0cyI6WzYwLDYxXX0sIm1hc2siOnsiZHR5cGUiOiJCT09MIiwic2hhcGUiOlszXSwiZGF0YV9vZmZzZXRzIjpbNjEsNjRdfX0gIP///////x8A+f////////8YLURU+yEJQAAAAAAAAIA+AAAAPwAAQD8AAIA/AACgP/////8APADBAQAAfP8BAAE=',
  'base64',
);

test('a file of the Python package is read', (t) => {
  const { tensors, metadata } = readSafetensors(reference);
  t.deepEqual([...metadata], [['made by', 'numpy']]);
  t.deepEqual(Object.fromEntries(tensors), {
    weight: ndarray(Float32Array.of(0, 0.25, 0.5, 0.75, 1, 1.25), [2, 3]),
    half: ndarray(Float32Array.of(1, -2.5, 2 ** -24, Infinity), [4]),
    count: ndarray(Float64Array.of(2 ** 53 - 1, -7), [2]),
    mask: ndarray(Uint8Array.of(1, 0, 1), [3]),
    scalar: ndarray(Float64Array.of(Math.PI), []),
    empty: ndarray(new Float32Array(0), [0, 4]),
    bytes: ndarray(Uint8Array.of(255), [1]),
    index: ndarray(Int32Array.of(-1), [1]),
  });
});

test('half precision: every one of 65 536 patterns has the value that its bits define', (t) => {
  for (const [bits, value] of [
    [0x3c00, 1],
    [0xc100, -2.5],
    [0x7bff, 65504],
    [0x0400, 2 ** -14],
    [0x0001, 2 ** -24],
    [0x7c00, Infinity],
    [0xfc00, -Infinity],
    [0x7e00, NaN],
  ]) {
    t.is(halfToNumber(bits), value);
  }
  t.true(Object.is(halfToNumber(0x8000), -0));
  for (let bits = 0; bits < 0x7c00; bits++)
    t.true(halfToNumber(bits + 1) > halfToNumber(bits) && halfToNumber(bits | 0x8000) === -halfToNumber(bits));
});

const array: fc.Arbitrary<NdArray<NumericArray>> = fc
  .tuple(
    fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 }),
    fc.constantFrom(Float32Array, Float64Array, Int32Array, Uint8Array),
    fc.infiniteStream(fc.double()),
  )
  .map(([shape, Type, stream]) => {
    const size = shape.reduce((a, b) => a * b, 1);
    return ndarray(Type.from(Array.from({ length: size }, () => stream.next().value)), shape);
  });
const name = fc.string({ unit: 'binary' }).filter((s) => s !== '__metadata__');
const awkward = fc.constantFrom('__proto__', 'constructor', 'toString', '', '"', '\\', '\ud800');

test('what is written is read back, and the same content gives the same bytes in whatever order it is given', (t) => {
  const tensors = fc.array(fc.tuple(fc.oneof(name, awkward), array), { maxLength: 6 });
  const metadata = fc.array(fc.tuple(fc.oneof(name, awkward), fc.string()), { maxLength: 3 });
  fc.assert(
    fc.property(tensors, metadata, (tensorList, metadataList) => {
      const given = new Map(tensorList);
      const notes = new Map(metadataList);
      const bytes = writeSafetensors(given, notes);
      const back = readSafetensors(bytes);
      t.deepEqual(sorted(back.tensors), sorted(given));
      t.deepEqual(sorted(back.metadata), sorted(notes));
      t.deepEqual(writeSafetensors(new Map([...given].reverse()), new Map([...notes].reverse())), bytes);
    }),
    { numRuns: 200 },
  );
});

const sorted = <V>(map: Map<string, V>): [string, V][] => [...map].sort(([a], [b]) => (a < b ? -1 : 1));

test('what is read is a copy, whatever view of a buffer it was read from', (t) => {
  const bytes = writeSafetensors(new Map([['a', ndarray(Float32Array.of(1, 2), [2])]]));
  const shifted = new Uint8Array(bytes.length + 3);
  shifted.set(bytes, 3);
  const view = shifted.subarray(3);
  const { tensors } = readSafetensors(view);
  view.fill(0);
  t.deepEqual(tensors.get('a'), ndarray(Float32Array.of(1, 2), [2]));
});

/** The error that reading ends in, at once, or undefined; fails the test for any other error. */
function refusal(t: ExecutionContext, bytes: Uint8Array): AdvectError | undefined {
  const error = atOnce(t, () => attempt(bytes));
  if (error === undefined || (error instanceof AdvectError && error.code === 'invalid-file')) return error;
  return t.fail(error instanceof Error ? error.stack : 'what was thrown is no error');
}

function attempt(bytes: Uint8Array): unknown {
  try {
    readSafetensors(bytes);
    return undefined;
  } catch (error) {
    return error;
  }
}

test('a file cut off at any byte is refused', (t) => {
  for (let length = 0; length < reference.length; length++) t.truthy(refusal(t, reference.subarray(0, length)), `${length} bytes`);
  t.truthy(refusal(t, Buffer.concat([reference, Buffer.of(0)])));
});

test('a file with any one byte changed is read or refused, never anything else', (t) => {
  for (let at = 0; at < reference.length; at++) {
    for (const mask of [0x01, 0x04, 0x20, 0x80, 0xff]) {
      const bytes = Uint8Array.from(reference);
      bytes[at] ^= mask;
      refusal(t, bytes);
    }
  }
});

test('random bytes are refused', (t) => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => t.truthy(refusal(t, bytes))),
    { numRuns: 500 },
  );
  fc.assert(
    fc.property(fc.json(), (json) => t.truthy(refusal(t, forged(json, 8)))),
    { numRuns: 500 },
  );
});

/** A file with the given header and so many zero bytes after it. */
function forged(header: string | Uint8Array, dataBytes = 0): Uint8Array {
  const encoded = Buffer.from(header as string);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(encoded.length));
  return Buffer.concat([length, encoded, Buffer.alloc(dataBytes)]);
}

const one = (entry: string, dataBytes = 4): Uint8Array => forged(`{"a":${entry}}`, dataBytes);

const forgeries: Record<string, { bytes: Uint8Array; says: RegExp }> = {
  'a header length of 2^64 − 1': { bytes: Uint8Array.from({ length: 100 }, () => 0xff), says: /claims 18446744073709551615 bytes/ },
  'a header of more than a mebibyte': { bytes: forged(`{${' '.repeat(2 ** 20)}}`), says: /claims 1048578 bytes/ },
  'an empty header': { bytes: forged('', 8), says: /does not begin with '{'/ },
  'a header that is a list': { bytes: forged('[]'), says: /does not begin with '{'/ },
  'a header after a space': { bytes: forged(' {}'), says: /does not begin with '{'/ },
  'a header that is not UTF-8': { bytes: forged(Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x7d)), says: /not UTF-8/ },
  'a name given twice': {
    bytes: forged('{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}', 2),
    says: /"a" occurs a second time/,
  },
  'a name given twice, once escaped': { bytes: forged('{"a":1,"\\u0061":2}'), says: /"a" occurs a second time/ },
  'metadata given twice': { bytes: forged('{"__metadata__":{},"__metadata__":{}}'), says: /occurs a second time/ },
  'metadata that is not text': { bytes: forged('{"__metadata__":{"a":1}}'), says: /not an object of strings/ },
  'a pickle’s element type': {
    bytes: one('{"dtype":"object","shape":[1],"data_offsets":[0,4]}'),
    says: /element type "object"; F64, F32, I32, /,
  },
  'an unknown member': { bytes: one('{"dtype":"F32","shape":[1],"data_offsets":[0,4],"x":1}'), says: /not described by/ },
  'no shape': { bytes: one('{"dtype":"F32","data_offsets":[0,4]}'), says: /: tensor "a" is not described by/ },
  'a shape whose product overflows to the right size': {
    bytes: one('{"dtype":"F32","shape":[4294967296,4294967296,1],"data_offsets":[0,4]}'),
    says: /shape \[4294967296, 4294967296, 1\] but 4 bytes/,
  },
  'a size that is a whole number, but not times the bytes of an element': {
    bytes: one(`{"dtype":"U8","shape":[${2 ** 52}],"data_offsets":[0,${2 ** 52}]}`),
    says: /shape \[4503599627370496\] but 4503599627370496 bytes/,
  },
  'a negative size': { bytes: one('{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}'), says: /no shape/ },
  'a fractional size': { bytes: one('{"dtype":"F32","shape":[0.5],"data_offsets":[0,2]}', 2), says: /no shape/ },
  'nine axes': { bytes: one('{"dtype":"F32","shape":[1,1,1,1,1,1,1,1,1],"data_offsets":[0,4]}'), says: /at most 8/ },
  'three offsets': { bytes: one('{"dtype":"F32","shape":[1],"data_offsets":[0,4,4]}'), says: /no pair of rising offsets/ },
  'seven bytes': { bytes: new Uint8Array(7), says: /it has 7 bytes, fewer than the 8/ },
  'the wrong byte count further on': {
    bytes: forged('{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[2],"data_offsets":[4,8]}}', 8),
    says: /"b" has the shape \[2\] but 4 bytes/,
  },
  'offsets that fall': { bytes: one('{"dtype":"F32","shape":[1],"data_offsets":[4,0]}'), says: /rising offsets/ },
  'a number beyond float64': { bytes: one('{"dtype":"F32","shape":[1],"data_offsets":[0,1e999]}'), says: /too large/ },
  'offsets beyond the end': { bytes: one('{"dtype":"F32","shape":[2],"data_offsets":[0,8]}'), says: /fill 8 bytes where 4/ },
  'a gap': { bytes: one('{"dtype":"F32","shape":[1],"data_offsets":[4,8]}', 8), says: /begins at byte 4 where 0/ },
  'bytes left over': { bytes: one('{"dtype":"F32","shape":[1],"data_offsets":[0,4]}', 8), says: /fill 4 bytes where 8/ },
  'an overlap': {
    bytes: forged('{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}', 3),
    says: /"b" begins at byte 1 where 2/,
  },
  'the wrong byte count': { bytes: one('{"dtype":"F32","shape":[2],"data_offsets":[0,4]}'), says: /shape \[2\] but 4 bytes/ },
  'a truth value of 2': {
    bytes: Uint8Array.from([...one('{"dtype":"BOOL","shape":[1],"data_offsets":[0,1]}', 0), 2]),
    says: /other than 0 and 1/,
  },
  'a truth value of 2 beside others': {
    bytes: Uint8Array.from([...one('{"dtype":"BOOL","shape":[3],"data_offsets":[0,3]}', 0), 1, 2, 0]),
    says: /tensor "a" holds a byte other than 0 and 1/,
  },
  'a whole number beyond 2^53 beside a small one': {
    bytes: Uint8Array.from([...one('{"dtype":"I64","shape":[2],"data_offsets":[0,16]}', 8), 0, 0, 0, 0, 0, 0, 0, 1]),
    says: /beyond 2\^53/,
  },
  'a whole number beyond 2^53': {
    bytes: Uint8Array.from([...one('{"dtype":"I64","shape":[1],"data_offsets":[0,8]}', 0), 0, 0, 0, 0, 0, 0, 0, 1]),
    says: /beyond 2\^53/,
  },
  'nesting a million deep': { bytes: forged(`{"a":${'['.repeat(2 ** 20 - 10)}`), says: /deeper than 32/ },
  'a string without an end': { bytes: forged(`{"${'a'.repeat(2 ** 20 - 10)}`), says: /'"' is missing/ },
  'a backslash at the end': { bytes: forged('{"a\\'), says: /'"' is missing/ },
  'a shape of half a million axes': {
    bytes: one(`{"dtype":"F32","shape":[${'1,'.repeat(500_000)}1],"data_offsets":[0,4]}`),
    says: /20000 items or more/,
  },
  'a hundred thousand names': {
    bytes: forged(`{${Array.from({ length: 100_000 }, (_, i) => `"${i}":1`).join(',')}}`),
    says: /20000 items or more/,
  },
  'more tensors than are read': {
    bytes: forged(`{${Array.from({ length: 10_001 }, (_, i) => `"${i}":{}`).join(',')}}`),
    says: /announces 10001 tensors/,
  },
  'a mebibyte of small lists': {
    bytes: forged(`{"a":[${Array.from({ length: 13 }, () => `[${'[],'.repeat(19_900)}[]]`).join(',')}]}`),
    says: /more than 150000 values come/,
  },
  'something after the header’s object': { bytes: forged('{}{}'), says: /follows the end/ },
  'a trailing comma': { bytes: forged('{"a":1,}'), says: /is missing/ },
};

for (const [title, { bytes, says }] of Object.entries(forgeries)) {
  test(`a forged file is refused at once: ${title}`, (t) => {
    t.regex(refusal(t, bytes)?.message ?? '', says);
  });
}

test('the largest header and the most metadata that are written are read back; a byte or a pair more is not', (t) => {
  const pairs = new Map(Array.from({ length: 5000 }, (_, i) => [String(i), '']));
  t.deepEqual(sorted(readSafetensors(writeSafetensors(new Map(), pairs)).metadata), sorted(pairs));
  const metadata = JSON.stringify(Object.fromEntries([...pairs, ['more', '']]));
  t.regex(refusal(t, forged(`{"__metadata__":${metadata}}`))?.message ?? '', /5001 pairs of metadata/);
  t.is(refusal(t, forged(`{${' '.repeat(2 ** 20 - 2)}}`)), undefined);
  t.regex(refusal(t, forged(`{${' '.repeat(2 ** 20 - 1)}}`))?.message ?? '', /claims 1048577 bytes/);
  t.regex(refusal(t, new ArrayBuffer(100) as never)?.message ?? '', /not given as a Uint8Array/);
});

test('views are written as what they show, not as what their buffers hold', (t) => {
  const whole = Float32Array.of(0, 1, 2, 3);
  const view = ndarray(whole.subarray(1, 3), [2]);
  t.deepEqual(writeSafetensors(new Map([['a', view]])), writeSafetensors(new Map([['a', ndarray(Float32Array.of(1, 2), [2])]])));
});

test('empty tensors may lie anywhere and have any sizes beside the zero', (t) => {
  const most = Number.MAX_SAFE_INTEGER;
  const full = '"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}';
  for (const at of [0, 4]) {
    const empty = `"b":{"dtype":"F32","shape":[${most},${most},0],"data_offsets":[${at},${at}]}`;
    for (const header of [`{${full},${empty}}`, `{${empty},${full}}`]) {
      const { tensors } = readSafetensors(forged(header, 4));
      t.deepEqual(tensors.get('b'), { shape: [most, most, 0], data: new Float32Array(0) });
      t.is(tensors.get('a')!.data.length, 4);
    }
  }
  t.truthy(refusal(t, forged(`{${full},"b":{"dtype":"F32","shape":[0],"data_offsets":[2,2]}}`, 4)));
});

test('a tensor called __proto__ is a tensor like any other', (t) => {
  const { tensors } = readSafetensors(forged('{"__proto__":{"dtype":"U8","shape":[],"data_offsets":[0,1]}}', 1));
  t.deepEqual([...tensors.keys()], ['__proto__']);
  t.is(({} as { dtype?: string }).dtype, undefined);
});

test('a NaN is refused where finite numbers are required', (t) => {
  const bytes = writeSafetensors(new Map([['a', ndarray(Float32Array.of(0, NaN), [2])]]));
  t.is(readSafetensors(bytes).tensors.size, 1);
  const error = t.throws(() => readSafetensors(bytes, { finite: true }), { instanceOf: AdvectError, code: 'invalid-file' });
  t.regex(error?.message ?? '', /"a" holds NaN at element 1/);
  t.is(readSafetensors(writeSafetensors(new Map([['a', ndarray(Float32Array.of(0, 1), [2])]])), { finite: true }).tensors.size, 1);
  const first = writeSafetensors(new Map([['a', ndarray(Float64Array.of(-Infinity, 0), [2])]]));
  t.regex(t.throws(() => readSafetensors(first, { finite: true }))?.message ?? '', /"a" holds -Infinity at element 0/);
});

test('the writer refuses what the reader would', (t) => {
  const write =
    (tensorName: string, tensor: NdArray): (() => unknown) =>
    () =>
      writeSafetensors(new Map([[tensorName, tensor]]));
  const scalar = ndarray(new Float32Array(1), []);
  const faults: [() => unknown, RegExp][] = [
    [write('__metadata__', scalar), /No tensor can be called __metadata__/],
    [write('a', { shape: [2, 3], data: new Float32Array(1) }), /"a" has 1 numbers and the shape \[2, 3\]/],
    [write('a', { shape: [1, 1, 1, 1, 1, 1, 1, 1, 1], data: new Float32Array(1) }), /"a" has 1 numbers/],
    [write('a', { shape: [0.5, 2], data: new Float32Array(1) }), /the shape \[0.5, 2\]/],
    [write('a'.repeat(2 ** 20), scalar), /1 tensors with a header of 10486\d\d bytes are too many/],
    [() => writeSafetensors(new Map(Array.from({ length: 10_001 }, (_, i) => [String(i), scalar]))), /10001 tensors .* are too many/],
    [() => writeSafetensors(new Map(), new Map(Array.from({ length: 5001 }, (_, i) => [String(i), '']))), /5001 pairs of metadata/],
    [write('a', { shape: [2], data: Int16Array.of(1, 2) } as never), /array of another type/],
    [write('a', { shape: [2], data: Uint8ClampedArray.of(1, 2) } as never), /array of another type/],
  ];
  for (const [call, says] of faults) {
    t.regex(t.throws(call, { instanceOf: AdvectError, code: 'invalid-value' })?.message ?? '', says);
  }
});

test('as many tensors as are allowed are written and read', (t) => {
  const tensors = new Map(Array.from({ length: 10_000 }, (_, i) => [String(i), ndarray(Uint8Array.of(i), [1])]));
  t.is(readSafetensors(writeSafetensors(tensors)).tensors.size, 10_000);
});

test('eight axes are written and read', (t) => {
  const tensors = new Map([['a', ndarray(Float32Array.of(1, 2), [1, 1, 1, 1, 1, 1, 1, 2])]]);
  t.deepEqual(readSafetensors(writeSafetensors(tensors)).tensors, tensors);
});

test('each tensor is aligned to its element size', (t) => {
  const tensors = new Map<string, NdArray<NumericArray>>([
    ['a', ndarray(Uint8Array.of(1), [1])],
    ['b', ndarray(Float64Array.of(1), [1])],
    ['c', ndarray(Float32Array.of(1), [1])],
  ]);
  const bytes = writeSafetensors(tensors);
  const headerLength = Number(new DataView(bytes.buffer).getBigUint64(0, true));
  t.is(headerLength % 8, 0);
  const header = JSON.parse(Buffer.from(bytes.subarray(8, 8 + headerLength)).toString()) as Record<string, { data_offsets: number[] }>;
  t.deepEqual(
    Object.entries(header).map(([k, v]) => [k, v.data_offsets]),
    [
      ['b', [0, 8]],
      ['c', [8, 12]],
      ['a', [12, 13]],
    ],
  );
});
