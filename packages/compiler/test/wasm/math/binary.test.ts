import test from 'ava';
import type { BinaryName } from '#src/graph/index.js';
import { binary, select } from '#src/wasm/math/index.js';
import { evaluate, variants } from './evaluate.js';

const floorMod = (a: number, b: number): number => {
  if (Math.abs(b) === Infinity && Number.isFinite(a)) return (a < 0 || Object.is(a, -0)) === b < 0 ? a : NaN;
  const rest = a % b;
  return rest !== 0 && rest < 0 !== b < 0 ? rest + b : rest;
};

const one = (test: (a: number, b: number) => boolean) => (a: number, b: number) => Number(test(a, b));
const cases: { readonly [N in BinaryName]?: { truth: (a: number, b: number) => number; relative: number } } = {
  add: { truth: (a, b) => a + b, relative: 2 ** -24 },
  sub: { truth: (a, b) => a - b, relative: 2 ** -24 },
  mul: { truth: (a, b) => a * b, relative: 2 ** -24 },
  div: { truth: (a, b) => a / b, relative: 2 ** -24 },
  pow: { truth: (a, b) => a ** b, relative: 1.2 * 2 ** -24 },
  maximum: { truth: Math.max, relative: 0 },
  minimum: { truth: Math.min, relative: 0 },
  mod: { truth: floorMod, relative: 2 ** -24 },
  atan2: { truth: Math.atan2, relative: 4e-7 },
  equal: { truth: one((a, b) => a === b), relative: 0 },
  notEqual: { truth: one((a, b) => a !== b), relative: 0 },
  less: { truth: one((a, b) => a < b), relative: 0 },
  lessEqual: { truth: one((a, b) => a <= b), relative: 0 },
  greater: { truth: one((a, b) => a > b), relative: 0 },
  greaterEqual: { truth: one((a, b) => a >= b), relative: 0 },
};

const powers = Array.from({ length: 60 }, (_, i) => 1.37 ** (i - 30));
const ordinary = [0, 1, 2, 3, 0.5, 7.25, 41, 1e-3, 1 / 3, 0.99999994, 1.0000001, 2 ** 24 - 1, 2 ** 24];
const values = [...powers, ...ordinary, 1e-20, 1e-38, 1e-40, 1e10, 1e30, 3e38, Infinity].flatMap((v) => [v, -v]);
const pairs = [...values, NaN].flatMap((a) => [...values, NaN].map((b) => [a, b]));
const a = Float32Array.from(pairs, ([v]) => v);
const b = Float32Array.from(pairs, ([, v]) => v);

for (const [name, entry] of Object.entries(cases)) {
  test(`${name} agrees with JavaScript on a grid of ordinary and extreme pairs`, (t) => {
    for (const relaxed of variants) {
      const result = evaluate((f, x, y) => binary(f, name as BinaryName, x, y), relaxed, a, b);
      let worst = 0;
      for (let i = 0; i < a.length; i++) {
        if (name === 'mod' && Math.abs(a[i] / b[i]) > 2 ** 28 && Number.isFinite(a[i] / b[i])) continue;
        const expected = entry.truth(a[i], b[i]);
        const what = `${name}(${a[i]}, ${b[i]}) is ${result[i]}, not ${expected}`;
        const rounded = Math.fround(expected);
        if (Object.is(rounded, result[i])) continue;
        if (!Number.isFinite(rounded) || !Number.isFinite(result[i])) return t.fail(what);
        const error = Math.max(0, Math.abs(result[i] - expected) - 2 ** -149) / Math.abs(expected || 1);
        if (!(error <= entry.relative)) return t.fail(`${what}: ${error}`);
        worst = Math.max(worst, error);
      }
      t.log(`${relaxed ? 'relaxed' : 'plain'} ${worst.toExponential(2)}`);
    }
    t.pass();
  });
}

test('logic of zeros and ones, selection without leaks', (t) => {
  const [p, q] = [Float32Array.of(0, 0, 1, 1), Float32Array.of(0, 1, 0, 1)];
  t.deepEqual([...evaluate((f, x, y) => binary(f, 'and', x, y), false, p, q)], [0, 0, 0, 1]);
  t.deepEqual([...evaluate((f, x, y) => binary(f, 'or', x, y), false, p, q)], [0, 1, 1, 1]);
  const chosen = evaluate(
    (f, x) =>
      f.scope(() => {
        const condition = f.local('v128');
        condition.set(x);
        return select(
          f,
          condition.get,
          () => f.f32x4.const(NaN),
          () => f.f32x4.const(2),
        );
      }),
    false,
    q,
  );
  t.deepEqual([...chosen], [2, NaN, 2, NaN]);
});
