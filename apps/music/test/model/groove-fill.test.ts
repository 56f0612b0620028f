import test from 'ava';
import { key, normals } from '@advect/core/random';
import { drums } from '#src/drum-kit.js';
import { type Groove, grooveOf, joinGrooves, sliceSteps } from '#src/groove.js';
import { grooveText } from '#src/groove-roll.js';
import { pocketOf } from '#src/metrics/pocket.js';
import { between } from '#src/model/groove-amount.js';
import { grooveBits } from '#src/model/groove-bits.js';
import { barsDraft, drumsDraft, emptyBars, longerDraft, patternDraft, rhythmDraft, withBars } from '#src/model/groove-draft.js';
import { fillGrooves } from '#src/model/groove-fill.js';
import { grooveFlow } from '#src/model/groove-flow.js';
import { touchBits } from '#src/model/groove-touch.js';
import { madeGroove } from '../fixtures/grooves.js';

/** Its output layer starts at zero: what it plays is its noise, which is enough to see what stays and what depends on what. */
const flow = grooveFlow({ width: 4, layers: 1, seed: 0 });
const how = { seed: 3, index: 0, count: 2, temperature: 1, steps: 1 };
const long = joinGrooves([madeGroove(1), madeGroove(2), sliceSteps(madeGroove(3), 0, 16)]);

test('a pattern keeps its strokes, whatever its length; a groove alone is that among others', async (t) => {
  for (const bars of [1, 2, 3, 5]) {
    const pattern = sliceSteps(long, 0, bars * 16);
    const both = await fillGrooves(flow, patternDraft(pattern), how);
    for (const { steps, hits } of both) {
      t.is(steps, bars * 16);
      t.deepEqual(hits, pattern.hits);
    }
    t.notDeepEqual(both[0].velocities, both[1].velocities);
    t.deepEqual(await fillGrooves(flow, patternDraft(pattern), { ...how, index: 1, count: 1 }), [both[1]]);
  }
});

test('what is given stays exactly: drums, bars, a beginning; the rest is played', async (t) => {
  const at = (step: number, drum: number): number => step * drums.length + drum;
  const same = (a: Groove, b: Groove, i: number): boolean =>
    a.hits[i] === b.hits[i] && a.velocities[i] === b.velocities[i] && a.offsets[i] === b.offsets[i];
  const [around] = await fillGrooves(flow, drumsDraft(long, ['kick', 'ride']), how);
  const [inside] = await fillGrooves(flow, barsDraft(long, 2, 3, ['snare']), how);
  const [longer] = await fillGrooves(flow, longerDraft(long, 2), how);
  t.is(longer.steps, 7 * 16);
  for (let step = 0; step < long.steps; step++) {
    for (let d = 0; d < drums.length; d++) {
      if (d === 0 || d === 8) t.true(same(around, long, at(step, d)));
      if (d === 1 || step < 16 || step >= 48) t.true(same(inside, long, at(step, d)));
      t.true(same(longer, long, at(step, d)));
    }
  }
  t.notDeepEqual(around.hits, long.hits);
  t.notDeepEqual(inside.hits, long.hits);
  t.true(longer.hits.subarray(long.hits.length).includes(1));
  const [taps] = await fillGrooves(flow, rhythmDraft(long), how);
  t.is(taps.steps, long.steps);
  t.is((await fillGrooves(flow, emptyBars(3), how))[0].steps, 48);
  await t.throwsAsync(fillGrooves(flow, drumsDraft(long, [...drums]), how), { message: /nothing to play/ });
});

test('an amount of 0 is the pattern as given, of 1 as drawn, of a half half of the way', (t) => {
  const [from, to] = [grooveOf(32, [{ step: 4, drum: 'snare', velocity: 0.5, offset: 0 }]), madeGroove(2)];
  const target = {
    ...from,
    velocities: to.velocities.map((_, i) => from.hits[i] * 0.75),
    offsets: from.offsets.map((_, i) => -0.25 * from.hits[i]),
  };
  t.deepEqual(between(from, target, 0), from);
  t.deepEqual(between(from, target, 1), target);
  const half = between(from, target, 0.5);
  t.is(half.velocities[4 * 9 + 1], 0.625);
  t.is(half.offsets[4 * 9 + 1], -0.125);
});

test('bars of another metre come back as they were; longer ones than four quarters are refused', (t) => {
  const waltz = grooveOf(36, [
    { step: 0, drum: 'kick', velocity: 0.5, offset: 0.25 },
    { step: 12, drum: 'snare', velocity: 0.75, offset: 0 },
    { step: 35, drum: 'ride', velocity: 1, offset: -0.25 },
  ]);
  const four = withBars(waltz, 12, 16);
  t.is(four.steps, 48);
  t.is(four.hits[16 * 9 + 1], 1, 'the second bar begins with a bar');
  t.deepEqual(withBars(four, 16, 12), waltz);
  t.throws(() => withBars(waltz, 20, 16), { message: /20 sixteenths/ });
});

test('the pocket is the mean and the spread of what is played, in milliseconds', (t) => {
  const groove = grooveOf(32, [
    { step: 0, drum: 'kick', velocity: 0.5, offset: 0.25 },
    { step: 8, drum: 'kick', velocity: 1, offset: -0.125 },
  ]);
  const [kick, ...others] = pocketOf(groove, 150); // a sixteenth has 100 ms
  t.deepEqual(others, []);
  t.deepEqual(kick, { drum: 'kick', strokes: 2, late: 6.25, spread: 18.75, velocity: 0.75, velocitySpread: 0.25 });
  t.is(grooveText(groove), `kick       |▓›      ·       █‹      ·       |·       ·       ·       ·       |`);
});

test('the touch of a stroke costs what a normal distribution of the draws says', (t) => {
  const played = grooveOf(32, [{ step: 3, drum: 'snare', velocity: 0.9, offset: 0.3 }]);
  const noise = normals(key(7), 8000);
  const drawn = Array.from({ length: 4000 }, (_, i) =>
    grooveOf(32, [{ step: 3, drum: 'snare', velocity: 0.5 + 0.1 * noise[2 * i], offset: 0.1 * noise[2 * i + 1] }]),
  );
  const bits = touchBits(played, drawn);
  const of = (z: number, step: number): number => (z * z) / 2 / Math.LN2 + Math.log2((0.1 * Math.sqrt(2 * Math.PI)) / step);
  t.true(Math.abs(bits[3 * 9 + 1] - (of(4, 1 / 127) + of(3, 1 / 120))) < 0.6, `${bits[3 * 9 + 1]}`);
  t.is(bits.filter((b) => b !== 0).length, 1);
});

test('bits of a flow that stands still are those of standard normals', async (t) => {
  const groove = madeGroove(11);
  const strokes = groove.hits.reduce((a, b) => a + b, 0);
  const measured = await grooveBits(flow, groove, { seed: 1, draws: 32 });
  // By hand: a cell costs E[log q − log p] = −log 0.15 + 0.15²/2 nats; a stroke −log p of its scaled velocity and offset, as densities.
  let nats = groove.hits.length * (-Math.log(0.15) + 0.15 ** 2 / 2);
  groove.hits.forEach((hit, i) => {
    if (!hit) return;
    for (const [value, mean, spread, grain] of [
      [groove.velocities[i], 0.556, 0.274, 1 / 127],
      [groove.offsets[i], -0.059, 0.205, 1 / 120],
    ])
      nats += (((value - mean) / spread) ** 2 + (grain / spread) ** 2 / 12) / 2 + Math.log(2 * Math.PI) / 2 + Math.log(spread / grain);
  });
  const expected = nats / Math.LN2 / strokes;
  t.true(Math.abs(measured.bitsPerStroke - expected) < 5 * measured.standardError + 1e-3, `${measured.bitsPerStroke} ${expected}`);
  t.true(measured.standardError > 0 && measured.standardError < 0.05 * expected);
  t.is(measured.strokes, strokes);
  t.deepEqual(
    measured.windows.map(({ bar }) => bar),
    [1],
  );
});
