import { readFileSync } from 'node:fs';
import test from 'ava';
import fc from 'fast-check';
import { AdvectError } from '@advect/base/errors';
import { readNpy, readNpz } from '#src/io/index.js';

interface Reference {
  readonly cases: readonly { name: string; npy: string; shape: number[]; values: number[] }[];
  readonly refused: Readonly<Record<string, string>>;
  readonly archives: Readonly<Record<string, string>>;
}

const reference = JSON.parse(readFileSync(new URL('../../../test/io/reference/numpy-files.json', import.meta.url), 'utf8')) as Reference;
const bytesOf = (base64: string): Uint8Array => Uint8Array.from(Buffer.from(base64, 'base64'));

for (const { name, npy, shape, values } of reference.cases) {
  test(`NumPy's file of ${name} gives its values in rows`, (t) => {
    const read = readNpy(bytesOf(npy));
    t.deepEqual(read.shape, shape);
    t.deepEqual([...read.data], values);
  });
}

test('elements keep the narrowest array that holds them exactly', (t) => {
  const kinds = new Map(reference.cases.map(({ name, npy }) => [name, readNpy(bytesOf(npy)).data.constructor.name]));
  for (const [type, kind] of [
    ['|b1', 'Uint8Array'],
    ['|u1', 'Uint8Array'],
    ['<i2', 'Int32Array'],
    ['<u4', 'Float64Array'],
    ['>i8', 'Float64Array'],
    ['<f2', 'Float32Array'],
    ['>f4', 'Float32Array'],
    ['<f8', 'Float64Array'],
  ]) {
    t.is(kinds.get(`${type} C`), kind, type);
  }
});

for (const [what, npy] of Object.entries(reference.refused)) {
  test(`NumPy's file of ${what} is refused`, (t) => {
    t.throws(() => readNpy(bytesOf(npy)), { instanceOf: AdvectError, code: 'invalid-file' });
  });
}

for (const [how, npz] of Object.entries(reference.archives)) {
  test(`the arrays of a ${how} .npz come by name`, async (t) => {
    const arrays = await readNpz(bytesOf(npz));
    t.deepEqual([...arrays.keys()], ['x', 'labels']);
    t.deepEqual(arrays.get('x')?.shape, [50, 4]);
    t.deepEqual([...arrays.get('x')!.data], [...Array(200).keys()]);
    t.deepEqual([...arrays.get('labels')!.data].slice(0, 4), [0, 1, 2, 0]);
  });
}

const plain = "{'descr': '|u1', 'fortran_order': False, 'shape': (1, 2), }";

/** A .npy file by the rules of numpy.lib.format, whose header announces its own length unless another is given. */
function makeNpy(header: string, elements: readonly number[], { version = 1, length = header.length } = {}): Uint8Array {
  const size = version === 1 ? [length & 255, length >> 8] : [0, 8, 16, 24].map((bits) => (length >> bits) & 255);
  return Uint8Array.from([0x93, ...Buffer.from('NUMPY'), version, 0, ...size, ...Buffer.from(header), ...elements]);
}

test('a header made by hand is read, also one of 32 axes and one with the long numbers of Python 2', (t) => {
  t.deepEqual(readNpy(makeNpy(plain, [3, 4])), { shape: [1, 2], data: Uint8Array.of(3, 4) });
  const file = makeNpy(plain, [3, 4]);
  const { data } = readNpy(file);
  file.fill(0);
  t.deepEqual(data, Uint8Array.of(3, 4), 'a copy');
  t.deepEqual(readNpy(makeNpy(plain, [3, 4], { version: 2 })).shape, [1, 2]);
  t.deepEqual(readNpy(makeNpy(plain.replace('(1, 2)', '(1L, 2L)'), [3, 4])).shape, [1, 2]);
  const blanks = "{ 'descr' :  '|u1' , 'fortran_order':False,'shape':(1,2)}  \n";
  t.deepEqual(readNpy(makeNpy(blanks, [3, 4])), { shape: [1, 2], data: Uint8Array.of(3, 4) });
  const ones = new Array<number>(32).fill(1);
  t.deepEqual(readNpy(makeNpy(plain.replace('(1, 2)', `(${ones.join(', ')})`), [7])).shape, ones);
});

const members = plain.slice(1, -1);
const withShape = (shape: string): string => plain.replace('(1, 2)', shape);

const refused: [what: string, file: Uint8Array, message: RegExp][] = [
  ['nine bytes', makeNpy(plain, []).subarray(0, 9), /does not begin as a \.npy file/],
  ['another first byte', Uint8Array.from([0x92, ...makeNpy(plain, [3, 4]).subarray(1)]), /does not begin as/],
  ['another sixth byte', makeNpy(plain, [3, 4]).fill(0x5a, 5, 6), /does not begin as/],
  ['version 0', makeNpy(plain, [3, 4]).fill(0, 6, 7), /version is 0/],
  ['version 4', makeNpy(plain, [3, 4], { version: 4 }), /version is 4/],
  ['a length that is cut off', makeNpy('', [], { version: 2 }).subarray(0, 11), /ends inside its header/],
  ['no header', makeNpy('', []), /no dictionary/],
  ['a header beyond its end', makeNpy(plain, [], { length: 200 }), /announces 200 bytes/],
  ['a header of 64 KiB and more', makeNpy(plain, [3, 4], { version: 2, length: 65536 + plain.length }), /announces 65\d+ bytes/],
  ['a long header that is there', makeNpy(plain.padEnd(65537), [3, 4], { version: 2 }), /announces 65537 bytes/],
  ['words before its header', makeNpy(`x${plain}`, [3, 4]), /no dictionary/],
  ['words after its header', makeNpy(`${plain}x`, [3, 4]), /no dictionary/],
  ['a fourth member', makeNpy(`{${members}'more': True, }`, [3, 4]), /no dictionary/],
  ['a member given twice', makeNpy(`{${members.replace("'fortran_order'", "'descr'")}}`, [3, 4]), /no dictionary/],
  ['two members', makeNpy("{'descr': '|u1', 'shape': (2,), }", [3, 4]), /the members descr, shape where descr, fortran_order and shape/],
  ['another member', makeNpy(plain.replace('fortran_order', 'order'), [3, 4]), /the members descr, order, shape/],
  ['a truth value for its type', makeNpy(plain.replace("'|u1'", 'True'), [3, 4]), /the members descr, /],
  ['a text for its order', makeNpy(plain.replace('False', "'F'"), [3, 4]), /the members descr, /],
  ['a text for its shape', makeNpy(withShape("'2'"), [3, 4]), /the members descr, /],
  ['33 axes', makeNpy(withShape(`(${'1, '.repeat(33)})`), [7]), /its shape is \(1, 1, /],
  ['a size beyond 2^53', makeNpy(withShape('(9007199254740993,)'), []), /its shape is \(9007199254740992\)/],
  ['a size with a letter inside', makeNpy(withShape('(1L0,)'), new Array<number>(10).fill(0)), /its shape is \(NaN\)/],
  ['a size that is missing', makeNpy(withShape('(1,,2)'), [3, 4]), /its shape is \(1, NaN, 2\)/],
  ['elements that are missing', makeNpy(plain.replace('u1', 'u2').replace('|', '<'), [1, 2]), /shape \(1, 2\) needs 4 bytes, and 2 follow/],
  ['a boolean that is 2', makeNpy(plain.replace('u1', 'b1'), [1, 2]), /holds a byte other than 0 and 1/],
  ['a type with words before it', makeNpy(plain.replace('|u1', 'x|u1'), [3, 4]), /elements are 'x\|u1'/],
  ['a type with words behind it', makeNpy(plain.replace('|u1', '|u1x'), [3, 4]), /elements are '\|u1x'/],
  ['a byte order that two bytes lack', makeNpy(withShape('(1,)').replace('u1', 'u2'), [3, 4]), /elements are '\|u2'/],
  ['an object, which is a pickled program', makeNpy(withShape('(1,)').replace('u1', 'O'), [0x80, 0x04]), /elements are '\|O'/],
];

for (const [what, file, message] of refused) {
  test(`a .npy file with ${what} is refused`, (t) => {
    t.throws(() => readNpy(file, 'x.npy'), {
      instanceOf: AdvectError,
      code: 'invalid-file',
      message: new RegExp(`^x\\.npy .*${message.source}`),
    });
    t.throws(() => readNpy(file), { message: /^the \.npy file cannot be read/ });
  });
}

test('an .npz file with anything but arrays is refused by its name', async (t) => {
  const npz = bytesOf(reference.archives.stored);
  const renamed = Buffer.from(Buffer.from(npz).toString('latin1').replaceAll('labels.npy', 'labels.txt'), 'latin1');
  await t.throwsAsync(readNpz(renamed), {
    instanceOf: AdvectError,
    code: 'invalid-file',
    message: /holds 'labels\.txt', which is no \.npy/,
  });
});

const original = bytesOf(reference.cases.find(({ name }) => name === '<f4 F')!.npy);
const archive = bytesOf(reference.archives.deflated);

const change = (bytes: Uint8Array) =>
  fc.tuple(fc.nat(bytes.length), fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { maxLength: 3 })).map(([length, edits]) => {
    const changed = bytes.slice();
    for (const [at, byte] of edits) changed[at] = byte;
    return changed.subarray(0, edits.length === 3 ? length : bytes.length);
  });

test('a damaged .npy file is read in full or refused with an AdvectError', (t) => {
  fc.assert(
    fc.property(change(original), (file) => {
      try {
        const { shape, data } = readNpy(file);
        return data.length === shape.reduce((a, b) => a * b, 1) && data.length <= file.length;
      } catch (error) {
        return error instanceof AdvectError;
      }
    }),
    { numRuns: 3000 },
  );
  t.pass();
});

test('a damaged .npz file is read in full or refused with an AdvectError', async (t) => {
  await fc.assert(
    fc.asyncProperty(change(archive), async (file) => {
      try {
        await readNpz(file);
        return true;
      } catch (error) {
        return error instanceof AdvectError;
      }
    }),
    { numRuns: 300 },
  );
  t.pass();
});
