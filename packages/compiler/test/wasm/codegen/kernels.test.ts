import test from 'ava';
import { type Graph, graphBuilder, type GraphBuilder, type ReduceName } from '#src/graph/index.js';
import { makePlan } from '#src/plan/index.js';
import { codeAgrees, rowsAgree, runPlan } from './support/agreement.js';

type Build = (g: GraphBuilder, rows: number) => Record<string, number>;

const graphOf =
  (build: Build) =>
  (rows: number): Graph => {
    const g = graphBuilder();
    const outputs = build(g, rows);
    return g.finish(Object.entries(outputs).map(([name, id]) => ({ name, id })));
  };

const cases: Record<string, Build> = {
  'maps with vectors, scalars, rows and columns as operands': (g, rows) => {
    const x = g.input('x', [rows, 7], { rowAxis: 0 });
    const bias = g.input('bias', [1, 7], { kind: 'parameter' });
    const scale = g.input('scale', [rows, 1], { rowAxis: 0 });
    const y = g.unary('tanh', g.binary('add', g.binary('mul', x, scale), bias));
    return { y, z: g.binary('sub', g.binary('mul', y, g.fill(3)), g.unary('exp', bias)) };
  },
  'comparisons choose, and count as numbers': (g, rows) => {
    const x = g.input('x', [rows, 5], { rowAxis: 0 });
    const y = g.input('y', [rows, 5], { rowAxis: 0 });
    const less = g.binary('less', x, y);
    const both = g.binary('and', less, g.binary('greaterEqual', x, g.fill(0)));
    return {
      chosen: g.select(g.binary('or', both, g.unary('not', less)), g.unary('sqrt', x), y),
      counted: g.binary('add', g.binary('mul', less, x), both),
      finite: g.select(g.unary('isFinite', g.unary('log', x)), g.unary('isNaN', g.unary('sqrt', y)), x),
      ranked: g.binary('maximum', g.binary('minimum', x, y), g.binary('notEqual', x, y)),
    };
  },
  'transposed, reversed, padded and joined': (g, rows) => {
    const x = g.input('x', [rows, 3, 4], { rowAxis: 0 });
    const turned = g.transpose(x, [0, 2, 1]);
    const reversed = g.slice(turned, [0, 3, 2], [rows, 4, 2], [1, -1, -2]);
    const padded = g.pad(reversed, [0, 1, 2], [0, 0, 1], 0.5);
    return { turned: g.unary('neg', turned), padded, joined: g.concat([reversed, g.binary('mul', turned, g.fill(2))], 2) };
  },
  'reductions over axes that are not rows': (g, rows) => {
    const x = g.input('x', [rows, 3, 6], { rowAxis: 0 });
    const reduce = (f: ReduceName, axes: number[]): number => g.reduce(f, g.binary('mul', x, x), axes);
    return {
      sum: reduce('sum', [2]),
      max: reduce('max', [1]),
      product: reduce('product', [1, 2]),
      min: g.reduce('min', x, [2]),
      plain: g.reduce('sum', x, [1]),
    };
  },
  'sums over rows': (g, rows) => {
    const x = g.input('x', [rows, 3, 6], { rowAxis: 0 });
    const columns = g.reduce('sum', g.unary('exp', x), [0]);
    return { columns, all: g.reduce('sum', x, [0, 1, 2]), after: g.unary('sqrt', columns) };
  },
  'products and what is done with their entries': (g, rows) => {
    const x = g.input('x', [rows, 7], { rowAxis: 0 });
    const w = g.input('w', [7, 5], { kind: 'parameter' });
    const bias = g.input('bias', [1, 5], { kind: 'parameter' });
    const gate = g.input('gate', [1, 1]);
    const h = g.unary('tanh', g.binary('mul', g.binary('add', g.matmul(x, w), bias), gate));
    const slope = g.binary('sub', g.fill(1), g.binary('mul', h, h));
    const back = g.matmul(g.binary('mul', slope, h), w, { transposeB: true });
    return { h, slope, back, filter: g.matmul(x, slope, { transposeA: true }), shared: g.matmul(w, w, { transposeA: true }) };
  },
  'products in a batch, and a product for each row': (g, rows) => {
    const q = g.input('q', [rows, 3, 4], { rowAxis: 0 });
    const k = g.input('k', [rows, 3, 4], { rowAxis: 0 });
    const w = g.input('w', [1, 4, 6], { kind: 'parameter' });
    const scores = g.matmul(q, k, { transposeB: true });
    return { scores, mixed: g.matmul(scores, k), wide: g.unary('tanh', g.matmul(q, g.broadcast(w, [rows, 4, 6]))) };
  },
  'convolutions and their gradients': (g, rows) => {
    const geometry = { strides: [2, 1], dilations: [1, 1], pads: [1, 0, 1, 1] } as const;
    const x = g.input('x', [rows, 5, 6, 3], { rowAxis: 0 });
    const filter = g.input('filter', [3, 3, 3, 4], { kind: 'parameter' });
    const bias = g.input('bias', [1, 1, 1, 4], { kind: 'parameter' });
    const y = g.unary('tanh', g.binary('add', g.conv2d(x, filter, geometry), bias));
    const back = g.binary('mul', g.conv2dInput(y, filter, geometry, [rows, 5, 6, 3]), g.fill(2));
    return { y, back, slope: g.binary('mul', g.conv2dFilter(x, y, geometry, [3, 3, 3, 4]), g.fill(0.5)) };
  },
  'rows of a table': (g, rows) => {
    const table = g.input('table', [3, 4], { kind: 'parameter' });
    const at = g.input('at', [rows], { rowAxis: 0, dtype: 'int32' });
    const columns = g.input('columns', [2], { dtype: 'int32' });
    return { taken: g.unary('neg', g.gather(table, at, 0)), plain: g.gather(g.unary('exp', table), columns, 1) };
  },
};

for (const [name, build] of Object.entries(cases)) {
  test(`${name}, in tiles of rows`, (t) => {
    codeAgrees(t, graphOf(build));
    codeAgrees(t, graphOf(build), { rows: 3 });
    codeAgrees(t, graphOf(build), { rows: 16, tile: 16 });
    codeAgrees(t, graphOf(build), { rows: 3, tile: 1 });
    rowsAgree(t, graphOf(build));
  });
  test(`${name}, as one piece`, (t) => {
    codeAgrees(t, graphOf(build), { separable: false });
    codeAgrees(t, graphOf(build), { separable: false, traced: 4 });
  });
}

test('sums into the rows of a table', (t) => {
  const build = graphOf((g, rows) => {
    const at = g.input('at', [rows], { dtype: 'int32' });
    return { sums: g.scatterAdd(g.input('x', [rows, 2, 3]), at, [3, 2, 3]) };
  });
  codeAgrees(t, build, { separable: false, traced: 11 });
});

test('an index out of range gives NaN, and no update', (t) => {
  const build = graphOf((g) => {
    const at = g.input('at', [4], { dtype: 'int32' });
    return { taken: g.gather(g.input('x', [3]), at, 0), sums: g.scatterAdd(g.input('y', [4]), at, [3]) };
  })(0);
  const numbers = { at: Float32Array.of(2, 3, -1, 0), x: Float32Array.of(5, 6, 7), y: Float32Array.of(1, 2, 4, 8) };
  for (const { taken, sums } of runPlan(makePlan(build), build, numbers)) {
    t.deepEqual([...taken], [7, NaN, NaN, 5]);
    t.deepEqual([...sums], [8, 0, 1]);
  }
});
