import type { ExecutionContext } from 'ava';
import { type NdArray, sizeOf, takeRows } from '@advect/base/array';
import { AdvectError } from '@advect/base/errors';
import { cnf, type Flow, type Report, type SolverOptions } from '#src/flow/index.js';
import { fieldPrograms, withPrograms } from '#src/flow/programs/index.js';
import { loadModel, saveModel } from '#src/model/index.js';
import { key, normals, split } from '#src/random/index.js';
import type { Subject } from './flow-subjects.js';

/** What a law says its findings with: AVA's in Node, those of `page-assertions` in a page. */
export type Assertions = Pick<ExecutionContext, 'is' | 'true' | 'deepEqual' | 'notDeepEqual' | 'throwsAsync' | 'pass' | 'fail'>;

export type Executor = Exclude<SolverOptions['executor'], 'auto' | undefined>;

export interface Ground {
  readonly flow: Flow;
  readonly o: SolverOptions & { readonly label?: number; readonly executor: Executor };
  /** Where a result may differ by rounding that the solver carries on. */
  readonly bound: number;
  /** Whether rows are the same to the bit, whatever their number. */
  readonly exact: boolean;
  readonly hasDensity: boolean;
  /** Samples of seed 0 and their log-densities, computed once for all laws that compare something else with them. */
  readonly made: () => Promise<{ readonly x: NdArray; readonly report: Report; readonly logProb: Float64Array }>;
}

const rows = 5;
const near = (t: Assertions, a: ArrayLike<number>, b: ArrayLike<number>, bound: number, what: string): void => {
  t.is(a.length, b.length, what);
  for (let i = 0; i < b.length; i++) {
    if (!(Math.abs(a[i] - b[i]) <= bound * (1 + Math.abs(b[i])))) return t.fail(`${what}: ${a[i]} for ${b[i]} at ${i}`);
  }
  t.pass();
};
const noiseOf = ({ field, base }: Flow, seed: number) => base.sample(rows, key(seed), field.event, 0);

const isDequantised = (flow: Flow): boolean => flow.transforms.some(({ config }) => config.kind === 'dequantise');

/** By Gauss's elimination with pivots. */
function determinant(matrix: readonly (readonly number[])[]): number {
  const left = matrix.map((row) => [...row]);
  let product = 1;
  for (let c = 0; c < left.length; c++) {
    const pivot = left.slice(c).reduce((best, row, i) => (Math.abs(row[c]) > Math.abs(left[best][c]) ? c + i : best), c);
    if (pivot !== c) product = -product;
    [left[c], left[pivot]] = [left[pivot], left[c]];
    product *= left[c][c];
    for (let r = c + 1; r < left.length; r++) {
      const share = left[r][c] / left[c][c];
      left[r] = left[r].map((v, k) => v - share * left[c][k]);
    }
  }
  return product;
}

/** What a flow is. Each law is one row; every flow passes all of them, by whomever it is computed. */
export const flowLaws: { readonly [law: string]: (t: Assertions, ground: Ground) => Promise<unknown> } = {
  'the same seed gives the same bytes, another seed others, and item 3 can be made again alone': async (
    t,
    { flow, o, exact, bound, made },
  ) => {
    const { x, report } = await made();
    t.deepEqual([...x.shape], [rows, ...flow.field.event]);
    t.true(report.evaluations > 0 && x.data.every(Number.isFinite));
    t.is(report.executor?.executor, o.executor);
    t.deepEqual((await flow.sample(rows, { ...o, seed: 0 })).x.data, x.data);
    t.notDeepEqual((await flow.sample(rows, { ...o, seed: 1 })).x.data, x.data);
    const alone = (await flow.sample(1, { ...o, seed: 0, start: 3 })).x.data;
    const there = takeRows(x, Int32Array.of(3)).data;
    if (exact) t.deepEqual(alone, there);
    else near(t, alone, there, bound, 'item 3');
  },

  'decoding undoes encoding, and encoding decoding': async (t, { flow, o, bound }) => {
    const lossless = !isDequantised(flow);
    const z = noiseOf(flow, 3);
    const { x } = await flow.decode(z, o);
    if (lossless) near(t, (await flow.encode(x, o)).z.data, z.data, bound, 'encode after decode');
    const { z: code } = await flow.encode(x, o);
    near(t, (await flow.decode(code, o)).x.data, x.data, bound, 'decode after encode');
  },

  'samples have the log-density that logProb gives them': async (t, { flow, o, bound, hasDensity, made }) => {
    if (!hasDensity) {
      await t.throwsAsync(flow.sampleWithLogProb(rows, o), { instanceOf: AdvectError, code: 'unsupported' });
      return;
    }
    const { x, logProb } = await flow.sampleWithLogProb(rows, { ...o, seed: 0 });
    const apart = await made();
    near(t, x.data, apart.x.data, bound, 'samples');
    t.true(logProb.every(Number.isFinite));
    if (isDequantised(flow)) return;
    near(t, apart.logProb, logProb, bound, 'log-density');
  },

  'a log-density is the same alone, among others and in any order': async (t, { flow, o, exact, hasDensity, made }) => {
    if (!hasDensity) return t.pass();
    const { x, logProb } = await made();
    const order = Int32Array.of(3, 1, 4, 0, 2);
    const shuffled = (await flow.logProb(takeRows(x, order), { ...o, chunk: 3 })).logProb;
    const expected = Float64Array.from(order, (i) => logProb[i]);
    const alone = (await flow.logProb(takeRows(x, Int32Array.of(2)), o)).logProb;
    if (exact) t.deepEqual([shuffled, alone], [expected, logProb.slice(2, 3)]);
    near(t, shuffled, expected, 1e-4, 'shuffled');
    near(t, alone, logProb.slice(2, 3), 1e-4, 'alone');
  },

  'the log-density is that of the change of variables: the base’s, less that of the volume, by differences of decoded noise': async (
    t,
    { flow, o, bound, hasDensity },
  ) => {
    const dim = sizeOf(flow.field.event);
    if (!hasDensity || flow.manifold || dim > 4 || isDequantised(flow)) return t.pass();
    const z = noiseOf(flow, 8);
    const h = 0.05;
    const places = [-2, -1, 1, 2];
    const moved = Array.from({ length: dim }, (_, d) => places.map((by) => z.data.map((v, i) => (i % dim === d ? v + by * h : v)))).flat();
    const many = {
      shape: [(1 + moved.length) * rows, ...flow.field.event],
      data: Float32Array.from([z.data, ...moved].flatMap((part) => [...part])),
    };
    const { x } = await flow.decode(many, o);
    const at = (part: number, i: number): number => x.data[part * rows * dim + i];
    const expected = flow.base.logProb(z).map((density, row) => {
      const jacobian = Array.from({ length: dim }, (_, to) =>
        Array.from({ length: dim }, (_, from) => {
          const [farBack, back, close, far] = places.map((_, k) => at(1 + from * places.length + k, row * dim + to));
          return (8 * (close - back) - (far - farBack)) / (12 * h);
        }),
      );
      return density - Math.log(Math.abs(determinant(jacobian)));
    });
    const points = { shape: z.shape, data: x.data.slice(0, rows * dim) };
    near(t, (await flow.logProb(points, o)).logProb, expected, 10 * bound, 'log-density');
  },

  'in one and two dimensions the density adds up to 1': async (t, { flow, o, bound, hasDensity }) => {
    const dim = sizeOf(flow.field.event);
    if (!hasDensity || flow.manifold || dim > 2 || isDequantised(flow)) return t.pass();
    // The trapezoid rule over five standard deviations to either side. In two dimensions it is out by 4e-4 for the endpoint field,
    // whose density is the roughest of these, and 1e-5 for the others; the mean of the densities' own errors comes to it.
    const count = dim === 1 ? 96 : 28;
    const { x } = await flow.sample(128, { ...o, seed: 9 });
    const axes = Array.from({ length: dim }, (_, d) => {
      const values = x.data.filter((_, i) => i % dim === d);
      const mean = values.reduce((sum, v) => sum + v / values.length, 0);
      const spread = Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2 / values.length, 0));
      return { from: mean - 5 * spread, step: (10 * spread) / (count - 1) };
    });
    const points = Float32Array.from({ length: count ** dim * dim }, (_, i) => {
      const { from, step } = axes[i % dim];
      const place = Math.floor(i / dim);
      return from + step * (i % dim === 0 ? place % count : Math.floor(place / count));
    });
    const { logProb } = await flow.logProb({ shape: [count ** dim, ...flow.field.event], data: points }, o);
    const cell = axes.reduce((volume, { step }) => volume * step, 1);
    const mass = logProb.reduce((sum, v) => sum + Math.exp(v) * cell, 0);
    t.true(Math.abs(mass - 1) < bound, `the density adds up to ${mass}`);
  },

  'the divergence is the trace of the velocity’s Jacobian, by finite differences, at every time': async (t, { flow, o, hasDensity }) => {
    if (!hasDensity) return t.pass();
    const { field, parameters } = flow;
    const dim = sizeOf(field.event);
    const x = normals(key(6), rows * dim);
    const h = 0.02;
    const condition =
      field.conditionDim > 0 ? { shape: [rows, field.conditionDim], data: new Float32Array(rows * field.conditionDim) } : undefined;
    const keys = Array.from({ length: rows }, (_, i) => split(key(7), i));
    await withPrograms(field, parameters, o, async (programs) => {
      const trace = { kind: 'exact' } as const;
      const at = fieldPrograms(programs, field, parameters, { condition, divergence: { trace, keys } });
      for (const time of [0.1, 0.9]) {
        const { u, divergence } = await at.velocityAndDivergence(time, x);
        near(t, u, (await at.velocity(time, x)).slice(), 1e-4, 'velocity');
        const expected = new Float64Array(rows);
        for (let d = 0; d < dim; d++) {
          const moved = async (by: number) =>
            (
              await at.velocity(
                time,
                x.map((v, i) => (i % dim === d ? v + by : v)),
              )
            ).slice();
          const [far, close, back, farBack] = [await moved(2 * h), await moved(h), await moved(-h), await moved(-2 * h)];
          for (let i = 0; i < rows; i++) {
            const j = i * dim + d;
            expected[i] += (8 * (close[j] - back[j]) - (far[j] - farBack[j])) / (12 * h);
          }
        }
        near(t, divergence, expected, 1e-4, `divergence at ${time}`);
      }
    });
  },

  'a trajectory begins at the noise and ends at the samples': async (t, { flow, o }) => {
    const { x, times } = await flow.trajectory(2, { ...o, seed: 2, times: [0, 0.5, 1] });
    t.deepEqual(
      [[...times], x.shape],
      [
        [0, 0.5, 1],
        [3, 2, ...flow.field.event],
      ],
    );
    const { x: end } = await flow.sample(2, { ...o, seed: 2 });
    t.deepEqual(x.data.slice(-end.data.length), end.data);
  },

  'saved and loaded, it is the same flow to the bit': async (t, { flow, o, hasDensity, made }) => {
    const again = await loadModel(await saveModel(flow, { name: 'conformance' }));
    t.deepEqual([again.field.config, again.base.config], [flow.field.config, flow.base.config]);
    const { x, logProb } = await made();
    t.deepEqual((await again.sample(rows, { ...o, seed: 0 })).x.data, x.data);
    if (hasDensity) t.deepEqual((await again.logProb(x, o)).logProb, logProb);
  },

  'nothing in gives nothing out, and what does not fit is refused with a way out': async (t, { flow, o, hasDensity }) => {
    t.is((await flow.sample(0, o)).x.data.length, 0);
    const wide = { shape: [1, ...flow.field.event, 1], data: new Float32Array(sizeOf(flow.field.event)) };
    const error = await t.throwsAsync<AdvectError>(flow.encode(wide, o), { instanceOf: AdvectError, code: 'invalid-shape' });
    t.true(error.hint.length > 0);
    const bad = { shape: [1, ...flow.field.event], data: new Float32Array(sizeOf(flow.field.event)).fill(NaN) };
    if (hasDensity) await t.throwsAsync(flow.logProb(bad, o), { instanceOf: AdvectError, code: 'invalid-value' });
    await t.throwsAsync(flow.sample(1, { ...o, label: 99 }), { instanceOf: AdvectError });
    await t.throwsAsync(flow.sample(1, { ...o, stepps: 3 } as never), { instanceOf: AdvectError, code: 'unknown-option' });
  },
};

/** A subject as a flow, computed by an executor. Bounds are those of float32, which every platform here computes in. */
export function groundOf({ field, base, transforms, manifold, solver = {} }: Subject, executor: Executor): Ground {
  const flow = cnf({ field, seed: 7, ...(base && { base }), ...(transforms && { transforms }), ...(manifold && { manifold }) });
  const o = { rtol: 1e-5, atol: 1e-5, ...solver, executor, threads: 1, ...(field.conditionDim > 0 && { label: 1 }) };
  const hasDensity = field.withoutDensity === undefined;
  const make = async () => {
    const { x, report } = await flow.sample(rows, { ...o, seed: 0 });
    return { x, report, logProb: hasDensity ? (await flow.logProb(x, o)).logProb : new Float64Array() };
  };
  let made: ReturnType<typeof make> | undefined;
  const bound = 'steps' in solver ? 5e-3 : 5e-4;
  return { flow, o, bound, exact: executor === 'wasm', hasDensity, made: () => (made ??= make()) };
}
