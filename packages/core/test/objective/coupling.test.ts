import test from 'ava';
import { takeRows } from '@advect/base/array';
import { couple, squaredDistances } from '#src/objective/coupling.js';
import { key, normals, permutation, split } from '#src/random/index.js';
import { sinkhorn } from '#src/transport/sinkhorn.js';

test('on a line the exact coupling sorts: it finds a hidden monotone pairing', (t) => {
  const n = 64;
  const x1 = { shape: [n, 1], data: normals(key(1), n) };
  const hidden = permutation(key(2), n);
  const x0 = { shape: [n, 1], data: Float32Array.from(hidden, (i) => 0.5 * x1.data[i] - 3) };
  const coupled = couple({ name: 'exact-ot', key: key(0) }, x0, x1);
  t.deepEqual(
    [...coupled.data],
    [...x1.data].map((v) => Math.fround(0.5 * v - 3)),
  );
});

test('a coupling uses every noise sample once, leaves the data alone, and costs no more than the given order', (t) => {
  const n = 40;
  const x0 = { shape: [n, 3], data: normals(split(key(8), 0), 3 * n) };
  const x1 = { shape: [n, 3], data: normals(split(key(8), 1), 3 * n) };
  const kept = x1.data.slice();
  const coupled = couple({ name: 'exact-ot', key: key(0) }, x0, x1);
  const cost = (a: Float32Array): number => a.reduce((sum, v, i) => sum + (v - x1.data[i]) ** 2, 0);
  t.deepEqual(
    [...coupled.data].sort((a, b) => a - b),
    [...x0.data].sort((a, b) => a - b),
  );
  t.deepEqual(x1.data, kept);
  t.true(cost(coupled.data) < cost(x0.data));
  t.is(couple({ name: 'independent', key: key(0) }, x0, x1), x0);
});

test('a hidden permutation of near pairs is recovered, by the assignment and by a plan of little entropy', (t) => {
  const n = 48;
  const x1 = { shape: [n, 2], data: Float32Array.from({ length: 2 * n }, (_, i) => (i % 2 ? Math.floor(i / 2 / 8) : (i / 2) % 8)) };
  const hidden = permutation(key(4), n);
  const noise = normals(key(5), 2 * n);
  const x0 = takeRows({ shape: [n, 2], data: x1.data.map((v, i) => v + 0.01 * noise[i]) }, hidden);
  const expected = takeRows(
    x0,
    Int32Array.from(hidden.keys(), (i) => hidden.indexOf(i)),
  );
  for (const name of ['exact-ot', 'sinkhorn'] as const) {
    t.deepEqual(couple({ name, regularisation: 0.02, key: key(6) }, x0, x1), expected, name);
  }
});

test('pairs are drawn from the plan by the key: the same for the same key, and with the frequencies of the plan', (t) => {
  const n = 6;
  const x0 = { shape: [n, 1], data: Float32Array.from({ length: n }, (_, i) => i) };
  const x1 = { shape: [n, 1], data: Float32Array.from({ length: n }, (_, i) => 0.8 * i + 0.3) };
  const draw = (seed: number) => couple({ name: 'sinkhorn', regularisation: 2, key: key(seed) }, x0, x1).data;
  t.deepEqual(draw(3), draw(3));
  const { plan } = sinkhorn(squaredDistances(x1, x0), n, 2);
  const times = 4000;
  const counts = new Float64Array(n * n);
  for (let seed = 0; seed < times; seed++) draw(seed).forEach((noise, i) => counts[i * n + noise]++);
  counts.forEach((count, i) => {
    const p = n * plan[i];
    t.true(Math.abs(count / times - p) < 4.5 * Math.sqrt((p * (1 - p)) / times) + 1e-4, `${i}: ${count / times} for ${p}`);
  });
});

test('where the plan cannot be found, Sinkhorn pairs as the assignment does, and says so', (t) => {
  const n = 180;
  const points = (tag: string) => ({ shape: [n, 2], data: normals(split(key(3), tag), 2 * n) });
  const [x0, x1] = [points('a'), points('b')];
  const told: number[] = [];
  const onAssigned = (rows: number) => void told.push(rows);
  const pairs = (name: 'exact-ot' | 'sinkhorn', regularisation = 4e-5) => couple({ name, regularisation, key: key(6), onAssigned }, x0, x1);
  t.deepEqual(pairs('sinkhorn'), pairs('exact-ot'));
  t.deepEqual(told, [n], 'and says so');
  pairs('sinkhorn', 0.1);
  t.is(told.length, 1);
});

test('with conditions, pairs are made within each alone, and labels stay with their rows', (t) => {
  const n = 30;
  const classOf = (i: number): number => (7 * i) % 3;
  const x1 = { shape: [n, 2], data: normals(key(21), 2 * n) };
  const x0 = { shape: [n, 2], data: normals(key(22), 2 * n) };
  const condition = { shape: [n, 3], data: Float32Array.from({ length: 3 * n }, (_, i) => Number(classOf(Math.floor(i / 3)) === i % 3)) };
  for (const name of ['exact-ot', 'sinkhorn'] as const) {
    const coupled = couple({ name, condition, key: key(1) }, x0, x1);
    for (let i = 0; i < n; i++) {
      const from = [...x0.data.keys()].find((k) => k % 2 === 0 && x0.data[k] === coupled.data[2 * i])! / 2;
      t.is(classOf(from), classOf(i), `${name}: row ${i} was given the noise of row ${from}`);
    }
  }
  const ones = [...Array(n).keys()].filter((i) => classOf(i) === 1);
  const [own, all] = [
    couple({ name: 'exact-ot', key: key(1) }, takeRows(x0, ones), takeRows(x1, ones)),
    couple({ name: 'exact-ot', condition, key: key(1) }, x0, x1),
  ];
  t.deepEqual(own, takeRows(all, ones));
});
