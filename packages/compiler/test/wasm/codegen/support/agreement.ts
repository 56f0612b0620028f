import type { ExecutionContext } from 'ava';
import { sizeOf } from '@advect/base/array';
import type { Graph } from '#src/graph/index.js';
import { interpret } from '#src/interpret/index.js';
import { makePlan, type Plan } from '#src/plan/index.js';
import { checkPlan } from '../../../plan/support/check-plan.js';
import { acceptsRelaxedSimd } from '#src/wasm/assembler/index.js';
import { wasmProgram } from '#src/wasm/executor.js';

export type Numbers = Record<string, Float32Array<ArrayBuffer>>;

/** Numbers between -1 and 1 (or 0 to 2, whole) for every input of a graph. */
export function numbersFor(graph: Graph, seed = 1): Numbers {
  let state = seed;
  const next = (): number => {
    state = (state * 16_807) % 2_147_483_647;
    return state / 2_147_483_647;
  };
  return Object.fromEntries(
    graph.inputs.map(({ name, id }) => {
      const { shape, dtype } = graph.nodes[id];
      return [name, Float32Array.from({ length: sizeOf(shape) }, () => (dtype === 'float32' ? 2 * next() - 1 : Math.floor(3 * next())))];
    }),
  );
}

/** The largest difference, beside the largest number; NaN and infinities must be equal. */
export function difference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Infinity;
  let [worst, scale] = [0, 1e-30];
  for (let i = 0; i < expected.length; i++) {
    if (Object.is(actual[i], expected[i]) || actual[i] === expected[i]) continue;
    if (!Number.isFinite(expected[i]) || !Number.isFinite(actual[i])) return Infinity;
    worst = Math.max(worst, Math.abs(actual[i] - expected[i]));
    scale = Math.max(scale, Math.abs(expected[i]));
  }
  return worst / Math.max(scale, 1);
}

const variants = acceptsRelaxedSimd() ? [false, true] : [false];

/** Runs a plan with each variant of the code on all inputs of a graph. */
export function runPlan(plan: Plan, graph: Graph, numbers: Numbers): Record<string, Float32Array>[] {
  const pick = (kind: string): Numbers =>
    Object.fromEntries(graph.inputs.filter((input) => input.kind === kind).map(({ name }) => [name, numbers[name]]));
  return variants.map((relaxed) => {
    const program = wasmProgram(plan, { relaxed });
    if (graph.inputs.some(({ kind }) => kind === 'parameter')) program.bind(pick('parameter'));
    return program.run(pick('argument'));
  });
}

/** What the code of `build(traced)`, given `rows` rows, gives is what the graph `build(rows)` means in float64. */
export function codeAgrees(
  t: ExecutionContext,
  build: (rows: number) => Graph,
  { traced = 5, rows = 19, tile = 8, bound = 2e-6, separable = true, numbers = (graph: Graph) => numbersFor(graph) } = {},
): Plan {
  const plan = makePlan(build(traced), separable ? { tile } : { rows: false });
  checkPlan(plan);
  t.is(plan.tile !== undefined, separable, plan.reason);
  const logical = build(separable ? rows : traced);
  const given = numbers(logical);
  const expected = interpret(logical, given);
  for (const results of runPlan(plan, logical, given)) {
    t.deepEqual(Object.keys(results).toSorted(), Object.keys(expected).toSorted());
    for (const [name, numbersOf] of Object.entries(expected)) {
      const off = difference(results[name], numbersOf);
      t.true(off <= bound, `${name}: off by ${off}`);
    }
  }
  return plan;
}

/** One to nine rows are the same to the bit in tiles of one row and in tiles of eight, with each variant of the code. */
export function rowsAgree(t: ExecutionContext, build: (rows: number) => Graph, numbers = numbersFor): void {
  const [single, eight] = [1, 8].map((tile) => makePlan(build(5), { tile }));
  for (const rows of [1, 2, 3, 4, 5, 6, 7, 8, 9]) {
    const logical = build(rows);
    const given = numbers(logical);
    const [ours, theirs] = [single, eight].map((plan) => runPlan(plan, logical, given));
    for (const { name } of single.rowResults) ours.forEach((results, i) => t.deepEqual(results[name], theirs[i][name], `${rows} rows`));
  }
}
