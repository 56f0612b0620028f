import type { ExecutionContext } from 'ava';
import { interpret } from '#src/interpret/index.js';
import type { Graph } from '#src/graph/index.js';
import { makePlan, type Plan, type PlanOptions } from '#src/plan/index.js';
import { checkPlan } from './check-plan.js';
import { interpretPlan } from './interpret-plan.js';

/** Numbers that are neither round nor repeated. */
export function numbersFor(graph: Graph, seed = 1): Record<string, Float64Array> {
  let state = seed;
  const next = (): number => {
    state = (state * 16807) % 2147483647;
    return state / 2147483647;
  };
  return Object.fromEntries(
    graph.inputs.map(({ name, id }) => {
      const { shape, dtype } = graph.nodes[id];
      const size = shape.reduce((product, length) => product * length, 1);
      return [name, Float64Array.from({ length: size }, () => (dtype === 'int32' ? Math.floor(3 * next()) : 2 * next() - 1))];
    }),
  );
}

/** The plan of `build(traced)`, run on `rows` rows, gives what the graph `build(rows)` gives in float64. */
export function planAgrees(
  t: ExecutionContext,
  build: (rows: number) => Graph,
  { traced = 5, rows = 19, options = {} }: { traced?: number; rows?: number; options?: PlanOptions } = {},
): Plan {
  const plan = makePlan(build(traced), { tile: 8, ...options });
  checkPlan(plan);
  const logical = build(plan.tile === undefined ? traced : rows);
  const numbers = numbersFor(logical);
  const expected = interpret(logical, numbers);
  const { results } = interpretPlan(plan, numbers);
  t.deepEqual(Object.keys(results).toSorted(), Object.keys(expected).toSorted());
  for (const [name, numbersOf] of Object.entries(expected)) {
    t.is(results[name].length, numbersOf.length, name);
    const scale = 1 + numbersOf.reduce((most, entry) => Math.max(most, Math.abs(entry)), 0);
    const worst = numbersOf.reduce(
      (most, entry, i) => Math.max(most, entry === results[name][i] ? 0 : Math.abs(entry - results[name][i])),
      0,
    );
    t.true(worst <= 1e-12 * scale, `${name}: off by ${worst}`);
  }
  return plan;
}

/** A plan that did find independent rows. */
export function rowsAgree(t: ExecutionContext, build: (rows: number) => Graph, settings?: Parameters<typeof planAgrees>[2]): Plan {
  const plan = planAgrees(t, build, settings);
  t.is(plan.reason, undefined);
  return plan;
}
