import test from 'ava';
import { sizeOf } from '@advect/base/array';
import { conv, dit, endpointField, mlp, transformer, transformerNetwork, unet, type VelocityField } from '#src/field/index.js';
import { cnf, codeBits, codeSurprise, type Flow, sampleCodes } from '#src/flow/index.js';
import { likelihoodGradient } from '#src/flow/gradient/likelihood-gradient.js';
import { fieldPrograms, withPrograms } from '#src/flow/programs/index.js';
import { endpointMatching } from '#src/objective/endpoint.js';
import { flowMatching } from '#src/objective/flow-matching.js';
import type { Objective } from '#src/objective/objective.js';
import { key, normals, split } from '#src/random/index.js';
import { countTensors, ready, tf } from '#src/tensor/index.js';
import { fieldOf } from './fields.js';

/** A field as a user writes it: tfjs ops of many kinds, no forward derivative, weights of its own. */
const written: VelocityField = {
  config: { kind: 'test' },
  event: [2, 3],
  conditionDim: 0,
  init: (k) => ({
    kernel: { shape: [3, 8], data: normals(split(k, 'kernel'), 24) },
    scale: { shape: [8], data: normals(split(k, 'scale'), 8) },
    out: { shape: [8, 3], data: normals(split(k, 'out'), 24) },
  }),
  velocity: ({ kernel, scale, out }, { x, t }) => {
    const flat = tf.reshape(x, [-1, 3]);
    const z = tf.mul(tf.matMul(flat as never, kernel as never), scale);
    const tail = tf.log1p(tf.exp(tf.neg(tf.abs(z))));
    const gated = tf.where(tf.greater(z, 0), tf.add(z, tail), tail);
    const u = tf.reshape(tf.matMul(gated as never, out as never), x.shape);
    const swapped = tf.concat([tf.slice(u, [0, 1, 0], [-1, 1, -1]), tf.slice(u, [0, 0, 0], [-1, 1, -1])], 1);
    return tf.mul(tf.tanh(tf.sub(swapped, tf.mean(u, [1, 2], true))), tf.cos(tf.reshape(t, [-1, 1, 1])));
  },
};

const fields: { readonly [name: string]: VelocityField } = {
  mlp: mlp({ dim: 3, hidden: [20, 20], activation: 'tanh', octaves: 2, classes: 3, lastLayer: 'random' }),
  residual: mlp({ event: [2, 2], hidden: [9, 9, 9], residual: true, time: 'concat', lastLayer: 'random' }),
  transformer: transformer({ event: [3, 2], model: 8, heads: 2, layers: 1, period: 2, lastLayer: 'random' }),
  conv: conv({ event: [2, 2, 1], hidden: [4, 4], strides: [2, -2, 1], time: 'hyper', hyperUnits: 2, lastLayer: 'random' }),
  dit: dit({ event: [2, 2, 1], patch: 1, model: 8, layers: 1, heads: 2, expansion: 1, lastLayer: 'random' }),
  unet: unet({ event: [2, 2, 1], channels: 4, multipliers: [1, 2], groups: 2, classes: 2, lastLayer: 'random' }),
  endpoint: endpointField({
    network: transformerNetwork({ input: [2, 4], output: [2, 3], model: 8, heads: 2, layers: 1, lastLayer: 'random' }),
    codebook: [[-1], [0], [1]],
    sigma: 0.2,
    evidence: 'logits+input',
  }),
  written,
};

const traces = [{ kind: 'exact' }, { kind: 'rademacher', probes: 2 }] as const;
const weightsOf = (field: VelocityField) => field.init(split(key(3), 'weights'));
const pointsOf = (field: VelocityField, rows: number, seed = 5) => ({
  shape: [rows, ...field.event],
  data: normals(key(seed), rows * sizeOf(field.event)),
});
const conditionOf = ({ conditionDim }: VelocityField, rows: number) =>
  conditionDim === 0 ? undefined : { shape: [rows, conditionDim], data: normals(key(6), rows * conditionDim) };

/**
 * A gradient whose terms cancel in the norm of groups behind it: with 131 rows eager TensorFlow.js is 1e-5 from float64 there,
 * generated code 1e-5 without and 2e-6 with relaxed SIMD, and rounding at random moves it by 7e-6.
 */
const cancels = (name: string, what: string): boolean => name === 'unet' && what === 'down3/block/convolution1/weight';

/** Largest difference, beside the largest number. */
function gap(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [most, size] = [0, 1e-30];
  for (let i = 0; i < b.length; i++) {
    most = Math.max(most, Math.abs(a[i] - b[i]));
    size = Math.max(size, Math.abs(b[i]));
  }
  return a.length === b.length ? most / size : Infinity;
}

test.before(async () => void (await ready()));

for (const name of ['conv', 'dit', 'unet', 'written']) {
  const field = fields[name];
  test(`${name}: velocity, divergence and their pullback are those of the eager field, for any number of rows`, async (t) => {
    const cases = traces.flatMap((trace) => [1, 131].map((rows) => ({ trace, rows })));
    const by = (executor: 'wasm' | 'eager') =>
      withPrograms(field, weightsOf(field), { executor, threads: 1 }, async (programs) => {
        const found: { [what: string]: ArrayLike<number> }[] = [];
        for (const { trace, rows } of cases) {
          const x = pointsOf(field, rows).data;
          const columns = trace.kind === 'exact' ? 1 : trace.probes;
          const times = Float64Array.from({ length: rows }, (_, i) => (i + 0.5) / rows);
          const keys = Array.from({ length: rows }, (_, i) => split(key(9), i));
          const condition = conditionOf(field, rows);
          const at = fieldPrograms(programs, field, weightsOf(field), { condition, divergence: { trace, keys } });
          const [u, uByRow, flux, fluxByRow, pulled] = await Promise.all([
            at.velocity(0.3, x),
            at.velocity(times, x),
            at.velocityAndDivergence(0.3, x),
            at.velocityAndDivergence(times, x),
            at.pull(0.3, x, normals(key(7), x.length), normals(key(8), rows * columns)),
          ]);
          t.is(programs.report()!.executor, executor);
          const { ofParameters, ofX, u: pulledU, divergence } = pulled;
          const byTime = { once: u, uByRow, fluxU: flux.u, div: flux.divergence, divByRow: fluxByRow.divergence, uOfRows: fluxByRow.u };
          found.push({ ...byTime, ofX, pulledU, divergence, ...ofParameters });
        }
        return found;
      });
    const [eager, wasm] = [await by('eager'), await by('wasm')];
    cases.forEach(({ trace, rows }, i) => {
      for (const [what, values] of Object.entries(eager[i])) {
        const found = gap(wasm[i][what], values);
        t.true(found < (cancels(name, what) ? 2e-5 : 1e-5), `${what}, ${trace.kind}, ${rows} rows: ${found}`);
      }
    });
  });
}

const solvers = [{ method: 'rk4', steps: 6 }, { rtol: 1e-5, atol: 1e-5 }, { control: 'joint' }] as const;
/** Every solver of one field, every field by one solver: verbs meet both in all pairs. */
const solvedBy = { mlp: solvers, written: [solvers[0]], transformer: [solvers[1]] } as const;

test('every verb gives the same by either executor, and says who computed', async (t) => {
  for (const name of ['mlp', 'written', 'transformer'] as const) {
    const field = fields[name];
    const flow = cnf({ field, seed: 3 });
    const x = pointsOf(field, 7);
    for (const solver of solvedBy[name]) {
      const bound = 'steps' in solver ? 2e-5 : 2e-4;
      const run = async (executor: 'wasm' | 'eager') => {
        const o = { ...solver, executor, seed: 4 };
        const [sample, trajectory, encode] = [await flow.sample(5, o), await flow.trajectory(3, o), await flow.encode(x, o)];
        const decode = await flow.decode(encode.z, { ...solver, executor });
        const [exact, probed] = [await flow.logProb(x, o), await flow.logProb(x, { ...o, divergence: 'gaussian', probes: 2 })];
        const both = await flow.sampleWithLogProb(4, o);
        for (const { report } of [sample, trajectory, encode, decode, exact, probed, both]) {
          t.is(report.executor!.executor, executor);
          t.true(report.executor!.reason.length > 5 && report.executor!.threads >= 1);
        }
        return [sample.x.data, trajectory.x.data, encode.z.data, decode.x.data, exact.logProb, probed.logProb, both.x.data, both.logProb];
      };
      const [wasm, eager] = [await run('wasm'), await run('eager')];
      eager.forEach((values, i) => t.true(gap(wasm[i], values) < bound, `${name}, verb ${i}: ${gap(wasm[i], values)}`));
    }
  }
});

test('compiled rows are the same to the bit alone, in a batch, in any order and in chunks', async (t) => {
  for (const name of ['mlp', 'written'] as const) {
    const field = fields[name];
    const flow = cnf({ field, seed: 3 });
    const dim = sizeOf(field.event);
    const x = pointsOf(field, 70);
    const o = { executor: 'wasm', label: field.conditionDim > 0 ? 1 : undefined } as const;
    const { logProb } = await flow.logProb(x, o);
    const row = (i: number) => x.data.slice(i * dim, (i + 1) * dim);
    for (const i of [0, 33, 69]) t.is((await flow.logProb({ shape: [1, ...field.event], data: row(i) }, o)).logProb[0], logProb[i]);
    const order = Array.from({ length: 70 }, (_, i) => (i * 29) % 70);
    const shuffled = { shape: x.shape, data: Float32Array.from(order.flatMap((i) => [...row(i)])) };
    const again = await flow.logProb(shuffled, { ...o, chunk: 33 });
    t.deepEqual(
      [...again.logProb],
      order.map((i) => logProb[i]),
    );
    const samples = await flow.sample(20, o);
    t.deepEqual((await flow.sample(1, { ...o, start: 13 })).x.data, samples.x.data.slice(13 * dim, 14 * dim));
  }
});

test('rows that have arrived are left out, which changes no bit of the others: conditions and probes go with their rows', async (t) => {
  const field = fields.mlp;
  const weights = Object.fromEntries(
    Object.entries(field.init(key(4))).map(([name, { shape, data }]) => [name, { shape, data: data.map((v) => 2.5 * v) }]),
  );
  const flow = cnf({ field, parameters: weights });
  const rows = 24;
  const near = pointsOf(field, rows);
  // A few rows far out take many more steps.
  const x = { shape: near.shape, data: near.data.map((v, i) => (i < 9 ? 6 * v : 0.3 * v)) };
  const label = Int32Array.from({ length: rows }, (_, i) => (i % 4) - 1);
  const part = (order: readonly number[]) => ({
    x: { shape: [order.length, 3], data: Float32Array.from(order.flatMap((i) => [...x.data.subarray(3 * i, 3 * i + 3)])) },
    label: Int32Array.from(order, (i) => label[i]),
  });
  for (const divergence of ['exact', 'rademacher', 'hutch++'] as const) {
    const o = { executor: 'wasm', divergence, probes: 4, rtol: 1e-6, atol: 1e-6 } as const;
    const { logProb, report } = await flow.logProb(x, { ...o, label });
    t.log(`${divergence}: ${report.rowEvaluations} of ${report.evaluations * rows}`);
    t.true(report.rowEvaluations < 0.95 * report.evaluations * rows);
    const order = Array.from({ length: rows }, (_, i) => (i * 7 + 3) % rows);
    const shuffled = part(order);
    t.deepEqual(
      [...(await flow.logProb(shuffled.x, { ...o, label: shuffled.label })).logProb],
      order.map((i) => logProb[i]),
    );
    for (const i of [0, 2, 5, 23]) {
      const alone = part([i]);
      t.is((await flow.logProb(alone.x, { ...o, label: alone.label })).logProb[0], logProb[i]);
    }
  }
  const samples = await flow.sample(20, { executor: 'wasm', label: 1 });
  t.true(samples.report.rowEvaluations < samples.report.evaluations * 20);
  t.deepEqual((await flow.sample(1, { executor: 'wasm', label: 1, start: 13 })).x.data, samples.x.data.slice(39, 42));
});

test('both gradients of the likelihood agree by either executor', async (t) => {
  for (const name of ['mlp', 'residual', 'written'] as const) {
    const field = fields[name];
    const rows = 9;
    const problem = {
      field,
      base: cnf({ field }).base,
      parameters: weightsOf(field),
      x: pointsOf(field, rows),
      condition: conditionOf(field, rows),
      weights: new Float64Array(rows).map((_, i) => (i - 3) / rows),
      interval: [0.1, 0.9] as const,
    };
    const grid = { method: 'rk4', steps: 5 } as const;
    const adaptive = { rtol: 1e-5, atol: 1e-5 };
    // All pairs of trace, mode and solver.
    for (const [trace, mode, solver] of [
      [traces[0], 'steps', grid],
      [traces[0], 'adjoint', adaptive],
      [traces[1], 'steps', adaptive],
      [traces[1], 'adjoint', grid],
    ] as const) {
      const divergence = { trace, keys: Array.from({ length: rows }, (_, i) => split(key(2), i)) };
      const by = (executor: 'wasm' | 'eager') => likelihoodGradient({ ...problem, divergence, solver, computing: { executor } }, mode);
      const [wasm, eager] = [await by('wasm'), await by('eager')];
      t.deepEqual([wasm.executor!.executor, eager.executor!.executor], ['wasm', 'eager']);
      const bound = 'steps' in solver ? 1e-4 : 1e-3;
      t.true(gap(wasm.logProb, eager.logProb) < bound && gap(wasm.x, eager.x) < bound);
      t.true(gap(wasm.interval, eager.interval) < bound, `interval ${gap(wasm.interval, eager.interval)}`);
      for (const [weight, values] of Object.entries(eager.parameters)) {
        t.true(gap(wasm.parameters[weight], values) < bound, `${name} ${weight}: ${gap(wasm.parameters[weight], values)}`);
      }
    }
  }
});

test('the matching objectives agree by either executor: loss, measured loss and gradient', async (t) => {
  const cases: [VelocityField, Objective][] = [
    ...Object.values(fields).map((field): [VelocityField, Objective] => [field, flowMatching({ sigma: 0.1 })]),
    [fields.endpoint, endpointMatching()],
  ];
  for (const [field, objective] of cases) {
    const flow = cnf({ field });
    const parameters = weightsOf(field);
    for (const rows of [3, 77]) {
      const batch = { x: pointsOf(field, rows), condition: conditionOf(field, rows) };
      const by = async (executor: 'wasm' | 'eager') => ({
        ...(await objective.evaluate(flow, parameters, batch, key(1), { executor })),
        measured: await objective.measure!(flow, parameters, batch, key(1), { executor }),
      });
      const [wasm, eager] = [await by('wasm'), await by('eager')];
      t.deepEqual([wasm.executor!.executor, eager.executor!.executor], ['wasm', 'eager']);
      t.true(gap([wasm.loss, wasm.measured], [eager.loss, eager.measured]) < 1e-5);
      for (const [weight, values] of Object.entries(eager.gradients)) {
        const found = gap(wasm.gradients[weight], values);
        t.true(found < 1e-5 || found * Math.max(...values.map(Math.abs)) < 1e-7, `${weight}: ${found}`);
      }
    }
  }
});

test('codes are sampled, and surprise, alike', async (t) => {
  const flow = cnf({ field: fields.endpoint, seed: 3 });
  const by = async (executor: 'wasm' | 'eager') => {
    const { codes, logConfidence } = await sampleCodes(flow, 6, { steps: 8, executor, chunk: 4 });
    return {
      codes,
      logConfidence,
      surprise: await codeSurprise(flow, codes, { executor }),
      bits: await codeBits(flow, codes, { executor }),
    };
  };
  const [wasm, eager] = [await by('wasm'), await by('eager')];
  t.deepEqual(wasm.codes, eager.codes);
  t.true(gap(wasm.logConfidence.data, eager.logConfidence.data) < 1e-4);
  t.true(gap(wasm.surprise.data, eager.surprise.data) < 1e-5);
  t.true(gap(wasm.bits.bits.data, eager.bits.bits.data) < 1e-4);
});

test('two flows of one field, with weights of their own, at the same time', async (t) => {
  const [a, b] = [1, 2].map((seed) => cnf({ field: fields.mlp, seed }));
  const alone = [await a.sample(4, { executor: 'wasm' }), await b.sample(4, { executor: 'wasm' })];
  const together = await Promise.all([a.sample(4, { executor: 'wasm' }), b.sample(4, { executor: 'wasm' })]);
  together.forEach(({ x }, i) => t.deepEqual(x.data, alone[i].x.data));
  t.notDeepEqual(alone[0].x.data, alone[1].x.data);
});

const uncompilable: { readonly [what: string]: Flow } = {
  'reads its numbers': cnf({ field: fieldOf(2, (x) => tf.tensor(Float32Array.from(x.dataSync(), Math.sin), x.shape)) }),
  'mixes its rows': cnf({ field: fieldOf(2, (x) => tf.sub(x, tf.mean(x, 0, true))) }),
};

for (const [what, flow] of Object.entries(uncompilable)) {
  test.serial(`a field that ${what} runs eagerly, with the reason, and leaves no tensor`, async (t) => {
    const before = countTensors();
    const { x, report } = await flow.sample(5);
    t.is(x.data.length, 10);
    t.is(report.executor!.executor, 'eager');
    t.true(report.executor!.reason.length > 20, report.executor!.reason);
    t.is(countTensors(), before);
  });
}

test('ONNX Runtime, whose programs answer later, gives the same, also to two callers at once', async (t) => {
  const flow = cnf({ field: fields.mlp, seed: 3 });
  const x = pointsOf(fields.mlp, 9);
  const by = async (executor: 'onnx' | 'eager') => {
    const o = { executor, method: 'rk4', steps: 5 } as const;
    const [a, b] = await Promise.all([flow.logProb(x, { ...o, label: 1 }), flow.logProb(x, { ...o, label: 2, divergence: 'gaussian' })]);
    t.is(a.report.executor!.executor, executor);
    const { logProb } = await flow.logProb(x, { executor, label: 1 });
    const { loss, gradients } = await flowMatching().evaluate(
      flow,
      flow.parameters,
      { x, condition: conditionOf(fields.mlp, 9) },
      key(3),
      o,
    );
    return [a.logProb, b.logProb, logProb, [loss], ...Object.values(gradients)];
  };
  const [onnx, eager] = [await by('onnx'), await by('eager')];
  eager.forEach((values, i) => t.true(gap(onnx[i], values) < 1e-4, `${i}: ${gap(onnx[i], values)}`));
});
