import test from 'ava';
import { cnf, dequantise, mlp } from '@advect/core';
import { integers, key, normals, split } from '@advect/core/random';
import type { Pictures } from '#src/data/picture-set.js';
import { crossedLogMean } from '#src/evaluation/crossed-log-mean.js';
import { type Keep, keepNothing } from '#src/evaluation/keep.js';
import { measureLikelihood, pairedDifference } from '#src/evaluation/likelihood.js';

/** The base alone, a standard normal, of pictures of 4 × 4 with 2 levels: all densities are in closed form. */
const form = { size: 4, channels: 1, levels: 2, classes: ['a', 'b'] } as const;
const flow = cnf({ field: mlp({ event: [4, 4, 1], hidden: [4], classes: 2 }), transforms: [dequantise({ levels: 2 })] });
const count = 300;
const pictures: Pictures = {
  count,
  // Equal pictures would have equal noise: of 2¹⁶ hardly two are.
  pixels: Uint8Array.from(integers(key(5), count * 16, 2)),
  labels: Int32Array.from({ length: count }, (_, i) => i % 2),
};

/** The density of y = (v + u) / 2 under the base, times 1/2 for the width of a level. */
const density = (v: number, u: number): number => Math.exp(-0.5 * ((v + u) / 2) ** 2) / Math.sqrt(2 * Math.PI) / 2;
const grid = Array.from({ length: 1000 }, (_, i) => (i + 0.5) / 1000);
const mean = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length;
/** Bits of a level: by the mean of log-densities over the noise (K = 1), and by the log of their mean (K → ∞). */
const bound = [0, 1].map((v) => -mean(grid.map((u) => Math.log2(density(v, u)))));
const exact = [0, 1].map((v) => -Math.log2(mean(grid.map((u) => density(v, u)))));
const over = (bits: readonly number[]): number => mean(Array.from(pictures.pixels, (v) => bits[v]));

const settings = {
  name: 'test',
  under: 'no class',
  draws: 1,
  seed: 3,
  keep: keepNothing,
  method: 'dopri5',
  rtol: 1e-4,
  atol: 1e-4,
} as const;

test('one draw gives the bound, many draws the discrete density, as integrals say', async (t) => {
  const one = await measureLikelihood(flow, pictures, form, settings);
  t.is(one.perPicture.length, count);
  t.true(Math.abs(one.bitsPerDim - over(bound)) < 3 * one.standardError + 1e-4, `${one.bitsPerDim} ${over(bound)}`);
  t.true(one.evaluations > 0);
  const many = await measureLikelihood(flow, pictures, form, { ...settings, draws: 64 });
  // They lie some thousandths apart; 64 draws leave little of that, and their noise.
  t.true(over(bound) - over(exact) > 0.002, `${over(bound)} ${over(exact)}`);
  t.true(Math.abs(many.bitsPerDim - over(exact)) < 6e-4, `${many.bitsPerDim} ${over(exact)}`);
  const { difference, differenceError } = pairedDifference(many, one);
  t.true(Math.abs(difference - (many.bitsPerDim - one.bitsPerDim)) < 1e-12);
  t.true(differenceError < one.standardError);
});

test('a mixture of classes that are all alike is each of them', async (t) => {
  const [plain, mixture, own] = await Promise.all(
    (['no class', 'mixture', 'own class'] as const).map((under) => measureLikelihood(flow, pictures, form, { ...settings, under })),
  );
  for (const of of [mixture, own]) of.perPicture.forEach((bits, i) => t.true(Math.abs(bits - plain.perPicture[i]) < 1e-6));
});

test('averages of noisy log-densities stay below the true one in expectation, and meet it without noise', (t) => {
  const count = 20;
  const logs = Array.from(normals(key(1), count), (v) => -500 + 3 * v);
  const truth = Math.log(mean(logs.map((log) => Math.exp(log + 500)))) - 500;
  t.true(Math.abs(crossedLogMean(logs, logs, 0) - truth) < 1e-12 * 500);
  const noise = 4;
  const trials = 400;
  const noisyLogs = (name: string, trial: number) =>
    Array.from(normals(split(split(key(2), name), trial), count), (v, k) => logs[k] + noise * v);
  const crossed = Array.from({ length: trials }, (_, i) => crossedLogMean(noisyLogs('a', i), noisyLogs('b', i), noise ** 2));
  const naive = Array.from({ length: trials }, (_, i) => Math.log(mean(noisyLogs('a', i).map((log) => Math.exp(log + 500)))) - 500);
  const error = Math.sqrt(mean(crossed.map((v) => (v - mean(crossed)) ** 2)) / trials);
  t.true(mean(crossed) < truth + 3 * error, `${mean(crossed)} ${truth}`);
  t.true(mean(crossed) > mean(logs) - 3 * error, 'no looser than the mean of the logs');
  t.true(mean(naive) > truth + 1);
});

test('with random probes an average of draws is a bound, near that with exact divergences', async (t) => {
  const few = { count: 40, pixels: pictures.pixels.subarray(0, 640), labels: pictures.labels.subarray(0, 40) };
  const trained = cnf({ field: flow.field, transforms: flow.transforms, parameters: noisy(flow.parameters) });
  const exact = await measureLikelihood(trained, few, form, { ...settings, draws: 4 });
  const random = await measureLikelihood(trained, few, form, { ...settings, draws: 4, divergence: 'rademacher', probes: 8 });
  const { difference, differenceError } = pairedDifference(random, exact);
  t.true(difference > -3 * differenceError && difference < 0.1, `${difference} ± ${differenceError}`);
});

const noisy = (parameters: typeof flow.parameters) =>
  Object.fromEntries(
    Object.entries(parameters).map(([name, { shape, data }]) => [name, { shape, data: data.map((v, i) => v + 0.3 * Math.sin(i + 1)) }]),
  );

test('blocks that were kept are not measured again', async (t) => {
  const kept = new Map<string, unknown>();
  let made = 0;
  const keep: Keep = async (name, make) => {
    if (!kept.has(name)) {
      made++;
      kept.set(name, await make());
    }
    return kept.get(name) as Awaited<ReturnType<typeof make>>;
  };
  const first = await measureLikelihood(flow, pictures, form, { ...settings, keep });
  t.is(made, 7);
  t.deepEqual(await measureLikelihood(flow, pictures, form, { ...settings, keep }), first);
  t.is(made, 7);
});
