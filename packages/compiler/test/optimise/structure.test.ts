import test from 'ava';
import { graphBuilder, type GraphBuilder } from '#src/graph/index.js';
import { optimise } from '#src/optimise/index.js';
import { simplified } from './simplified.js';

const x = (g: GraphBuilder): number => g.input('x', [4, 3]);

test('dead nodes go, inputs and outputs keep their names', (t) => {
  const g = graphBuilder();
  const a = g.input('a', [2], { rowAxis: 0 });
  g.input('unused', [3], { kind: 'parameter' });
  g.unary('exp', a);
  const graph = optimise(
    g.finish([
      { name: 'y', id: g.unary('tanh', a) },
      { name: 'same', id: g.unary('tanh', a) },
    ]),
  );
  t.deepEqual(graph.inputs, [
    { name: 'a', id: 0, kind: 'argument', rowAxis: 0 },
    { name: 'unused', id: 1, kind: 'parameter' },
  ]);
  t.is(graph.nodes.length, 3);
  t.deepEqual(graph.outputs, [
    { name: 'y', id: 2 },
    { name: 'same', id: 2 },
  ]);
});

test('equal values are computed once, whatever the order of a sum', (t) => {
  t.is(
    simplified((g) => {
      const [a, b] = [x(g), g.input('y', [4, 3])];
      return g.binary('div', g.unary('tanh', g.binary('add', a, b)), g.unary('tanh', g.binary('add', b, a)));
    }),
    'add(%0, %1) : float32 [4, 3]; tanh(%2) : float32 [4, 3]; div(%3, %3) : float32 [4, 3]',
  );
  const ofZeros = simplified((g) => {
    const halves = [0, -0].map((zero) => g.binary('atan2', g.constant(Float32Array.of(zero, 1), [2]), g.input(`x${1 / zero}`, [2])));
    return g.concat(halves, 0);
  });
  t.is(ofZeros.split('constant').length, 3);
});

test('constants fold where they stay small; fills stay fills', (t) => {
  const two = (g: GraphBuilder): number => g.constant(Float32Array.of(1, 2), [2, 1]);
  t.is(
    simplified((g) => g.binary('add', two(g), g.fill(1))),
    'constant [2, 3] : float32 [2, 1]',
  );
  t.is(
    simplified((g) => g.broadcast(two(g), [2, 9])),
    'constant [1, 2] : float32 [2, 1]; broadcast(%0) : float32 [2, 9]',
  );
  t.regex(
    simplified((g) =>
      g.binary(
        'add',
        two(g),
        g.constant(
          Float32Array.from({ length: 99 }, (_, i) => i),
          [1, 99],
        ),
      ),
    ),
    /add/,
  );
  t.is(
    simplified((g) => g.unary('exp', g.fill(0, [1000, 1000]))),
    'fill 1 : float32 [1000, 1000]',
  );
  t.is(
    simplified((g) => g.reduce('sum', g.fill(2, [1000, 10]), [0])),
    'fill 2000 : float32 [10]',
  );
  t.is(
    simplified((g) => g.constant(new Float32Array(6).fill(4), [2, 3])),
    'fill 4 : float32 [2, 3]',
  );
});

test('repeats are implied, or come last', (t) => {
  const row = (g: GraphBuilder): number => g.broadcast(g.input('row', [1, 3]), [4, 3]);
  t.is(
    simplified((g) => g.binary('add', x(g), row(g))),
    'add(%0, %1) : float32 [4, 3]',
  );
  t.is(
    simplified((g) => g.unary('exp', row(g))),
    'exp(%0) : float32 [1, 3]; broadcast(%1) : float32 [4, 3]',
  );
  t.is(
    simplified((g) => g.reshape(row(g), [4, 1, 3])),
    'reshape(%0) : float32 [1, 1, 3]; broadcast(%1) : float32 [4, 1, 3]',
  );
  t.is(
    simplified((g) => g.transpose(row(g), [1, 0])),
    'reshape(%0) : float32 [3, 1]; broadcast(%1) : float32 [3, 4]',
  );
  t.is(
    simplified((g) => g.reduce('sum', row(g), [0])),
    'fill 4 : float32 []; mul(%0, %1) : float32 [1, 3]; reshape(%2) : float32 [3]',
  );
  t.is(
    simplified((g) => g.reduce('max', row(g), [0])),
    'reshape(%0) : float32 [3]',
  );
});

test('rearrangements merge, and come after functions', (t) => {
  t.is(
    simplified((g) => g.reshape(g.reshape(x(g), [12]), [4, 3])),
    '%0',
  );
  t.is(
    simplified((g) => g.transpose(g.transpose(x(g), [1, 0]), [1, 0])),
    '%0',
  );
  t.is(
    simplified((g) => g.transpose(g.input('z', [4, 1, 3]), [1, 0, 2])),
    'reshape(%0) : float32 [1, 4, 3]',
  );
  t.is(
    simplified((g) => g.reshape(g.unary('exp', g.reshape(x(g), [12])), [4, 3])),
    'exp(%0) : float32 [4, 3]',
  );
  t.is(
    simplified((g) => g.binary('add', g.transpose(x(g), [1, 0]), g.transpose(g.input('y', [4, 3]), [1, 0]))),
    'add(%0, %1) : float32 [4, 3]; transpose [1, 0](%2) : float32 [3, 4]',
  );
});

test('slices, paddings, concatenations and gathers undo each other', (t) => {
  const y = (g: GraphBuilder): number => g.input('y', [2, 3]);
  t.is(
    simplified((g) => g.slice(g.concat([x(g), y(g)], 0), [4, 0], [2, 3])),
    '%1',
  );
  t.is(
    simplified((g) => g.slice(g.pad(x(g), [1, 0], [1, 0]), [1, 0], [4, 3])),
    '%0',
  );
  t.is(
    simplified((g) => g.slice(g.slice(x(g), [1, 0], [3, 3]), [2, 0], [2, 3], [-1, 1])),
    'slice from [3, 0] by [-1, 1](%0) : float32 [2, 3]',
  );
  t.is(
    simplified((g) => {
      const whole = x(g);
      return g.concat([g.slice(whole, [0, 0], [1, 3]), g.slice(whole, [1, 0], [3, 3])], 0);
    }),
    '%0',
  );
  t.is(
    simplified((g) => g.binary('add', g.pad(x(g), [0, 0], [2, 0]), g.pad(y(g), [4, 0], [0, 0]))),
    'concat along axis 0(%0, %1) : float32 [6, 3]',
  );
  t.is(
    simplified((g) => g.gather(x(g), g.constant(Float32Array.of(3, 2), [2], 'int32'), 0)),
    'slice from [3, 0] by [-1, 1](%0) : float32 [2, 3]',
  );
  t.regex(
    simplified((g) => g.gather(x(g), g.constant(Float32Array.of(3, 0, 2), [3], 'int32'), 0)),
    /gather/,
  );
});

test('reductions look through reductions, rearrangements and factors', (t) => {
  t.is(
    simplified((g) => g.reduce('sum', g.reduce('sum', g.input('z', [4, 3, 2]), [1]), [0])),
    'sum over axes [0, 1](%0) : float32 [2]',
  );
  t.is(
    simplified((g) => g.reduce('sum', g.transpose(x(g), [1, 0]), [0])),
    'sum over axes [1](%0) : float32 [4]',
  );
  t.is(
    simplified((g) => g.reduce('max', g.input('z', [4, 1]), [1])),
    'reshape(%0) : float32 [4]',
  );
  t.is(
    simplified((g) => g.reduce('sum', g.binary('mul', x(g), g.input('s', [1, 3])), [0])),
    'sum over axes [0](%0) : float32 [3]; reshape(%1) : float32 [3]; mul(%2, %3) : float32 [3]',
  );
});

test('products: transposed operands are flags, columns times rows and ones are no products', (t) => {
  const w = (g: GraphBuilder): number => g.input('w', [3, 5]);
  t.is(
    simplified((g) => g.matmul(x(g), g.transpose(g.transpose(w(g), [1, 0]), [1, 0]))),
    'matmul A·B(%0, %1) : float32 [4, 5]',
  );
  t.is(
    simplified((g) => g.matmul(g.transpose(x(g), [1, 0]), w(g), { transposeA: true })),
    'matmul A·B(%0, %1) : float32 [4, 5]',
  );
  t.is(
    simplified((g) => g.matmul(g.input('t', [4, 1]), g.input('r', [1, 5]))),
    'mul(%0, %1) : float32 [4, 5]',
  );
  t.is(
    simplified((g) => g.matmul(g.fill(1, [2, 3]), w(g))),
    'sum over axes [0](%0) : float32 [5]; reshape(%1) : float32 [1, 5]; broadcast(%2) : float32 [2, 5]',
  );
  t.is(
    simplified((g) => g.matmul(g.unary('neg', x(g)), w(g))),
    'matmul A·B(%0, %1) : float32 [4, 5]; neg(%2) : float32 [4, 5]',
  );
  t.regex(
    simplified((g) => g.matmul(g.reshape(x(g), [1, 4, 3]), g.reshape(w(g), [1, 3, 5]))),
    /^matmul A·B\(%0, %1\)[^;]*; reshape/,
  );
});
