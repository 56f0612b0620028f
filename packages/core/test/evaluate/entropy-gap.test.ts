import test from 'ava';
import { AdvectError } from '@advect/base/errors';
import { entropyGap } from '#src/evaluate/entropy-gap.js';
import { key, normals } from '#src/random/index.js';

test('the gap of a shifted normal model is its Kullback–Leibler divergence, half the squared shift', (t) => {
  const entropy = 0.5 * (1 + Math.log(2 * Math.PI));
  for (const shift of [0, 0.5, 2]) {
    const logs = normals(key(0), 50_000).map((v) => -0.5 * Math.log(2 * Math.PI) - 0.5 * (v - shift) ** 2);
    const { gap, standardError } = entropyGap(logs, entropy);
    t.true(Math.abs(gap - (shift * shift) / 2) < 4 * standardError, `shift ${shift}: ${gap} ± ${standardError}`);
    // Var(½(v − s)²) = ½ + s².
    t.true(Math.abs(standardError / Math.sqrt((0.5 + shift * shift) / 50_000) - 1) < 0.05);
  }
});

test('an impossible sample makes the gap infinite; without samples there is none', (t) => {
  t.deepEqual(entropyGap([-1, -Infinity], 0), { gap: Infinity, standardError: Infinity });
  t.throws(() => entropyGap([], 0), { instanceOf: AdvectError, code: 'invalid-shape' });
});
