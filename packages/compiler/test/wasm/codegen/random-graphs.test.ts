import test from 'ava';
import { type Graph, graphBuilder, type GraphBuilder } from '#src/graph/index.js';
import { optimise } from '#src/optimise/index.js';
import { interpret } from '#src/interpret/index.js';
import { makePlan } from '#src/plan/index.js';
import { difference, numbersFor, runPlan } from './support/agreement.js';

/** A stream of whole numbers below a bound. */
function dice(seed: number): (below: number) => number {
  let state = seed * 2_654_435 + 12_345;
  return (below) => {
    state = (state * 16_807) % 2_147_483_647;
    return state % below;
  };
}

/** One more value of a random kind from the values so far, all of which are [rows, ?, ?] and of moderate size. */
function grow(g: GraphBuilder, values: number[], rows: number, roll: (below: number) => number): void {
  const shapeOf = (id: number): readonly number[] => g.nodes[id].shape;
  const pick = (): number => values[roll(values.length)];
  const x = pick();
  const [, height, width] = shapeOf(x);
  const fitting = (test: (shape: readonly number[]) => boolean): number => {
    const found = values.filter((id) => test(shapeOf(id)));
    return found[roll(found.length)];
  };
  const same = (): number => fitting((shape) => [height, 1].includes(shape[1]) && [width, 1].includes(shape[2]));
  const bounded = (id: number): number => g.unary('tanh', id);
  const kinds: (() => number)[] = [
    () => g.unary((['neg', 'tanh', 'sigmoid', 'abs', 'cos'] as const)[roll(5)], x),
    () => bounded(g.binary((['add', 'sub', 'mul', 'maximum'] as const)[roll(4)], x, same())),
    () => g.select(g.binary('less', x, same()), x, g.unary('neg', x)),
    () =>
      bounded(
        g.matmul(
          x,
          fitting((shape) => shape[2] === width),
          { transposeB: true },
        ),
      ),
    () =>
      bounded(
        g.matmul(
          x,
          fitting((shape) => shape[1] === height),
          { transposeA: true },
        ),
      ),
    () => g.transpose(x, [0, 2, 1]),
    () => g.reshape(x, [rows, width, height]),
    () => g.reshape(g.reduce((['sum', 'max', 'min'] as const)[roll(3)], x, [1]), [rows, 1, width]),
    () => g.reshape(g.reduce('sum', g.binary('mul', x, x), [2]), [rows, height, 1]),
    () => g.slice(x, [0, roll(height), width - 1], [rows, 1, width], [1, 1, -1]),
    () => g.pad(x, [0, 0, roll(2)], [0, roll(2), 0], 0.25),
    () => g.concat([x, fitting((shape) => shape[1] === height)], 2),
  ];
  const made = kinds[roll(kinds.length)]();
  const [, tall, wide] = shapeOf(made);
  if (tall * wide <= 64) values.push(made);
}

const builds =
  (seed: number) =>
  (rows: number): Graph => {
    const g = graphBuilder();
    const roll = dice(seed);
    const values = [g.input('x', [rows, 1 + roll(3), 1 + roll(6)], { rowAxis: 0 }), g.input('y', [rows, 2, 5], { rowAxis: 0 })];
    for (let i = 0; i < 14; i++) grow(g, values, rows, roll);
    const outputs = values.slice(-3).map((id, i) => ({ name: `out${i}`, id }));
    const total = g.reduce('sum', values.at(-4)!, [0, 1]);
    return g.finish([...outputs, { name: 'total', id: total }]);
  };

test('random graphs mean in code what they mean in float64', (t) => {
  for (let seed = 0; seed < 120; seed++) {
    const build = builds(seed);
    const rows = 1 + (seed % 21);
    const logical = build(rows);
    const numbers = numbersFor(logical, seed + 1);
    const expected = interpret(logical, numbers);
    const traced = build(11);
    const [eight, single] = [8, 1].map((tile) => makePlan(traced, { tile }));
    const [together, apart] = [eight, single].map((plan) => runPlan(plan, logical, numbers));
    for (const { name } of eight.rowResults) {
      apart.forEach((results, i) => t.deepEqual(results[name], together[i][name], `seed ${seed}, ${name} by single rows`));
    }
    for (const plan of [eight, makePlan(optimise(traced), { tile: 16 }), single, makePlan(logical, { rows: false })]) {
      for (const results of runPlan(plan, logical, numbers)) {
        for (const [name, entries] of Object.entries(expected)) {
          const off = difference(results[name], entries);
          t.true(off < 5e-6, `seed ${seed}, ${name}, tile ${plan.tile}: off by ${off}`);
        }
      }
    }
  }
});
