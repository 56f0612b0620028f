import test from 'ava';
import fc from 'fast-check';
import { graphBuilder, type Graph, type GraphBuilder } from '#src/graph/index.js';
import { planAgrees } from './support/agreement.js';

/** A value while a random graph grows: its shape for any number of rows, where -1 stands for the rows. */
interface Grown {
  readonly id: number;
  readonly shape: readonly number[];
  /** Has an axis of rows without a number of any row: its sum over rows would count the rows that were traced. */
  readonly empty?: boolean;
}

type Move = (builder: GraphBuilder, values: readonly Grown[], rows: number, pick: (count: number) => number) => Grown | undefined;

const rowsIn = (shape: readonly number[], rows: number): number[] => shape.map((length) => (length === -1 ? rows : length));

const moves: readonly Move[] = [
  (b, values, _, pick) => {
    const { id, shape } = values[pick(values.length)];
    return { id: b.unary((['tanh', 'neg', 'sigmoid', 'sin'] as const)[pick(4)], id), shape };
  },
  (b, values, _, pick) => {
    const x = values[pick(values.length)];
    const others = values.filter(
      ({ shape }) => shape.length === x.shape.length && shape.every((length, i) => length === x.shape[i] || length === 1),
    );
    const y = others[pick(others.length)];
    const [left, right] = pick(2) === 0 ? [x, y] : [y, x];
    return { id: b.binary((['add', 'mul', 'sub'] as const)[pick(3)], left.id, right.id), shape: x.shape };
  },
  (b, values, _, pick) => {
    const x = values[pick(values.length)];
    const axes = x.shape.flatMap((length, axis) => (pick(2) === 0 && !(x.empty && length === -1) ? [axis] : []));
    return { id: b.reduce('sum', x.id, axes), shape: x.shape.filter((_length, axis) => !axes.includes(axis)) };
  },
  (b, values, _, pick) => {
    const x = values[pick(values.length)];
    const perm = x.shape.map((_length, axis) => axis);
    for (let i = perm.length - 1; i > 0; i--) {
      const j = pick(i + 1);
      [perm[i], perm[j]] = [perm[j], perm[i]];
    }
    return { id: b.transpose(x.id, perm), shape: perm.map((axis) => x.shape[axis]) };
  },
  (b, values, rows, pick) => {
    const x = values[pick(values.length)];
    const axis = pick(x.shape.length + 1);
    const shape = [...x.shape.slice(0, axis), 1, ...x.shape.slice(axis)];
    return shape.length > 4 ? undefined : { id: b.reshape(x.id, rowsIn(shape, rows)), shape };
  },
  (b, values, rows, pick) => {
    const x = values[pick(values.length)];
    const axis = x.shape.findIndex((length, i) => i < x.shape.length - 1 && length !== -1 && x.shape[i + 1] !== -1);
    if (axis < 0) return undefined;
    const shape = [...x.shape.slice(0, axis), x.shape[axis] * x.shape[axis + 1], ...x.shape.slice(axis + 2)];
    return { id: b.reshape(x.id, rowsIn(shape, rows)), shape };
  },
  (b, values, rows, pick) => {
    const x = values[pick(values.length)];
    const axis = x.shape.findIndex((length) => length === 1);
    if (axis < 0) return undefined;
    const shape = x.shape.with(axis, 2 + pick(2));
    return { id: b.broadcast(x.id, rowsIn(shape, rows)), shape };
  },
  (b, values, rows, pick) => {
    const x = values[pick(values.length)];
    const axis = x.shape.findIndex((length) => length > 1);
    if (axis < 0) return undefined;
    const backward = pick(2) === 0;
    const shape = x.shape.with(axis, backward ? x.shape[axis] : x.shape[axis] - 1);
    const begin = x.shape.map((length, i) => (i === axis ? (backward ? length - 1 : 1) : 0));
    return {
      id: b.slice(
        x.id,
        begin,
        rowsIn(shape, rows),
        x.shape.map((_length, i) => (i === axis && backward ? -1 : 1)),
      ),
      shape,
    };
  },
  (b, values, _, pick) => {
    const x = values[pick(values.length)];
    const axis = x.shape.findIndex((length) => length >= 1);
    if (axis < 0) return undefined;
    const sides = x.shape.map((_length, i) => (i === axis ? 1 : 0));
    return {
      id: b.pad(
        x.id,
        sides,
        sides.map(() => 0),
        0.5,
      ),
      shape: x.shape.with(axis, x.shape[axis] + 1),
    };
  },
  (b, values, _, pick) => {
    const x = values[pick(values.length)];
    const axis = x.shape.findIndex((length) => length >= 1);
    if (axis < 0) return undefined;
    const fits = values.filter(
      ({ shape }) => shape.length === x.shape.length && shape.every((length, i) => (i === axis ? length >= 1 : length === x.shape[i])),
    );
    const y = fits[pick(fits.length)];
    return { id: b.concat([x.id, y.id], axis), shape: x.shape.with(axis, x.shape[axis] + y.shape[axis]) };
  },
  (b, values, _, pick) => {
    const matrices = values.filter(({ shape }) => shape.length >= 2);
    if (matrices.length === 0) return undefined;
    const x = matrices[pick(matrices.length)];
    const [transposeA, transposeB] = [pick(2) === 0, pick(2) === 0];
    const ends = (shape: readonly number[], swap: boolean): [number, number] =>
      (swap ? shape.slice(-2).toReversed() : shape.slice(-2)) as [number, number];
    const [m, k] = ends(x.shape, transposeA);
    const fits = matrices.filter(({ shape }) => {
      const batch = shape.slice(0, -2);
      return (
        shape.length === x.shape.length &&
        ends(shape, transposeB)[0] === k &&
        batch.every((length, i) => length === x.shape[i] || length === 1)
      );
    });
    if (fits.length === 0) return undefined;
    const y = fits[pick(fits.length)];
    const sumBatch = x.shape.length > 2 && pick(3) === 0;
    const shape = [...(sumBatch ? [] : x.shape.slice(0, -2)), m, ends(y.shape, transposeB)[1]];
    const countsRows = x.empty && (y.empty || !y.shape.includes(-1)) && !shape.includes(-1);
    if (countsRows || shape.filter((length) => length === -1).length > 1) return undefined;
    return { id: b.matmul(x.id, y.id, { transposeA, transposeB, ...(sumBatch && { sumBatch: true }) }), shape };
  },
];

const randomGraph =
  (choices: readonly number[]) =>
  (rows: number): Graph => {
    const b = graphBuilder();
    let at = 0;
    const pick = (count: number): number => choices[at++ % choices.length] % count;
    const values: Grown[] = [
      { id: b.input('z', [rows, 3], { rowAxis: 0 }), shape: [-1, 3] },
      { id: b.input('h', [2, rows, 3], { rowAxis: 1 }), shape: [2, -1, 3] },
      { id: b.input('l', [rows, 1], { rowAxis: 0 }), shape: [-1, 1] },
      { id: b.input('w', [3, 3], { kind: 'parameter' }), shape: [3, 3] },
      { id: b.input('g', [1, 3], { kind: 'parameter' }), shape: [1, 3] },
      { id: b.input('u', [2, 3, 2], { kind: 'parameter' }), shape: [2, 3, 2] },
      { id: b.fill(1.5, [rows, 3]), shape: [-1, 3], empty: true },
      { id: b.fill(0.5, [3, rows]), shape: [3, -1], empty: true },
    ];
    for (let step = 0; step < 12; step++) {
      const grown = moves[pick(moves.length)](b, values, rows, pick);
      if (!grown) continue;
      const operands = b.nodes[grown.id].inputs.map((id) => values.find((value) => value.id === id)!);
      const varies = operands.some(({ shape, empty }) => shape.includes(-1) && !empty);
      values.push({ ...grown, empty: grown.shape.includes(-1) && !varies });
    }
    const outputs = values.slice(-3).map(({ id }, i) => ({ name: `y${i}`, id }));
    return b.finish(outputs);
  };

test('random graphs, with and without independent rows', (t) => {
  let separable = 0;
  const choices = fc.array(fc.nat(1_000_000), { minLength: 60, maxLength: 90 });
  fc.assert(
    fc.property(choices, (list) => {
      const plan = planAgrees(t, randomGraph(list), { traced: 13, rows: 19 });
      if (plan.reason === undefined) separable++;
    }),
    { numRuns: 150, seed: 3 },
  );
  t.true(separable > 50, `${separable} of 150`);
});
