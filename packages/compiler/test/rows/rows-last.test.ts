import test from 'ava';
import { graphBuilder } from '#src/graph/index.js';
import { interpret } from '#src/interpret/index.js';
import { rowsLast, type RowGraph } from '#src/rows/rows-last.js';

/** Rows of [rows, width] numbers as columns. */
const columns = (numbers: readonly number[], width: number): number[] =>
  Array.from({ length: width }, (_, i) => numbers.filter((_number, at) => at % width === i)).flat();

function layer(): RowGraph {
  const b = graphBuilder();
  const z = b.input('z', [3, 2], { rowAxis: 0 });
  const w = b.input('w', [2, 2], { kind: 'parameter' });
  const y = b.unary('tanh', b.matmul(z, w));
  const dw = b.binary('mul', b.matmul(z, y, { transposeA: true }), w);
  const result = rowsLast(b.finish([{ name: 'y', id: y }, { name: 'dw', id: dw }]), 4); // prettier-ignore
  if ('reason' in result) throw new TypeError(result.reason);
  return result;
}

test('a layer over a tile of rows, and a sum over them', (t) => {
  const { graph, rowArguments, rowResults } = layer();
  const z = [1, 2, -0.5, 0.25, 0, 1, 3, -1];
  const w = [0.5, -1, 2, 0.25];
  const { y, dw } = interpret(graph, { z: columns(z, 2), w });
  const expected = [0, 1, 2, 3].flatMap((row) => [0, 1].map((j) => Math.tanh(z[2 * row] * w[j] + z[2 * row + 1] * w[2 + j])));
  columns(expected, 2).forEach((entry, i) => t.true(Math.abs(entry - y[i]) < 1e-14));
  for (const [i, j] of [
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1],
  ]) {
    // prettier-ignore
    const sum = [0, 1, 2, 3].reduce((total, row) => total + z[2 * row + i] * expected[2 * row + j], 0);
    t.true(Math.abs(sum * w[2 * i + j] - dw[2 * i + j]) < 1e-14);
  }
  t.deepEqual(
    rowArguments.map(({ outer, inner, slot }) => [slot.name, outer, inner]),
    [['z', 1, 2]],
  );
  t.deepEqual(
    rowResults.map(({ slot }) => [slot.name, ...slot.shape]),
    [['y', 3, 2]],
  );
});

test('weights go to the left of a product, and what depends on a sum over rows comes after the tiles', (t) => {
  const { graph, phases } = layer();
  const products = graph.nodes.filter((node) => node.op === 'matmul');
  t.deepEqual(
    products.map(({ shape }) => shape),
    [
      [1, 2, 4],
      [2, 2],
    ],
  );
  t.true(products[1].overRows);
  t.deepEqual(
    products.map(({ id }) => phases[id]),
    ['tile', 'tile'],
  );
  t.is(phases[graph.outputs[1].id], 'after');
});

test('graphs without usable rows give the reason', (t) => {
  const reason = (rows: readonly number[]): string | undefined => {
    const b = graphBuilder();
    const ids = rows.map((length, i) => b.input(`x${i}`, [length, 2], { rowAxis: 0 }));
    const result = rowsLast(b.finish(ids.map((id, i) => ({ name: `y${i}`, id }))), 8);
    return 'reason' in result ? result.reason : undefined;
  };
  t.is(reason([]), 'no input has a row axis');
  t.is(reason([3, 4]), 'the inputs were traced with different numbers of rows: 3, 4');
  t.is(reason([1]), 'the function was traced with fewer than 2 rows');
  t.is(reason([3, 3]), undefined);
  t.throws(() => rowsLast(graphBuilder().finish([]), 0), { message: /a tile of 0 rows/ });
});
