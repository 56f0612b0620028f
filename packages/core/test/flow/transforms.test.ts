import test from 'ava';
import type { NdArray } from '@advect/base/array';
import type { Transform } from '#src/flow/flow.js';
import {
  affine,
  dequantise,
  logit,
  toDataSpace,
  toDataSpaceWithLogDet,
  toModelSpace,
  transformFromConfig,
} from '#src/flow/transforms/index.js';
import { key, split, uniforms } from '#src/random/index.js';

const keys = (rows: number) => Array.from({ length: rows }, (_, i) => split(key(1), i));
const unit: NdArray = { shape: [50, 3], data: uniforms(key(2), 150) };

const smooth: Record<string, Transform> = {
  affine: affine({ shift: [0.1, 0.2, 0.3], scale: [2, 0.5, 3] }),
  'affine, one number': affine({ shift: 0.5, scale: 0.25 }),
  logit: logit({ alpha: 0.05 }),
};

for (const [name, transform] of Object.entries(smooth)) {
  test(`${name}: the inverse undoes it, and its config rebuilds it`, (t) => {
    const rebuilt = transformFromConfig(JSON.parse(JSON.stringify(transform.config)));
    const { x: back } = rebuilt.inverse(transform.forward(unit, keys(50)).y);
    back.data.forEach((v, i) => t.true(Math.abs(v - unit.data[i]) < 1e-5));
  });

  test(`${name}: the log-determinant is that of the difference quotient`, (t) => {
    const { logDet } = transform.forward(unit, keys(50));
    const h = 2 ** -10;
    const shifted = (sign: number): NdArray => ({
      shape: unit.shape,
      data: unit.data.map((v) => Math.min(1 - h, Math.max(h, v)) + sign * h),
    });
    const [up, down] = [shifted(1), shifted(-1)].map((x) => transform.forward(x, keys(50)).y.data);
    const inner = transform.forward(shifted(0), keys(50)).logDet;
    for (let i = 0; i < 50; i++) {
      let numeric = 0;
      for (let d = 0; d < 3; d++) numeric += Math.log((up[3 * i + d] - down[3 * i + d]) / (2 * h));
      t.true(Math.abs(numeric - inner[i]) < 5e-3, `${numeric} ${inner[i]}`);
    }
    t.is(logDet.length, 50);
  });
}

test('dequantisation keeps the level, fills its cell evenly and costs log levels an entry', (t) => {
  const transform = dequantise({ levels: 17 });
  const x: NdArray = { shape: [2000, 2], data: Float32Array.from({ length: 4000 }, (_, i) => i % 17) };
  const { y, logDet } = transform.forward(x, keys(2000));
  t.deepEqual(transform.inverse(y).x.data, x.data);
  logDet.forEach((v) => t.true(Math.abs(v + 2 * Math.log(17)) < 1e-12));
  const fractions = [...y.data].map((v, i) => v * 17 - x.data[i]);
  const mean = fractions.reduce((sum, v) => sum + v, 0) / 4000;
  t.true(Math.abs(mean - 0.5) < (4 * Math.sqrt(1 / 12)) / Math.sqrt(4000), `${mean}`);
});

test('a uniform model over dequantised bytes has exactly 8 bits a dimension', (t) => {
  const { logDet } = dequantise({ levels: 256 }).forward({ shape: [1, 5], data: Float32Array.of(0, 1, 128, 254, 255) }, keys(1));
  t.is(-logDet[0] / (5 * Math.LN2), 8);
});

test('a chain sums its log-determinants, forward and on the way back', (t) => {
  const chain = [dequantise({ levels: 17 }), logit({ alpha: 0.01 }), affine({ shift: 1, scale: 2 })];
  const x: NdArray = { shape: [4, 3], data: Float32Array.from({ length: 12 }, (_, i) => i % 17) };
  const { y, logDet } = toModelSpace(chain, x, keys(4));
  t.deepEqual(toDataSpace(chain, y).data, x.data);
  const back = toDataSpaceWithLogDet(chain, y);
  back.logDet.forEach((v, i) => t.true(Math.abs(v - logDet[i]) < 1e-4, `${v} ${logDet[i]}`));
});

test('rounding to float32 leaves no level: 65,536 of them come back', (t) => {
  const transform = dequantise({ levels: 65536 });
  const x: NdArray = { shape: [16, 4096], data: Float32Array.from({ length: 65536 }, (_, i) => i) };
  const { y } = transform.forward(x, keys(16));
  t.deepEqual(transform.inverse(y).x.data, x.data);
  t.true(y.data.every((v) => v >= 0 && v < 1));
});

test('logit: every y has its x and its log-determinant, also where x lies outside [0, 1]', (t) => {
  const transform = logit({ alpha: 0.1 });
  const y: NdArray = { shape: [1, 5], data: Float32Array.of(-4, -2.5, 0, 2.4, 5) };
  const { x, logDet } = transform.inverse(y);
  t.true(x.data[0] < 0 && x.data[4] > 1);
  const again = transform.forward(x, keys(1));
  again.y.data.forEach((v, i) => t.true(Math.abs(v - y.data[i]) < 1e-3));
  t.true(Math.abs(again.logDet[0] - logDet[0]) < 1e-3);
  const far = transform.inverse({ shape: [1, 1], data: Float32Array.of(60) });
  t.true(Math.abs(far.logDet[0] - (Math.log(0.8) + 60)) < 1e-9, 'no cancellation far out');
});

test('values that do not belong are refused with their place', (t) => {
  const bad: NdArray = { shape: [2, 2], data: Float32Array.of(0, 1, 2, 17) };
  const error = t.throws(() => dequantise({ levels: 17 }).forward(bad, keys(2)), { code: 'invalid-value' });
  t.regex(error.message, /row 1 holds 17 at entry 1/);
  t.throws(() => logit().forward({ shape: [1, 1], data: Float32Array.of(1.5) }, keys(1)), { code: 'invalid-value' });
  t.throws(() => logit().forward({ shape: [1, 1], data: Float32Array.of(NaN) }, keys(1)), { code: 'invalid-value' });
  t.throws(() => affine({ shift: 0, scale: 0 }), { code: 'invalid-option' });
  t.throws(() => affine({ shift: [0, 0], scale: 1 }).inverse({ shape: [1, 3], data: new Float32Array(3) }), { code: 'invalid-shape' });
  t.throws(() => transformFromConfig({ kind: '__proto__' }), { code: 'invalid-file' });
  t.throws(() => dequantise({ level: 17 } as never), { code: 'unknown-option', message: /no option 'level'/ });
});
