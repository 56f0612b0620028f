import test from 'ava';
import { scaledRms } from '#src/ode/norm.js';

const tolerance = { atol: 0.5, rtol: 0.25 };

test('the norm is the root mean square in units of atol + rtol·max(|a|, |b|)', (t) => {
  // Units 0.5 + 0.25·2 = 1 and 0.5 + 0.25·6 = 2: √((3² + 4²)/2).
  t.is(scaledRms([3, -8], [-2, 1], [1, 6], tolerance, 0, 2), Math.sqrt(12.5));
  t.is(scaledRms([9, 3, -8, 9], [9, 1, 6, 9], [9, -2, 1, 9], tolerance, 1, 3), Math.sqrt(12.5));
  t.is(scaledRms([1], [1], [1], tolerance, 0, 0), 0);
});

test('a number that is not finite in the error or the new state gives NaN', (t) => {
  for (const bad of [NaN, Infinity, -Infinity]) {
    t.is(scaledRms([1, bad], [1, 1], [1, 1], tolerance, 0, 2), NaN);
    // The quotient alone would be 0.
    t.is(scaledRms([1, 1], [1, 1], [1, bad], tolerance, 0, 2), NaN);
    t.is(scaledRms([1, 0], [1, 1], [1, bad], tolerance, 0, 2), NaN);
  }
});

test('where nothing is allowed an error of 0 is 0 and any other is infinite', (t) => {
  const strict = { atol: 0, rtol: 1e-6 };
  t.is(scaledRms([0, 0], [0, 1], [-0, 1], strict, 0, 2), 0);
  t.is(scaledRms([1e-300], [0], [0], strict, 0, 1), Infinity);
});
