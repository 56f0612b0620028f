import test from 'ava';
import { composite, gaussLegendre } from '#src/data/quadrature.js';

test('n Gauss–Legendre points integrate powers up to 2n − 1 exactly, and not the next', (t) => {
  for (const n of [1, 2, 5, 8]) {
    const { nodes, weights } = gaussLegendre(n);
    const integral = (power: number): number => nodes.reduce((sum, x, i) => sum + weights[i] * x ** power, 0);
    for (let power = 0; power < 2 * n; power++) t.true(Math.abs(integral(power) - (power % 2 === 0 ? 2 / (power + 1) : 0)) < 1e-14);
    t.true(Math.abs(integral(2 * n) - 2 / (2 * n + 1)) > 1e-6);
  }
});

test('the composite rule integrates over its interval', (t) => {
  const { nodes, weights } = composite(1, 4, 3);
  const integral = nodes.reduce((sum, x, i) => sum + weights[i] * Math.exp(-x), 0);
  t.true(Math.abs(integral - (Math.exp(-1) - Math.exp(-4))) < 1e-15);
});
