import test from 'ava';
import { type BinaryName, type Graph, graphBuilder, type UnaryName } from '#src/graph/index.js';
import { makePlan } from '#src/plan/index.js';
import { interpret } from '#src/interpret/index.js';
import { runPlan } from './support/agreement.js';

const extremes = [
  0,
  -0,
  1e-45,
  -1e-45,
  1e-40,
  1e-30,
  -1e-30,
  1,
  -1,
  0.5,
  -2.5,
  87,
  -87,
  100,
  1e30,
  -1e30,
  3.4e38,
  Infinity,
  -Infinity,
  NaN,
];

const unaries: UnaryName[] = [
  'neg',
  'abs',
  'sign',
  'exp',
  'log',
  'sqrt',
  'rsqrt',
  'tanh',
  'sigmoid',
  'softplus',
  'floor',
  'isNaN',
  'isFinite',
  'not',
];
const binaries: BinaryName[] = ['add', 'sub', 'mul', 'div', 'maximum', 'minimum', 'equal', 'less', 'greaterEqual'];

test('extreme numbers go through maps, choices and sums as they should', (t) => {
  const pairs = extremes.flatMap((a) => extremes.map((b) => [a, b] as const));
  const build = (): Graph => {
    const g = graphBuilder();
    const a = g.input('a', [pairs.length, 1], { rowAxis: 0 });
    const b = g.input('b', [pairs.length, 1], { rowAxis: 0 });
    const chosen = g.select(g.binary('less', a, b), a, g.unary('neg', b));
    return g.finish([
      ...unaries.map((f) => ({ name: f, id: g.unary(f, a) })),
      ...binaries.map((f) => ({ name: f, id: g.binary(f, a, b) })),
      { name: 'chosen', id: chosen },
      { name: 'largest', id: g.reduce('max', g.concat([a, b], 1), [1]) },
      { name: 'sum', id: g.reduce('sum', g.concat([a, b], 1), [1]) },
    ]);
  };
  const graph = build();
  const numbers = { a: Float32Array.from(pairs, ([a]) => a), b: Float32Array.from(pairs, ([, b]) => b) };
  const expected = interpret(graph, numbers, { round: Math.fround });
  for (const plan of [makePlan(graph), makePlan(graph, { rows: false })]) {
    for (const results of runPlan(plan, graph, numbers)) {
      for (const [name, entries] of Object.entries(expected)) {
        entries.forEach((entry, i) => {
          const actual = results[name][i];
          const close = Math.abs(actual - entry) <= 5e-7 * Math.abs(entry) || (Math.abs(entry) < 2e-38 && Math.abs(actual) < 2e-38);
          t.true(close || Object.is(actual, entry), `${name}(${pairs[i].join(', ')}) is ${actual}, not ${entry}`);
        });
      }
    }
  }
});
