import { readFileSync } from 'node:fs';
import test from 'ava';
import fc from 'fast-check';
import { AdvectError } from '@advect/base/errors';
import { pickledArrays } from '#src/io/index.js';

const reference = JSON.parse(readFileSync(new URL('../../../test/io/reference/pickles.json', import.meta.url), 'utf8')) as Record<
  string,
  string
>;
const bytesOf = (base64: string): Uint8Array => Uint8Array.from(Buffer.from(base64, 'base64'));

/** The columns of the table in the pickles, one behind the other. */
const columns = [0, 3, 6, 9, 1, 4, 7, 10, 2, 5, 8, 11];

for (const [what, pickle] of Object.entries(reference)) {
  test(`the numbers of a table: ${what}`, (t) => {
    const block = pickledArrays(bytesOf(pickle)).find(({ shape }) => shape.length === 2);
    t.deepEqual(block?.shape, [3, 4]);
    t.deepEqual([...block!.data], columns);
  });
}

test('a pickle that would run a program when Python loads it is nothing but its words', (t) => {
  const program = Uint8Array.from(Buffer.from('cos\nsystem\n(U\x08exit 666tR.', 'latin1'));
  t.deepEqual(pickledArrays(program), []);
});

interface Parts {
  readonly maker?: string;
  readonly version?: string;
  readonly shape?: string;
  readonly dtype?: string;
  readonly data?: string;
  readonly order?: string;
}

const number = (value: number): string => `K${String.fromCharCode(value)}`;
const bytesText = (value: string): string => `U${String.fromCharCode(value.length)}${value}`;
const dtypeOf = (type: string, order = bytesText('<')): string =>
  `cnumpy\ndtype\n(${type}${number(0)}${number(1)}tR(${number(3)}${order}NNNtb`;

/** A pickle of one array of two float32 numbers, 1.5 and −2, as NumPy makes it; each part may be another. */
const arrayOf = ({
  maker = 'cnumpy.core.multiarray\n_reconstruct\n',
  version = number(1),
  shape = `${number(1)}${number(2)}\x86`,
  dtype = dtypeOf(bytesText('f4')),
  order = '\x89',
  data = bytesText('\x00\x00\xc0\x3f\x00\x00\x00\xc0'),
}: Parts): Uint8Array => Uint8Array.from(Buffer.from(`${maker})R(${version}${shape}${dtype}${order}${data}tb.`, 'latin1'));

test('an array is read by its parts', (t) => {
  const expected = { shape: [1, 2], data: Float32Array.of(1.5, -2) };
  t.deepEqual(pickledArrays(arrayOf({})), [expected]);
  t.deepEqual(pickledArrays(arrayOf({ dtype: dtypeOf(`X\x02\0\0\0f4`, `X\x01\0\0\0<`) })), [expected], 'texts of Python 3');
  t.deepEqual(pickledArrays(arrayOf({ dtype: dtypeOf(bytesText('f4'), bytesText('>')) })), [
    { shape: [1, 2], data: Float32Array.from([0x0000c03f, 0x000000c0].map((bits) => new Float32Array(Uint32Array.of(bits).buffer)[0])) },
  ]);
  const square = { shape: `${number(2)}${number(2)}\x86`, dtype: dtypeOf(bytesText('u1'), bytesText('|')), data: bytesText('abcd') };
  t.deepEqual(pickledArrays(arrayOf({ ...square, order: '\x88' })), [{ shape: [2, 2], data: Uint8Array.of(97, 99, 98, 100) }]);
  t.deepEqual(pickledArrays(arrayOf({ shape: `${number(0)}\x85`, data: bytesText('') })), [{ shape: [0], data: new Float32Array(0) }]);
  const ones = `(${number(1).repeat(31)}${number(2)}t`;
  t.is(pickledArrays(arrayOf({ shape: ones }))[0].shape.length, 32);
});

const passedOver: Readonly<Record<string, Parts>> = {
  'made by another function': { maker: 'cnumpy.core.multiarray\nscalar\n' },
  'made by what is no name': { maker: bytesText('multiarray _reconstruct') },
  'made by an object': { maker: 'cnumpy.core.multiarray\n_reconstruct\n)R' },
  'made by None': { maker: 'N' },
  'a state of six parts': { data: `${bytesText('\x00\x00\xc0\x3f\x00\x00\x00\xc0')}${number(1)}` },
  'a type that is a text': { dtype: bytesText('f4') },
  'a type that is None': { dtype: 'N' },
  'a type that is a name': { dtype: 'cnumpy\ndtype\n' },
  'a type that is a list': { dtype: ')' },
  'a type of another maker': { dtype: dtypeOf(bytesText('f4')).replace('cnumpy\ndtype', 'cnumpy\ndtypes') },
  'a type that is not said': { dtype: dtypeOf('N') },
  'a type without an order': { dtype: dtypeOf(bytesText('f4'), 'N') },
  'a type without a state': { dtype: `cnumpy\ndtype\n(${bytesText('f4')}tR` },
  'a type whose call is no list': { dtype: `cnumpy\ndtype\n${bytesText('f4')}R(${number(3)}${bytesText('<')}tb` },
  objects: { dtype: dtypeOf(bytesText('O8'), bytesText('|')) },
  texts: { dtype: dtypeOf(bytesText('S4'), bytesText('|')) },
  'a type with more behind it': { dtype: dtypeOf(bytesText('f4x')) },
  'a type with more before it': { dtype: dtypeOf(bytesText('xf4')) },
  'a shape without axes': { shape: ')' },
  'a shape that is a number': { shape: number(2) },
  'a shape below zero': { shape: `J\xff\xff\xff\xffJ\xfe\xff\xff\xff\x86` },
  'a shape of fractions': { shape: `G\x3f\xe0\0\0\0\0\0\0${number(4)}\x86` },
  'a shape of 33 axes': { shape: `(${number(1).repeat(32)}${number(2)}t` },
  'elements in a list': { data: `(${number(1)}${number(2)}t` },
};

for (const [what, parts] of Object.entries(passedOver)) {
  test(`passed over: ${what}`, (t) => t.deepEqual(pickledArrays(arrayOf(parts)), []));
}

test('an object with a state that is no list is passed over', (t) => {
  const file = Buffer.from(`cnumpy.core.multiarray\n_reconstruct\n)R${bytesText('12345')}b.`, 'latin1');
  t.deepEqual(pickledArrays(Uint8Array.from(file)), []);
});

test('what is cut off or no pickle is refused', (t) => {
  const whole = bytesOf(reference['Python 2']);
  t.throws(() => pickledArrays(whole.subarray(0, whole.length - 1)), { instanceOf: AdvectError, code: 'invalid-file' });
  t.throws(() => pickledArrays(Uint8Array.of(0x7b)), { instanceOf: AdvectError, message: /opcode 0x7b/ });
  t.throws(() => pickledArrays(Uint8Array.of(0x2e)), { instanceOf: AdvectError });
  t.throws(() => pickledArrays(Uint8Array.of(0x4e, 0x72, 255, 255, 255, 255)), { instanceOf: AdvectError });
});

test('a damaged pickle is read or refused with an AdvectError', (t) => {
  for (const pickle of Object.values(reference)) {
    const whole = bytesOf(pickle);
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }), (edits) => {
        const changed = whole.slice();
        for (const [at, byte] of edits) changed[at] = byte;
        try {
          pickledArrays(changed);
          return true;
        } catch (error) {
          return error instanceof AdvectError;
        }
      }),
      { numRuns: 500 },
    );
  }
  t.pass();
});
