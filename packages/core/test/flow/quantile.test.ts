import test from 'ava';
import type { NdArray } from '@advect/base/array';
import { normalMixture } from '#src/flow/transforms/normal-mixture.js';
import { dequantise, quantile, toDataSpace, toModelSpace, transformFromConfig } from '#src/flow/transforms/index.js';
import { key, split, uniforms } from '#src/random/index.js';

const keys = (rows: number) => Array.from({ length: rows }, (_, i) => split(key(1), i));
const column = (...values: number[]): NdArray => ({ shape: [values.length, 1], data: Float32Array.from(values) });
const near = (value: number, wanted: number, relative: number): boolean => Math.abs(value - wanted) <= relative * Math.abs(wanted);

// Standard normal probabilities and quantiles as tabulated (Abramowitz and Stegun, 1964, tables 26.1 and 26.2; scipy.stats.norm).
const tabulated: [number, number][] = [
  [-1, 0.15865525393145707],
  [-1.959963984540054, 0.025],
  [-3, 0.0013498980316300933],
  [-5, 2.866515718791939e-7],
  [-8, 6.220960574271785e-16],
];

test('one normal: probabilities and quantiles of both tails are the tabulated ones', (t) => {
  const normal = normalMixture([1], 0);
  for (const [z, p] of tabulated) {
    t.true(near(normal.cumulative(z), p, 1e-9), `Φ(${z}) ${normal.cumulative(z)}`);
    t.true(near(normal.cumulative(-z, true), p, 1e-9), `upper ${-z}`);
    t.true(near(normal.quantile(p), z, 1e-9), `quantile of ${p}: ${normal.quantile(p)}`);
    t.true(near(normal.quantile(p, true), -z, 1e-9), `upper quantile of ${p}`);
  }
});

test('a mixture: the quantile undoes the distribution, whose slope is the density', (t) => {
  const mixture = normalMixture([0.7, 0.1, 0.2], 5);
  for (let y = -7; y < 17; y += 0.37) {
    const upper = mixture.cumulative(y) > 0.5;
    const p = mixture.cumulative(y, upper);
    // In the gap between two normals a probability that is stored to 1e-16 tells places to 1e-16 / density.
    const told = 1e-9 + (1e-15 * p) / mixture.density(y);
    t.true(Math.abs(mixture.quantile(p, upper) - y) < told, `${y} ${mixture.quantile(p, upper)}`);
    const h = 1e-4;
    const slope = (mixture.cumulative(y + h) - mixture.cumulative(y - h)) / (2 * h);
    t.true(Math.abs(slope - mixture.density(y)) < 1e-7, `${slope}`);
    const steep = Math.log(mixture.density(y + h) / mixture.density(y - h)) / (2 * h);
    t.true(Math.abs(steep - mixture.score(y)) < 1e-5 * Math.max(1, Math.abs(steep)), `score at ${y}`);
  }
});

test('with equal levels and one normal, quantile is the normal quantile', (t) => {
  const transform = quantile({ masses: [1, 1, 1, 1], heavy: 1 });
  const { y } = transform.forward(column(0.5, 0.975, 0.15865525393145707, 0.001), keys(4));
  [0, 1.959964, -1, -3.090232].forEach((z, i) => t.true(Math.abs(y.data[i] - z) < 2e-6, `${y.data[i]} ${z}`));
});

const levels = [400, 5, 10, 3, 20, 60, 2, 100];

test('quantile: the inverse undoes it, its config rebuilds it, and both say the same of the volume', (t) => {
  const x: NdArray = { shape: [200, 5], data: uniforms(key(3), 1000) };
  const transform = transformFromConfig(JSON.parse(JSON.stringify(quantile({ masses: levels }).config)));
  const { y, logDet } = transform.forward(x, keys(200));
  const back = transform.inverse(y);
  // A step of float32 at y, where y is as flat as its density: up to e^3 in the gaps.
  back.x.data.forEach((v, i) => t.true(Math.abs(v - x.data[i]) < 1e-5, `${v} ${x.data[i]}`));
  back.logDet.forEach((v, i) => t.true(Math.abs(v - logDet[i]) < 1e-4, `${v} ${logDet[i]}`));
});

test('quantile: what the map adds to the density of the mixture is the density of the levels', (t) => {
  const total = levels.reduce((sum, v) => sum + v, 0);
  const transform = quantile({ masses: levels });
  // Common are the shares from 0.05: levels 0, 5 and 7; between them runs of others.
  const mixture = normalMixture(
    [400, 38, 60, 2, 100].map((v) => v / total),
    5,
  );
  levels.forEach((mass, level) => {
    const { y, logDet } = transform.forward(column((level + 0.3) / 8), keys(1));
    const log = Math.log(mixture.density(y.data[0])) + logDet[0];
    t.true(Math.abs(log - Math.log((8 * mass) / total)) < 1e-5, `level ${level}: ${log}`);
  });
});

test('quantile: the log-determinant is that of the difference quotient, and the pullback that of both', (t) => {
  const transform = quantile({ masses: levels, spacing: 3 });
  const x = column(...levels.map((_, level) => (level + 0.4) / 8));
  const rows = levels.length;
  const h = 2 ** -10;
  const at = (shift: number) => transform.forward({ shape: x.shape, data: x.data.map((v) => v + shift) }, keys(rows));
  const { logDet } = at(0);
  const [up, down] = [at(h), at(-h)];
  const [ofY, ofLogDet] = [Float32Array.from(levels, (_, i) => 1 + i), Float64Array.from(levels, (_, i) => 0.5 - i)];
  const gradient = transform.pullback!(x, keys(rows), ofY, ofLogDet);
  for (let i = 0; i < rows; i++) {
    const slope = (up.y.data[i] - down.y.data[i]) / (2 * h);
    t.true(Math.abs(Math.log(slope) - logDet[i]) < 2e-2, `${Math.log(slope)} ${logDet[i]}`);
    const total = ofY[i] * slope + (ofLogDet[i] * (up.logDet[i] - down.logDet[i])) / (2 * h);
    t.true(Math.abs(gradient[i] - total) < 0.02 * Math.abs(total) + 0.5, `${gradient[i]} ${total}`);
  }
});

test('quantile: pictures come back level by level, and a background becomes a normal', (t) => {
  const chain = [dequantise({ levels: 8 }), quantile({ masses: [4000, 1, 1, 1, 1, 1, 1, 100] })];
  const x: NdArray = { shape: [4000, 2], data: Float32Array.from({ length: 8000 }, (_, i) => (i % 2 ? 0 : 1 + (i % 7))) };
  const { y } = toModelSpace(chain, x, keys(4000));
  t.deepEqual(toDataSpace(chain, y).data, x.data);
  const background = y.data.filter((_, i) => i % 2);
  const mean = background.reduce((sum, v) => sum + v, 0) / 4000;
  const deviation = Math.sqrt(background.reduce((sum, v) => sum + (v - mean) ** 2, 0) / 4000);
  t.true(Math.abs(mean) < 4 / Math.sqrt(4000), `${mean}`);
  t.true(Math.abs(deviation - 1) < 4 / Math.sqrt(8000), `${deviation}`);
});

test('the ends of the range stay finite, and what lies outside is refused with its place', (t) => {
  const transform = quantile({ masses: [1, 1e9] });
  const { y, logDet } = transform.forward(column(0, 1), keys(2));
  t.true([...y.data, ...logDet].every(Number.isFinite));
  t.true([...transform.inverse(column(-60, 60)).x.data].every((v) => v >= 0 && v <= 1));
  t.throws(() => transform.forward(column(0.5, 1.5), keys(2)), { code: 'invalid-value', message: /row 1 holds 1.5/ });
  t.throws(() => quantile({ masses: [1, 0] }), { code: 'invalid-option' });
  t.throws(() => quantile({ masses: [1] }), { code: 'invalid-option' });
});
