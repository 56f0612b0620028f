import test from 'ava';
import { choose, type Offers, WIDE, workOf } from '#src/choose.js';
import { type Graph, graphBuilder } from '#src/graph/index.js';

/** rows × widths[0] → … → widths.at(-1), with tanh between. */
function layers(rows: number, widths: readonly number[]): Graph {
  const g = graphBuilder();
  let x = g.input('x', [rows, widths[0]], { rowAxis: 0 });
  for (let i = 1; i < widths.length; i++) {
    x = g.unary('tanh', g.matmul(x, g.input(`w${i}`, [widths[i - 1], widths[i]], { kind: 'parameter' })));
  }
  return g.finish([{ name: 'y', id: x }]);
}

function convolution(rows: number, size: number, channels: number): Graph {
  const g = graphBuilder();
  const x = g.input('x', [rows, size, size, channels], { rowAxis: 0 });
  const filter = g.input('w', [3, 3, channels, channels], { kind: 'parameter' });
  const y = g.conv2d(x, filter, { strides: [1, 1], dilations: [1, 1], pads: [1, 1, 1, 1] });
  return g.finish([{ name: 'y', id: y }]);
}

const everything: Offers = { simd: true, onnx: () => true, gpu: () => true };
const plain: Offers = { simd: true, onnx: () => false, gpu: () => false };

test('the work of a graph: operations per row, and where they are', (t) => {
  const { flopsPerRow, wide, convolutions } = workOf(layers(24, [2, 64, 2]));
  t.is(flopsPerRow, 2 * (2 * 64 + 64 * 2) + 16 * 66);
  t.is(wide, 0);
  t.is(convolutions, 0);
  const conv = workOf(convolution(4, 10, 8));
  t.is(conv.convolutions, 1);
  t.is(conv.flopsPerRow, 2 * 100 * 9 * 8 * 8);
  t.true(workOf(layers(24, [WIDE, WIDE, WIDE])).wide > 0.9);
});

test('the number of traced rows does not make a product wide or narrow', (t) => {
  for (const rows of [1, 24, 10_000]) {
    t.is(workOf(layers(rows, [2, 64, 64, 2])).wide, 0);
    t.true(workOf(layers(rows, [43, 860, 860, 43])).wide > 0.5);
  }
});

test('an empty graph is no work and goes to generated code', (t) => {
  const g = graphBuilder();
  const graph = g.finish([{ name: 'x', id: g.input('x', [3], {}) }]);
  t.deepEqual(workOf(graph), { flopsPerRow: 0, wide: 0, convolutions: 0 });
  t.is(choose(workOf(graph), everything).executor, 'wasm');
});

const cases: [string, Graph, Offers, string, RegExp][] = [
  ['a small net, whatever there is', layers(24, [2, 64, 64, 2]), everything, 'wasm', /small layers/],
  ['a small net without vectors', layers(24, [2, 64, 64, 2]), { ...plain, simd: false }, 'eager', /no vectors/],
  ['a wide net with ONNX Runtime', layers(24, [43, 860, 860, 43]), { ...everything, gpu: () => false }, 'onnx', /wide matrix products/],
  ['a wide net, of few operations a row, beside a graphics card', layers(24, [43, 860, 860, 43]), everything, 'onnx', /ONNX Runtime/],
  ['a wide net without ONNX Runtime', layers(24, [43, 860, 860, 43]), plain, 'wasm', /not installed/],
  ['convolutions with ONNX Runtime', convolution(4, 28, 32), { ...plain, onnx: () => true }, 'onnx', /convolutions/],
  ['convolutions with neither', convolution(4, 28, 32), plain, 'wasm', /not installed/],
  ['large convolutions on a graphics card', convolution(4, 64, 64), everything, 'eager', /graphics card/],
  ['convolutions beside a graphics card', convolution(4, 16, 16), everything, 'onnx', /convolutions/],
  ['small convolutions', convolution(4, 8, 4), everything, 'wasm', /small layers/],
];
for (const [what, graph, offers, executor, reason] of cases) {
  test(`the choice for ${what}`, (t) => {
    const choice = choose(workOf(graph), offers);
    t.is(choice.executor, executor as typeof choice.executor);
    t.regex(choice.reason, reason);
  });
}

test('what costs time to find out is asked for heavy work alone', (t) => {
  const asked: string[] = [];
  const asking: Offers = { simd: true, onnx: () => asked.push('onnx') > 0, gpu: () => asked.push('gpu') < 0 };
  choose(workOf(layers(24, [2, 64, 2])), asking);
  t.deepEqual(asked, []);
  choose(workOf(layers(24, [43, 860, 860, 43])), asking);
  t.deepEqual(asked, ['onnx']);
});
