import type { AdvectError } from '@advect/base/errors';
import test from 'ava';
import { graphBuilder, type GraphBuilder } from '#src/graph/index.js';
import { interpret } from '#src/interpret/index.js';

/** The one result of a graph of constants. */
function valueOf(build: (g: GraphBuilder) => number): number[] {
  const g = graphBuilder();
  return [...interpret(g.finish([{ name: 'y', id: build(g) }]), {}).y];
}

const matrix = (g: GraphBuilder): number => g.constant(Float32Array.of(1, 2, 3, 4, 5, 6), [2, 3]);

test('elementwise operands are repeated along axes of length 1', (t) => {
  t.deepEqual(
    valueOf((g) => g.binary('sub', matrix(g), g.constant(Float32Array.of(10, 20), [2, 1]))),
    [-9, -8, -7, -16, -15, -14],
  );
  t.deepEqual(
    valueOf((g) => g.binary('mul', g.constant(Float32Array.of(1, 0, -1), [1, 3]), g.constant(Float32Array.of(2, 3), [2, 1]))),
    [2, 0, -2, 3, 0, -3],
  );
  t.deepEqual(
    valueOf((g) => g.broadcast(g.constant(Float32Array.of(7, 8), [1, 2, 1]), [2, 2, 2])),
    [7, 7, 8, 8, 7, 7, 8, 8],
  );
  t.deepEqual(valueOf((g) => g.select(g.binary('less', matrix(g), g.fill(3)), matrix(g), g.fill(NaN))).slice(0, 2), [1, 2]);
  t.deepEqual(
    valueOf((g) => g.unary('neg', g.fill(2, [3]))),
    [-2, -2, -2],
  );
  t.deepEqual(
    valueOf((g) => g.cast(g.constant(Float32Array.of(-1.5, 0, 2.7), [3]), 'int32')),
    [-1, 0, 2],
  );
  t.deepEqual(
    valueOf((g) => g.cast(g.constant(Float32Array.of(-1.5, 0, NaN), [3]), 'bool')),
    [1, 0, 1],
  );
});

test('reductions over any axes', (t) => {
  t.deepEqual(
    valueOf((g) => g.reduce('sum', matrix(g), [0])),
    [5, 7, 9],
  );
  t.deepEqual(
    valueOf((g) => g.reduce('product', matrix(g), [1])),
    [6, 120],
  );
  t.deepEqual(
    valueOf((g) => g.reduce('max', g.reshape(matrix(g), [1, 2, 3]), [0, 2])),
    [3, 6],
  );
  t.deepEqual(
    valueOf((g) => g.reduce('min', matrix(g), [0, 1], { overRows: true })),
    [1],
  );
  t.deepEqual(
    valueOf((g) => g.reduce('sum', g.fill(5), [])),
    [5],
  );
});

test('entries change places', (t) => {
  const block = (g: GraphBuilder): number =>
    g.constant(
      Float32Array.from({ length: 12 }, (_, i) => i),
      [2, 3, 2],
    );
  t.deepEqual(
    valueOf((g) => g.transpose(block(g), [2, 0, 1])),
    [0, 2, 4, 6, 8, 10, 1, 3, 5, 7, 9, 11],
  );
  t.deepEqual(
    valueOf((g) => g.slice(block(g), [1, 2, 0], [1, 2, 2], [1, -2, 1])),
    [10, 11, 6, 7],
  );
  t.deepEqual(
    valueOf((g) => g.slice(matrix(g), [1, 2], [2, 2], [-1, -1])),
    [6, 5, 3, 2],
  );
  t.deepEqual(
    valueOf((g) => g.pad(g.fill(1, [1, 2]), [1, 0], [0, 1], 9)),
    [9, 9, 9, 1, 1, 9],
  );
  t.deepEqual(
    valueOf((g) => g.concat([matrix(g), g.fill(0, [2, 1])], 1)),
    [1, 2, 3, 0, 4, 5, 6, 0],
  );
  t.deepEqual(
    valueOf((g) => g.reshape(matrix(g), [3, 2])),
    [1, 2, 3, 4, 5, 6],
  );
});

test('gather and scatterAdd', (t) => {
  const indices = (g: GraphBuilder): number => g.constant(Float32Array.of(2, 0, 2), [3], 'int32');
  t.deepEqual(
    valueOf((g) => g.gather(matrix(g), indices(g), 1)),
    [3, 1, 3, 6, 4, 6],
  );
  t.deepEqual(
    valueOf((g) => g.gather(matrix(g), g.constant(Float32Array.of(1, 0), [2, 1], 'int32'), 0)),
    [4, 5, 6, 1, 2, 3],
  );
  const updates = (g: GraphBuilder): number => g.constant(Float32Array.of(1, 2, 3, 4, 5, 6), [3, 2]);
  t.deepEqual(
    valueOf((g) => g.scatterAdd(updates(g), indices(g), [4, 2])),
    [3, 4, 0, 0, 6, 8, 0, 0],
  );
  const error = t.throws<AdvectError>(() => valueOf((g) => g.gather(matrix(g), indices(g), 0)), { message: /index 2 .* axis of 2/ });
  t.is(error.code, 'invalid-value');
});

test('inputs are looked at: names, lengths; float32 rounds every node', (t) => {
  const g = graphBuilder();
  const x = g.input('x', [2]);
  const graph = g.finish([{ name: 'y', id: g.binary('sub', g.binary('add', x, g.fill(1)), g.fill(1)) }]);
  t.deepEqual([...interpret(graph, { x: [0.25, 2 ** -30] }).y], [0.25, 2 ** -30]);
  t.deepEqual([...interpret(graph, { x: [0.1, 2 ** -30] }, { round: Math.fround }).y], [Math.fround(1 + Math.fround(0.1)) - 1, 0]);
  t.throws(() => interpret(graph, {}), { message: /'x' is missing/ });
  t.throws(() => interpret(graph, { x: [1] }), { message: /shape \[2\] was given 1 numbers/ });
});

test('a result does not share memory with an input', (t) => {
  const g = graphBuilder();
  const graph = g.finish([{ name: 'y', id: g.reshape(g.input('x', [2]), [2, 1]) }]);
  const x = Float64Array.of(1, 2);
  interpret(graph, { x }).y[0] = 5;
  t.is(x[0], 1);
});
