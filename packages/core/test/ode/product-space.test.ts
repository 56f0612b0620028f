import test from 'ava';
import { float32Space, float64Space, productSpace, solve, type Times, type VectorSpace } from '#src/ode/index.js';

/** Rows of a plain space, [a, b, c | d, e], as the parts [a, b, c] and [d, e]. */
interface Parts extends Record<string, unknown> {
  readonly left: Float64Array;
  readonly right: Float64Array;
}
const WIDTH = 5;
const split = (state: Float64Array): Parts => ({
  left: state.filter((_, i) => i % WIDTH < 3),
  right: state.filter((_, i) => i % WIDTH >= 3),
});
const spaceOf = (rows: number): VectorSpace<Parts> => productSpace<Parts>({ left: float64Space({ rows }), right: float64Space({ rows }) });
const state = (rows: number, seed: number) => Float64Array.from({ length: rows * WIDTH }, (_, i) => Math.sin(seed + 7 * i));

test('the arithmetic is that of the parts side by side', (t) => {
  const [plain, product] = [float64Space({ rows: 3 }), spaceOf(3)];
  const [a, b, c] = [state(3, 1), state(3, 2), state(3, 3)];
  const [pa, pb, pc] = [a, b, c].map(split);
  const steps = Float64Array.of(0.1, 0, -2);
  t.is(product.rows(pa), 3);
  t.deepEqual(product.combine(pa, [pb, pc], [2, -1], steps), split(plain.combine(a, [b, c], [2, -1], steps)));
  t.deepEqual(product.blend([pa, pb], [steps, 3]), split(plain.blend([a, b], [steps, 3])));
  const mask = Uint8Array.of(0, 1, 0);
  t.deepEqual(product.select(mask, pa, pb), split(plain.select(mask, a, b)));
  const some = Int32Array.of(2, 0);
  const part = plain.take(a, some);
  t.deepEqual(product.take(pa, some), split(part));
  t.deepEqual(product.put(pb, some, split(part)), split(plain.put(b, some, part)));
  const copy = product.clone(pa);
  t.deepEqual(copy, pa);
  t.not(copy.left, pa.left);
  const two = product.withRows(2);
  t.is(two.rows(split(part)), 2);
  t.deepEqual(two.select(Uint8Array.of(1, 0), split(part), split(state(2, 4))), split(plain.withRows(2).select(Uint8Array.of(1, 0), part, state(2, 4)))); // prettier-ignore
  t.true(Math.abs((product.dot!(pa, pb) as number) - (plain.dot!(a, b) as number)) < 1e-14);
});

test('an error is the largest of the measured parts’, row by row', async (t) => {
  const tolerance = { atol: 0.1, rtol: 0.2 };
  const rows = 2;
  const [v, a, b] = [state(rows, 5), state(rows, 6), state(rows, 7)].map(split);
  v.left.fill(0, 0, 3);
  v.right.fill(0, 2, 4);
  const own = float64Space({ rows });
  const [left, right] = [own.norm(v.left, a.left, b.left, tolerance, false), own.norm(v.right, a.right, b.right, tolerance, false)];
  const [ofLeft, ofRight] = [await left, await right];
  t.deepEqual(await spaceOf(rows).norm(v, a, b, tolerance, false), Float64Array.of(ofRight[0], ofLeft[1]));
  const late = { ...own, norm: (...given: Parameters<typeof own.norm>) => Promise.resolve(own.norm(...given)) };
  for (const space of [productSpace<Parts>({ left: late, right: own }), productSpace<Parts>({ left: own, right: late })]) {
    t.deepEqual(await space.norm(v, a, b, tolerance, false), Float64Array.of(ofRight[0], ofLeft[1]));
  }
  const seminorm = productSpace<Parts>({ left: own, right: own }, ['left']);
  t.deepEqual(await seminorm.norm(v, a, b, tolerance, false), ofRight);
  t.is(seminorm.rows(a), rows);
  t.deepEqual(await seminorm.withRows(1).norm(split(state(1, 5)), split(state(1, 6)), split(state(1, 7)), tolerance, true), await float64Space().norm(split(state(1, 5)).right, split(state(1, 6)).right, split(state(1, 7)).right, tolerance, true)); // prettier-ignore
});

test('the numbers of a row are those of its parts one after another', async (t) => {
  const { coordinates } = spaceOf(3);
  const numbers = state(3, 8);
  t.is(coordinates!.length(split(numbers)), WIDTH);
  t.deepEqual(await coordinates!.of(split(numbers)), numbers);
  t.deepEqual(coordinates!.from(state(3, 9), split(numbers)), split(state(3, 9)));
  const mixed = productSpace({ wide: float64Space(), single: float32Space() });
  t.is(mixed.coordinates!.epsilon, 2 ** -23);
});

test('numbers and products are offered only where every part offers them', (t) => {
  const { coordinates: _, dot: __, ...bare } = float64Space();
  const product = productSpace<Parts>({ left: float64Space(), right: bare });
  t.is(product.coordinates, undefined);
  t.is(product.dot, undefined);
  const known = spaceOf(1);
  t.truthy(known.coordinates && known.dot);
});

test('a stiff method takes the steps that it takes in one space of all numbers', async (t) => {
  // Coupled within each row, across the parts.
  const field = (_t: Times, y: Float64Array) =>
    y.map((v, i) => {
      const row = i - (i % WIDTH);
      return -10 * (1 + (i % WIDTH)) * v + y[row + ((i + 2) % WIDTH)] ** 2;
    });
  const joined = ({ left, right }: Parts): Float64Array =>
    Float64Array.from({ length: left.length + right.length }, (_, i) => {
      const [row, column] = [Math.floor(i / WIDTH), i % WIDTH];
      return column < 3 ? left[3 * row + column] : right[2 * row + column - 3];
    });
  const options = { t0: 0, t1: 1, method: 'rodas4' as const, steps: 6 };
  const rows = 2;
  const whole = await solve({ ...options, space: float64Space({ rows }), field, y0: state(rows, 1) });
  const parts = await solve({
    ...options,
    space: spaceOf(rows),
    field: (time, y) => split(field(time, joined(y))),
    y0: split(state(rows, 1)),
  });
  t.deepEqual(joined(parts.y), whole.y);
});
