import test from 'ava';
import { readNpy, readNpz, readZip, sha256, writeNpy, writeNpz } from '#src/io/index.js';

const arrays = new Map([
  ['z', { shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, -0.1) }],
  ['d', { shape: [1], data: Float64Array.of(Math.PI) }],
  ['i', { shape: [2], data: Int32Array.of(-5, 7) }],
  ['b', { shape: [3, 1], data: Uint8Array.of(1, 2, 255) }],
]);

test('arrays written as .npy and .npz are read back, shapes, kinds and bits; checksums hold', async (t) => {
  for (const [, array] of arrays) t.deepEqual(readNpy(writeNpy(array)), array);
  const bytes = writeNpz(arrays);
  t.deepEqual(await readNpz(bytes), arrays);
  t.deepEqual(
    readZip(bytes).map(({ name }) => name),
    ['z.npy', 'd.npy', 'i.npy', 'b.npy'],
  );
});

test('the file is the one that NumPy 2.4.6 has read with these values, dtypes and shapes', async (t) => {
  // numpy.load('x.npz'): z float32 (2, 3), d float64 (1,), i int32 (2,), b uint8 (3, 1); zipfile.ZipFile('x.npz').testzip() is None.
  t.is(await sha256(writeNpz(arrays)), '935d6a0b32e5df3ab2d31b591db13c1c0aaa2e56cb04ab46d18decc3228cf1b6');
  t.is(writeNpy({ shape: [], data: Float32Array.of(1) }).length % 64, 4);
});
