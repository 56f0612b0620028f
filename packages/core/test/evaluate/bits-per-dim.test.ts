import test from 'ava';
import { AdvectError } from '@advect/base/errors';
import { bitsPerDim } from '#src/evaluate/bits-per-dim.js';

test('a uniform density over the data’s range costs log2(levels) bits, whatever the range', (t) => {
  const dims = 64;
  for (const span of [1, 2, 17]) {
    const logDensity = -dims * Math.log(span);
    const { mean, standardError } = bitsPerDim(Float64Array.of(logDensity, logDensity), { dims, levels: 17, span });
    t.true(Math.abs(mean - Math.log2(17)) < 1e-12, `span ${span}: ${mean}`);
    t.true(standardError < 1e-12);
  }
});

test('a density in [0, 1] with 256 levels has the textbook’s +8, in [−1, 1] +7', (t) => {
  const logs = Float64Array.of(100, 120);
  const plain = [-100, -120].map((v) => v / (10 * Math.LN2));
  const unit = bitsPerDim(logs, { dims: 10, levels: 256 });
  const centred = bitsPerDim(logs, { dims: 10, levels: 256, span: 2 });
  unit.perSample.forEach((bits, i) => t.true(Math.abs(bits - (plain[i] + 8)) < 1e-12));
  centred.perSample.forEach((bits, i) => t.true(Math.abs(bits - (plain[i] + 7)) < 1e-12));
  t.true(Math.abs(unit.standardError - Math.abs(plain[0] - plain[1]) / 2) < 1e-12);
});

test('several dequantisations are averaged as densities, sample by sample', (t) => {
  const { perSample, convention } = bitsPerDim([Math.log(1), Math.log(3), Math.log(4), Math.log(4)], { dims: 1, levels: 2, samples: 2 });
  t.deepEqual(
    [...perSample].map((bits) => bits.toFixed(12)),
    [-Math.log2(2) + 1, -Math.log2(4) + 1].map((bits) => bits.toFixed(12)),
  );
  t.is(
    convention,
    "bits/dim over 2 samples of 1 dimensions with 2 levels, 2 uniform dequantisations each, importance-weighted: an upper bound of the discrete model's",
  );
});

test('the convention is said in words', (t) => {
  t.is(
    bitsPerDim([0], { dims: 64, levels: 17 }).convention,
    "bits/dim over 1 samples of 64 dimensions with 17 levels, one uniform dequantisation each: an upper bound of the discrete model's",
  );
});

test('an impossible sample costs infinitely many bits, not NaN', (t) => {
  t.is(bitsPerDim([-Infinity, -Infinity], { dims: 1, levels: 2, samples: 2 }).mean, Infinity);
});

test('any number of importance samples is averaged', (t) => {
  // A density of 1 on [0, 1] is one of 1/2 for each of two levels: one bit.
  t.is(bitsPerDim(new Float64Array(300_000), { dims: 1, levels: 2, samples: 300_000 }).mean, 1);
});

test('bits per dimension of bad arguments are errors', (t) => {
  t.throws(() => bitsPerDim([], { dims: 1, levels: 2 }), { instanceOf: AdvectError, code: 'invalid-shape' });
  t.throws(() => bitsPerDim([1, 2, 3], { dims: 1, levels: 2, samples: 2 }), { instanceOf: AdvectError, code: 'invalid-shape' });
  t.throws(() => bitsPerDim([1], { dims: 0, levels: 2 }), { instanceOf: AdvectError, code: 'invalid-option' });
  t.throws(() => bitsPerDim([1], { dims: 1, level: 2 } as never), { instanceOf: AdvectError, code: 'unknown-option' });
});
