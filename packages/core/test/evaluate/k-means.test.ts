import test from 'ava';
import { kMeans } from '#src/evaluate/k-means.js';
import { key, normals } from '#src/random/index.js';

test('well separated groups are found whatever the key', (t) => {
  const noise = normals(key(0), 600);
  const data = noise.map((v, i) => v + (i % 2 === 0 ? 100 * ((i >> 1) % 3) : 0));
  for (let seed = 0; seed < 20; seed++) {
    const clusters = kMeans({ count: 300, dim: 2, data }, 3, key(seed));
    t.is(new Set(clusters).size, 3);
    clusters.forEach((cluster, n) => t.is(cluster, clusters[n % 3]));
  }
});

test('as many clusters as points give each point its own', (t) => {
  const clusters = kMeans({ count: 5, dim: 1, data: Float32Array.of(3, 1, 4, 1.5, 9) }, 5, key(0));
  t.is(new Set(clusters).size, 5);
});

test('equal points do not loop or fail', (t) => {
  t.deepEqual([...kMeans({ count: 3, dim: 1, data: Float32Array.of(2, 2, 2) }, 2, key(0))], [0, 0, 0]);
});
