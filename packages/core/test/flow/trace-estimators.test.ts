import test from 'ava';
import type { VelocityField } from '#src/field/index.js';
import { mlp } from '#src/field/index.js';
import { cnf } from '#src/flow/cnf.js';
import { drawProbes, type Trace } from '#src/flow/divergence.js';
import { likelihoodGradient } from '#src/flow/gradient/likelihood-gradient.js';
import type { LikelihoodProblem } from '#src/flow/gradient/problem.js';
import { fieldPrograms, withPrograms } from '#src/flow/programs/index.js';
import { applySketch } from '#src/flow/sketch.js';
import { key, normals, split } from '#src/random/index.js';
import { ready } from '#src/tensor/index.js';
import { linearField } from './fields.js';

test.before(async () => void (await ready()));

const keysOf = (rows: number, seed: number) => Array.from({ length: rows }, (_, i) => split(key(seed), i));

/** A matrix whose singular values fall by a factor for each direction, in random bases, and which is not symmetric. */
function decaying(dim: number, factor: number): number[][] {
  const basis = (seed: number) => {
    const probes = { shape: [2 * dim, 1, dim], data: normals(key(seed), 2 * dim * dim) };
    const { data } = applySketch({ kind: 'hutch++', probes: 2 * dim }, probes, probes.data);
    return Array.from({ length: dim }, (_, i) => [...data.subarray(i * dim, (i + 1) * dim)]);
  };
  const [left, mixed] = [basis(1), basis(2)];
  const right = left.map((row, k) => row.map((v, i) => 0.9 * v + 0.4 * mixed[k][i]));
  return left[0].map((_, i) => left[0].map((__, j) => left.reduce((sum, row, k) => sum + 3 * factor ** k * row[i] * right[k][j], 0)));
}

/** Independent estimates of the divergence at one point: one for each row. */
function estimates(field: VelocityField, trace: Trace, rows: number): Promise<number[]> {
  return withPrograms(field, {}, { executor: 'wasm' }, async (programs) => {
    const [dim] = field.event;
    const at = fieldPrograms(programs, field, {}, { divergence: { trace, keys: keysOf(rows, 9) } });
    const { divergence } = await at.velocityAndDivergence(0.5, new Float32Array(rows * dim).fill(0.3));
    const columns = divergence.length / rows;
    return Array.from(
      { length: rows },
      (_, i) => divergence.subarray(i * columns, (i + 1) * columns).reduce((sum, v) => sum + v, 0) / columns,
    );
  });
}

const meanOf = (values: readonly number[]) => values.reduce((sum, v) => sum + v, 0) / values.length;
const varianceOf = (values: readonly number[]) =>
  meanOf(values.map((v) => (v - meanOf(values)) ** 2)) * (values.length / (values.length - 1));

test('Hutch++: unbiased on both sides; of less variance than Hutchinson with as many products where the spectrum decays', async (t) => {
  const [dim, rows, probes] = [24, 4000, 8];
  const a = decaying(dim, 0.6);
  const field = linearField(a, new Array<number>(dim).fill(0));
  const trace = a.reduce((sum, row, i) => sum + row[i], 0);
  const symmetric = a.map((row, i) => row.map((v, j) => (v + a[j][i]) / 2));
  const offDiagonal = symmetric.reduce((sum, row, i) => sum + row.reduce((part, v, j) => part + (i === j ? 0 : v * v), 0), 0);
  const variances: { [kind: string]: number } = {};
  for (const kind of ['hutch++', 'rademacher', 'gaussian'] as const) {
    const values = await estimates(field, { kind, probes }, rows);
    variances[kind] = varianceOf(values);
    t.true(Math.abs(meanOf(values) - trace) < 4 * Math.sqrt(variances[kind] / rows), `${kind}: ${meanOf(values)} ${trace}`);
  }
  t.true(Math.abs(variances.rademacher / ((2 * offDiagonal) / probes) - 1) < 0.15, 'Hutchinson as theory has it');
  t.true(variances['hutch++'] < 0.15 * variances.rademacher, `${variances['hutch++']} ${variances.rademacher}`);
  t.true(variances['hutch++'] < 0.15 * variances.gaussian);
});

test('Hutch++ is exact where the sketch holds all that the Jacobian does', async (t) => {
  const field = linearField(
    [
      [2, 4, 0, 0, 0],
      [-1, -2.5, 0, 0, 0],
      [0, 0, 0, 0, 0],
      [0, 0, 0, 0, 0],
      [0, 0, 0, 0, 0],
    ],
    [0, 0, 0, 0, 0],
  );
  for (const value of await estimates(field, { kind: 'hutch++', probes: 7 }, 20)) t.true(Math.abs(value + 0.5) < 1e-5, `${value}`);
});

test('a sketch is an orthonormal basis, or zero beyond its rank, and the random probes are orthogonal to it; row by row', (t) => {
  const trace: Trace = { kind: 'hutch++', probes: 6 };
  const probes = drawProbes(trace, keysOf(2, 3), [2, 3])!;
  const sketched = normals(key(4), 3 * 2 * 6);
  sketched.copyWithin(12, 0, 12); // the second direction is the first again
  const { data } = applySketch(trace, probes, sketched);
  const vector = (p: number, row: number) => [...data.subarray((p * 2 + row) * 6, (p * 2 + row + 1) * 6)];
  const product = (a: number[], b: number[]) => a.reduce((sum, v, i) => sum + v * b[i], 0);
  for (const row of [0, 1]) {
    t.deepEqual(vector(1, row), [0, 0, 0, 0, 0, 0]);
    for (const p of [0, 2]) t.true(Math.abs(product(vector(p, row), vector(p, row)) - 1) < 1e-6);
    t.true(Math.abs(product(vector(0, row), vector(2, row))) < 1e-6);
    for (const p of [3, 4, 5]) for (const q of [0, 2]) t.true(Math.abs(product(vector(p, row), vector(q, row))) < 1e-6);
  }
});

for (const kind of ['rademacher', 'gaussian', 'hutch++'] as const) {
  test.serial(`${kind}: a solve sees the same probes at every evaluation, rejected steps and the way back included`, async (t) => {
    const inner = mlp({ dim: 3, hidden: [8, 8], lastLayer: 'random' });
    const seen = new Set<string>();
    let calls = 0;
    const field: VelocityField = {
      ...inner,
      velocityAndJvp(parameters, input, tangents) {
        const [probes, batch, dim] = tangents.shape;
        const numbers = [...tangents.dataSync()];
        const ofRow = (row: number) => numbers.filter((_, i) => Math.floor(i / dim) % batch === row).join();
        if (probes === 4) for (let row = 0; row < batch; row++) seen.add(ofRow(row));
        calls++;
        return inner.velocityAndJvp!(parameters, input, tangents);
      },
    };
    const rows = 3;
    const problem: LikelihoodProblem = {
      field,
      base: cnf({ field }).base,
      parameters: Object.fromEntries(
        Object.entries(field.init(key(1))).map(([name, { shape, data }]) => [name, { shape, data: data.map((v) => 3 * v) }]),
      ),
      x: { shape: [rows, 3], data: normals(key(2), 3 * rows) },
      divergence: { trace: { kind, probes: 4 }, keys: keysOf(rows, 5) },
      weights: new Float64Array(rows).fill(1),
      interval: [0, 1],
      solver: { rtol: 1e-5, atol: 1e-5 },
      computing: { executor: 'eager' },
    };
    for (const mode of ['steps', 'adjoint'] as const) await likelihoodGradient(problem, mode);
    const { report } = await cnf({ field, parameters: problem.parameters }).logProb(problem.x, {
      executor: 'eager',
      divergence: kind,
      probes: 4,
    });
    t.true(calls > 100 && report.rejected > 0, `${calls} evaluations, ${report.rejected} rejected`);
    // The gradients have the keys that they are given, logProb those of the points.
    t.is(seen.size, 2 * rows);
  });
}

test('Hutch++: the gradient is that of the exact log-density in the mean', async (t) => {
  const field = mlp({ dim: 6, hidden: [10, 10], activation: 'tanh', lastLayer: 'random' });
  const [rows, seeds] = [1, 300];
  const gradients = (trace: Trace, seed: number) =>
    likelihoodGradient({
      field,
      base: cnf({ field }).base,
      parameters: field.init(key(1)),
      x: { shape: [rows, 6], data: normals(key(2), 6 * rows) },
      divergence: { trace, keys: keysOf(rows, seed) },
      weights: Float64Array.of(1),
      interval: [0, 1],
      solver: { method: 'rk4', steps: 4 },
    });
  const exact = await gradients({ kind: 'exact' }, 0);
  const sums = { x: [] as number[][], weight: [] as number[][] };
  for (let seed = 0; seed < seeds; seed++) {
    const { x, parameters } = await gradients({ kind: 'hutch++', probes: 4 }, seed + 1);
    sums.x.push([...x]);
    sums.weight.push([...parameters['hidden1/weight'].subarray(0, 10)]);
  }
  for (const [found, expected] of [
    [sums.x, exact.x],
    [sums.weight, exact.parameters['hidden1/weight']],
  ] as const) {
    for (let i = 0; i < found[0].length; i++) {
      const values = found.map((row) => row[i]);
      const error = Math.sqrt(varianceOf(values) / seeds);
      t.true(Math.abs(meanOf(values) - expected[i]) < 4 * error + 1e-5, `${meanOf(values)} ${expected[i]} ± ${error}`);
    }
  }
});

test('the basis of a sketch does not depend on the size of the products, and what depends on others adds nothing', (t) => {
  const [probes, batch, dim] = [6, 2, 5];
  const drawn = { shape: [probes, batch, dim], data: normals(key(8), probes * batch * dim) };
  const sketched = normals(key(9), drawn.data.length);
  // The third product of the second row is twice the first.
  const at = (p: number) => (p * batch + 1) * dim;
  for (let i = 0; i < dim; i++) sketched[at(2) + i] = 2 * sketched[at(0) + i];
  const trace: Trace = { kind: 'hutch++', probes };
  const basis = applySketch(trace, drawn, sketched).data;
  t.deepEqual([...basis.subarray(at(2), at(2) + dim)], [0, 0, 0, 0, 0]);
  for (const scale of [2 ** -30, 2 ** 30]) t.deepEqual(applySketch(trace, drawn, sketched.map((v) => scale * v)).data, basis); // prettier-ignore
});

test('Hutch++ with one probe is refused', async (t) => {
  const flow = cnf({ field: mlp({ dim: 2 }) });
  await t.throwsAsync(flow.logProb([[0, 0]], { divergence: 'hutch++', probes: 1 }), { code: 'invalid-option', message: /1 probe/ });
  const least = await flow.logProb([[0, 0]], { divergence: 'hutch++', probes: 2 });
  t.deepEqual([least.report.divergence, least.report.probes], ['hutch++', 2]);
  const { report, standardError } = await flow.logProb([[0, 0]], { divergence: 'hutch++', probes: 4 });
  t.deepEqual([report.divergence, report.probes], ['hutch++', 4]);
  t.true(standardError[0] >= 0);
});
