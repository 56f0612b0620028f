import { readFileSync } from 'node:fs';
import { inflateSync } from 'node:zlib';
import test from 'ava';
import { AdvectError } from '@advect/base/errors';
import { readHdf5 } from '#src/data/hdf5.js';
import { MeteredBuffer } from '#src/data/metered-buffer.js';

const { hdf5 } = JSON.parse(readFileSync(new URL('../../../test/data/reference/forms.json', import.meta.url), 'utf8')) as {
  hdf5: { [kind: string]: string };
};
const fileOf = (kind: string): Uint8Array => Uint8Array.from(inflateSync(Buffer.from(hdf5[kind], 'base64')));

for (const kind of Object.keys(hdf5)) {
  test(`HDF5 as h5py writes it, ${kind}: a table`, async (t) => {
    const { x } = await readHdf5(fileOf(kind), ['x']);
    t.deepEqual(x.shape, [4, 3]);
    t.deepEqual(
      [...x.data],
      Array.from({ length: 12 }, (_, i) => i / 4),
    );
    await t.throwsAsync(readHdf5(fileOf(kind), ['y']), { instanceOf: AdvectError, code: 'invalid-file', message: /'y'/ });
  });
}

/** A file in which each place of some bytes is written over in turn. */
function* forged(kind: string, bytes: readonly number[], others: readonly number[]): Generator<Uint8Array> {
  const whole = fileOf(kind);
  for (let at = Buffer.from(whole).indexOf(Uint8Array.from(bytes)); at >= 0;) {
    const copy = whole.slice();
    copy.set(others, at);
    yield copy;
    at = Buffer.from(whole).indexOf(Uint8Array.from(bytes), at + 1);
  }
}

test('a table and chunks of thousands of millions of numbers are refused before they are made', async (t) => {
  const shape = [4, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0];
  const chunk = [2, 0, 0, 0, 2, 0, 0, 0, 4, 0, 0, 0];
  for (const [kind, bytes] of [
    ['earliest', shape],
    ['v108', shape],
    ['earliest, chunks', shape],
    ['earliest, chunks', chunk],
    ['v108, chunks', chunk],
  ] as const) {
    let refused = 0;
    for (const file of forged(kind, bytes, [255, 255, 255, 127])) {
      const problem = await readHdf5(file, ['x']).then(() => '', (error: AdvectError) => error.message); // prettier-ignore
      if (/announces \d+ numbers/.test(problem)) refused++;
    }
    t.true(refused > 0, `${kind}: ${refused}`);
  }
});

test('of a metered buffer only so many pieces and so many bytes are cut', (t) => {
  const buffer = new MeteredBuffer(Uint8Array.of(1, 2, 3, 4, 5));
  t.throws(() => buffer.slice(0, 1), { message: /refer to each other/ }, 'none are allowed at first');
  buffer.allow(3, 6);
  t.deepEqual([...new Uint8Array(buffer.slice(1, 3))], [2, 3]);
  t.deepEqual([...new Uint8Array(buffer.slice(2))], [3, 4, 5]);
  t.throws(() => buffer.slice(0, 2), { message: /refer to each other/ });
  buffer.allow(1, 100);
  t.deepEqual(new Uint8Array(buffer.slice()).length, 5);
  t.throws(() => buffer.slice(0, 1), { message: /refer to each other/ });
});

test('nodes of a group that lead to each other in more ways than there are bytes are refused', async (t) => {
  const whole = fileOf('earliest');
  const leaf = Buffer.from(whole).indexOf('TREE');
  const [fan, depth] = [60, 3];
  const size = 24 + 16 * fan + 8;
  const bytes = new Uint8Array(whole.length + depth * size);
  bytes.set(whole);
  const view = new DataView(bytes.buffer);
  let child = leaf;
  for (let level = 1; level <= depth; level++) {
    const node = whole.length + (level - 1) * size;
    bytes.set(whole.subarray(leaf, leaf + 24), node);
    bytes[node + 5] = level;
    view.setUint16(node + 6, fan, true);
    for (let i = 0; i < fan; i++) view.setBigUint64(node + 32 + 16 * i, BigInt(child), true);
    child = node;
  }
  for (let at = 0; at + 8 <= whole.length; at++)
    if (view.getBigUint64(at, true) === BigInt(leaf)) view.setBigUint64(at, BigInt(child), true);
  await t.throwsAsync(readHdf5(bytes, ['x']), { instanceOf: AdvectError, message: /refer to each other/ });
});
