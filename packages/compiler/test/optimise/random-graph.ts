import { sizeOf } from '@advect/base/array';
import fc from 'fast-check';
import { type BinaryName, type Graph, graphBuilder, type GraphBuilder, type UnaryName } from '#src/graph/index.js';

/** Draws whole numbers from a list that fast-check made and can shrink; 0 when it is used up. */
type Draw = (below: number) => number;

const unaryNames: readonly UnaryName[] = ['neg', 'neg', 'abs', 'tanh', 'sigmoid', 'softplus'];
const binaryNames: readonly BinaryName[] = ['add', 'add', 'sub', 'sub', 'mul', 'mul', 'mul', 'maximum', 'minimum'];
const fills = [0, 1, -1, 2, 0.5, -3, 0.1];

/**
 * Any graph of a few dozen nodes with shapes of lengths 1 to 3, full of numbers, repeats and rearrangements. Its functions
 * are continuous, so that rounding stays small.
 */
export const randomGraphs: fc.Arbitrary<Graph> = fc
  .array(fc.nat(1 << 20), { minLength: 20, maxLength: 400, size: 'max' })
  .map((numbers) => {
    let at = 0;
    return grow(
      (below) => (at < numbers.length ? numbers[at++] % below : 0),
      () => at < numbers.length,
    );
  });

function grow(draw: Draw, more: () => boolean): Graph {
  const g = graphBuilder();
  g.input('x', [2, 3]);
  g.input('y', [2, 1]);
  g.input('z', [1, 2, 3]);
  g.constant(Float32Array.of(0.5, -1.5, 2), [1, 3]);
  g.fill(1, [2, 3]);
  while (more()) step(g, draw);
  const last = g.nodes.length - 1;
  return g.finish(
    Array.from({ length: 12 }, (_, i) => last - 2 * i)
      .filter((id) => id >= 0)
      .map((id) => ({ name: `out${id}`, id })),
  );
}

function step(g: GraphBuilder, draw: Draw): void {
  const x = draw(g.nodes.length);
  const { shape, dtype } = g.nodes[x];
  const float = dtype === 'float32' ? x : g.cast(x, 'float32');
  const axis = draw(Math.max(shape.length, 1));
  switch (draw(18)) {
    case 0:
    case 1:
      g.unary(unaryNames[draw(unaryNames.length)], float);
      return;
    case 2:
    case 3:
    case 4:
      g.binary(binaryNames[draw(binaryNames.length)], float, partner(g, shape, draw));
      return;
    case 5:
      g.binary(binaryNames[draw(binaryNames.length)], partner(g, shape, draw), float);
      return;
    case 6:
      g.select(g.unary(draw(2) ? 'isNaN' : 'isFinite', float), float, partner(g, shape, draw));
      return;
    case 7:
      g.reduce(
        draw(3) === 0 ? 'max' : 'sum',
        float,
        shape.flatMap((_, i) => (draw(2) ? [i] : [])),
      );
      return;
    case 8:
      if (shape.length >= 2) g.matmul(float, partner(g, shape, draw, true), draw(2) ? { transposeB: true } : { transposeA: true });
      return;
    case 9:
      g.reshape(x, draw(2) ? [1, ...shape] : draw(2) ? shape.filter((length) => length !== 1) : [sizeOf(shape)]);
      return;
    case 10:
      g.transpose(
        x,
        shape.map((_, i) => (i + 1 + axis) % shape.length),
      );
      return;
    case 11:
      if (shape.length > 0 && shape[axis] > 1)
        g.slice(
          x,
          shape.map((_, i) => (i === axis ? 1 : 0)),
          shape.with(axis, shape[axis] - 1),
        );
      else if (shape.length > 0)
        g.slice(
          x,
          shape.map((length) => length - 1),
          shape,
          shape.map(() => -1),
        );
      return;
    case 12:
      g.pad(
        float,
        shape.map((_, i) => (i === axis ? draw(2) : 0)),
        shape.map((_, i) => (i === axis ? draw(2) : 0)),
      );
      return;
    case 13:
      if (shape.length > 0 && sizeOf(shape) < 40) g.concat([float, float, g.fill(fills[draw(fills.length)], shape)], axis);
      return;
    case 14:
      divide(g, float, draw);
      return;
    case 15:
      g.binary('pow', float, g.fill(draw(4)));
      return;
    case 16:
      if (shape.length < 4)
        g.broadcast(x, shape.length === 0 ? [2, 3] : shape.map((length) => (length === 1 && sizeOf(shape) < 40 ? 2 : length)));
      return;
    default:
      if (shape.length > 0 && shape[axis] > 0)
        g.gather(float, g.constant(Float32Array.of(draw(shape[axis]), draw(shape[axis])), [2], 'int32'), axis);
  }
}

/** Divides by what is far from 0, so that the sign of a zero never decides between two infinities. */
function divide(g: GraphBuilder, x: number, draw: Draw): void {
  const { shape } = g.nodes[x];
  const divisor = draw(2)
    ? g.fill(fills[1 + draw(fills.length - 1)])
    : g.binary('add', g.unary('softplus', partner(g, shape, draw)), g.fill(0.5));
  switch (draw(3)) {
    case 0:
      g.binary('div', x, divisor);
      return;
    case 1:
      g.binary('mul', x, g.unary('reciprocal', divisor));
      return;
    default:
      g.binary('div', g.fill(1), g.binary('add', g.unary('exp', x), g.fill(1)));
  }
}

/** A float32 operand that goes with a shape: a node that has it, a number, or a sum of one over an axis. */
function partner(g: GraphBuilder, shape: readonly number[], draw: Draw, same = false): number {
  const fitting = g.nodes.filter(
    (node) =>
      node.dtype === 'float32' &&
      node.shape.length === shape.length &&
      node.shape.every((length, i) => length === shape[i] || (!same && length === 1)),
  );
  if (fitting.length > 0 && draw(3) > 0) return fitting[draw(fitting.length)].id;
  return g.fill(fills[draw(fills.length)], same || draw(2) ? shape : []);
}
