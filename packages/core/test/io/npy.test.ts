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

test('an object array, which is a pickled program, is refused by its type', (t) => {
  const header = "{'descr': '|O', 'fortran_order': False, 'shape': (1,), }\n";
  const file = Uint8Array.from([0x93, ...Buffer.from('NUMPY'), 1, 0, header.length, 0, ...Buffer.from(header), 0x80, 0x04]);
  t.throws(() => readNpy(file), { instanceOf: AdvectError, message: /'\|O'/ });
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
