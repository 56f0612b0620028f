import test from 'ava';
import { nearestDistances } from '#src/evaluate/index.js';
import { key, normals, split } from '#src/random/index.js';

const dim = 5;
const cloud = (n: number, name: string) => ({ shape: [n, dim], data: normals(split(key(2), name), n * dim).map((v) => 100 + 3 * v) });

test('the nearest known rows are those that a search one by one finds, over several blocks', async (t) => {
  const x = cloud(700, 'asked');
  const known = cloud(4500, 'known');
  const heard: number[] = [];
  const { distance, index } = await nearestDistances(x, known, { onProgress: (done, total) => heard.push(done / total) });
  for (let i = 0; i < 700; i += 7) {
    let least = Infinity;
    for (let j = 0; j < 4500; j++) {
      let square = 0;
      for (let d = 0; d < dim; d++) square += (x.data[i * dim + d] - known.data[j * dim + d]) ** 2;
      least = Math.min(least, square);
    }
    // Products in float32 may name one that is farther by their rounding, of a squared length of some hundred.
    t.true(distance[i] ** 2 - least < 2e-3 && distance[i] ** 2 >= least - 1e-9, `row ${i}: ${distance[i]} ${Math.sqrt(least)}`);
    let named = 0;
    for (let d = 0; d < dim; d++) named += (x.data[i * dim + d] - known.data[index[i] * dim + d]) ** 2;
    t.true(Math.abs(distance[i] - Math.sqrt(named)) < 1e-12);
  }
  t.is(heard.at(-1), 1);
});

test('a row that is known is found at distance 0, in the first and in the last block', async (t) => {
  const known = cloud(3000, 'known');
  const places = [0, 17, 2047, 2048, 2999];
  const x = {
    shape: [places.length, dim],
    data: Float32Array.from(places.flatMap((j) => Array.from(known.data.subarray(j * dim, (j + 1) * dim)))),
  };
  const { distance, index } = await nearestDistances(x, known);
  t.deepEqual(Array.from(index), places);
  t.deepEqual(Array.from(distance), [0, 0, 0, 0, 0]);
});

test('rows of another width and a search that is stopped are refused', async (t) => {
  await t.throwsAsync(nearestDistances(cloud(2, 'a'), { shape: [2, 4], data: new Float32Array(8) }), { code: 'invalid-shape' });
  await t.throwsAsync(nearestDistances(cloud(2, 'a'), cloud(2, 'b'), { signal: AbortSignal.abort() }), { code: 'aborted' });
});
