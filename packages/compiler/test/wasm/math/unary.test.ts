import test from 'ava';
import type { UnaryName } from '#src/graph/index.js';
import { unary } from '#src/wasm/math/index.js';
import { evaluate, evenly, everyExponent, variants } from './evaluate.js';

/** erf by its series of positive terms (Abramowitz and Stegun 7.1.6), to the last digits of a double for |x| < 6. */
function erf(x: number): number {
  if (Math.abs(x) >= 6) return Math.sign(x);
  let [term, sum] = [x, x];
  for (let k = 1; Math.abs(term) > 1e-18 * Math.abs(sum); k++) sum += term *= (2 * x * x) / (2 * k + 1);
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

const nearest = (x: number): number => (Math.abs(x - Math.trunc(x)) === 0.5 ? 2 * Math.round(x / 2) : Math.round(x));
const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

interface Case {
  readonly truth: (x: number) => number;
  /** Allowed relative error. */
  readonly relative: number;
  /** Allowed absolute error, for results that underflow. */
  readonly absolute?: number;
  /** Where the bound holds; elsewhere only NaN and infinities are compared. */
  readonly within?: number;
}

const half = 2 ** -24;
const underflow = 1.7e-38;
const cases: { readonly [N in UnaryName]: Case } = {
  neg: { truth: (x) => -x, relative: 0 },
  abs: { truth: Math.abs, relative: 0 },
  sign: { truth: (x) => (x > 0 ? 1 : x < 0 ? -1 : 0), relative: 0 },
  exp: { truth: Math.exp, relative: 3e-7, absolute: underflow },
  expm1: { truth: Math.expm1, relative: 4e-7 },
  log: { truth: Math.log, relative: 3e-7 },
  log1p: { truth: Math.log1p, relative: 4e-7 },
  sqrt: { truth: Math.sqrt, relative: half },
  rsqrt: { truth: (x) => 1 / Math.sqrt(x), relative: 2.1 * half },
  reciprocal: { truth: (x) => 1 / x, relative: half, absolute: 2 ** -149 },
  sin: { truth: Math.sin, relative: 3e-7, within: 1e6 },
  cos: { truth: Math.cos, relative: 3e-7, within: 1e6 },
  tanh: { truth: Math.tanh, relative: 4e-7 },
  sigmoid: { truth: (x) => 1 / (1 + Math.exp(-x)), relative: 4e-7, absolute: 3e-39 },
  softplus: { truth: softplus, relative: 5e-7, absolute: underflow },
  erf: { truth: erf, relative: 5e-7 },
  floor: { truth: Math.floor, relative: 0 },
  ceil: { truth: Math.ceil, relative: 0 },
  round: { truth: nearest, relative: 0 },
  trunc: { truth: Math.trunc, relative: 0 },
  isNaN: { truth: (x) => Number(Number.isNaN(x)), relative: 0 },
  isFinite: { truth: (x) => Number(Number.isFinite(x)), relative: 0 },
  not: { truth: (x) => Number(x === 0), relative: 0 },
};

const special = Float32Array.of(0, -0, Infinity, -Infinity, NaN, 1, -1, 1e30, -1e30, 0.5, -0.5, 1.5, 2.5, -2.5);
const argumentsOf = (): Float32Array => {
  const parts = [
    special,
    everyExponent(),
    evenly(-1, 1, 20_001),
    evenly(-12, 12, 20_001),
    evenly(-110, 110, 20_001),
    evenly(-1e6, 1e6, 20_001),
  ];
  const multiplesOfPi = Float32Array.from({ length: 2000 }, (_, i) => ((i + 1) * Math.PI) / 2);
  return Float32Array.from([...parts, multiplesOfPi].flatMap((part) => [...part]));
};
const x = argumentsOf();

for (const [name, { truth, relative, absolute = 2 ** -149, within = Infinity }] of Object.entries(cases)) {
  test(`${name} keeps its bound on every exponent and between`, (t) => {
    for (const relaxed of variants) {
      const y = evaluate((f, v) => unary(f, name as UnaryName, v), relaxed, x);
      let worst = { error: 0, x: NaN, y: NaN };
      for (let i = 0; i < x.length; i++) {
        const expected = truth(x[i]);
        if (Number.isNaN(expected) !== Number.isNaN(y[i])) return t.fail(`${name}(${x[i]}) is ${y[i]}, not ${expected}`);
        if (!(Math.abs(x[i]) <= within) || Number.isNaN(expected)) continue;
        const rounded = Math.fround(expected);
        if (!Number.isFinite(rounded) || !Number.isFinite(y[i])) {
          const almost = 3.4028234e38;
          if (rounded !== y[i] && Math.abs(expected) < almost * (1 - relative))
            return t.fail(`${name}(${x[i]}) is ${y[i]}, not ${rounded}`);
          continue;
        }
        const error = Math.max(0, Math.abs(y[i] - expected) - absolute) / Math.abs(expected || 1);
        if (error > worst.error) worst = { error, x: x[i], y: y[i] };
      }
      t.true(worst.error <= relative, `${name}(${worst.x}) = ${worst.y}: ${worst.error}`);
      t.log(`${relaxed ? 'relaxed' : 'plain'} ${worst.error.toExponential(2)} at ${worst.x}`);
    }
  });
}

test('signed zeros, ends and order are right where it matters', (t) => {
  for (const relaxed of variants) {
    const at = (name: UnaryName, ...xs: number[]): number[] => [...evaluate((f, v) => unary(f, name, v), relaxed, Float32Array.from(xs))];
    for (const name of ['tanh', 'erf', 'sin', 'sqrt'] as const) t.deepEqual(at(name, 0, -0), [0, -0]);
    t.deepEqual(at('tanh', Infinity, -Infinity, 40, -40), [1, -1, 1, -1]);
    t.deepEqual(at('sigmoid', Infinity, -Infinity, 0, 40), [1, 0, 0.5, 1]);
    t.deepEqual(at('exp', 0, -0, -Infinity, 88.73), [1, 1, 0, Infinity]);
    t.deepEqual(at('log', 1, 0, -0, -1), [0, -Infinity, -Infinity, NaN]);
    t.true(at('tanh', ...evenly(7, 10, 3000)).every((y) => y <= 1));
    t.true(at('sin', 1e15, 1e20, 1e30, -1e38).every((y) => Math.abs(y) <= 1));
  }
});
