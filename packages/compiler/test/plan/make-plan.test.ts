import test from 'ava';
import { graphBuilder, type Graph } from '#src/graph/index.js';
import { makePlan } from '#src/plan/index.js';
import { checkPlan } from './support/check-plan.js';

/** x ↦ tanh(w·x + b) so many times, with the slope 1 − y² of the last one. */
function layers(count: number, width = 32): Graph {
  const b = graphBuilder();
  let y = b.input('x', [7, width], { rowAxis: 0 });
  for (let i = 0; i < count; i++) {
    const w = b.input(`w${i}`, [width, width], { kind: 'parameter' });
    y = b.unary('tanh', b.binary('add', b.matmul(y, w), b.input(`b${i}`, [1, width], { kind: 'parameter' })));
  }
  const slope = b.binary('sub', b.fill(1), b.binary('mul', y, y));
  return b.finish([{ name: 'y', id: y }, { name: 'slope', id: slope }]); // prettier-ignore
}

test('a layer is one product with an epilogue', (t) => {
  const { tile, once, after } = makePlan(layers(2), { tile: 16 }).phases;
  t.deepEqual(
    tile.map(({ kind }) => kind),
    ['loadRows', 'matmul', 'matmul', 'storeRows', 'storeRows'],
  );
  t.deepEqual([once.length, after.length], [0, 0]);
  const last = tile[2];
  t.is(last.kind === 'matmul' && last.epilogue?.targets.length, 2);
});

test('layers take turns in memory', (t) => {
  const values = 3 * 4 * 16 * 32;
  t.is(makePlan(layers(2), { tile: 16 }).arenaBytes, values);
  t.is(makePlan(layers(9), { tile: 16 }).arenaBytes, values);
});

test('the same graph gives the same plan', (t) => {
  t.deepEqual(makePlan(layers(3)), makePlan(layers(3)));
});

test('a tile is a multiple of 8, smaller for wide nets', (t) => {
  t.is(makePlan(layers(1)).tile, 64);
  t.is(makePlan(layers(1, 2048)).tile, 16);
  t.throws(() => makePlan(layers(1), { tile: 12 }), { message: /a tile of 12 rows/ });
  t.is(makePlan(layers(1), { rows: false }).tile, undefined);
});

test('a plan in which two live values overlap does not pass the check', (t) => {
  const plan = makePlan(layers(2), { tile: 16 });
  const broken = { ...plan, buffers: plan.buffers.map((buffer) => (buffer.region === 'arena' ? { ...buffer, offset: 0 } : buffer)) };
  t.notThrows(() => checkPlan(plan));
  t.throws(() => checkPlan(broken), { instanceOf: TypeError, message: /reads buffer/ });
  const short = { ...plan, buffers: plan.buffers.map((buffer) => ({ ...buffer, length: buffer.length - 1 })) };
  t.throws(() => checkPlan(short), { instanceOf: TypeError, message: /leaves buffer/ });
});
