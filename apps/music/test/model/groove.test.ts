import test from 'ava';
import { train } from '@advect/core';
import { key, split } from '@advect/core/random';
import { readMidi } from '#src/codec/midi-read.js';
import { grooveOfPiece, pieceOfGroove } from '#src/codec/groove-piece.js';
import { midiOfPiece, pieceOfMidi } from '#src/codec/piece-midi.js';
import { writeMidi } from '#src/codec/midi-write.js';
import { offsetCounts, velocityCounts } from '#src/data/groove-levels.js';
import { grooveLabel, grooveSteps, grooveWindows } from '#src/data/grooves.js';
import { drums } from '#src/drum-kit.js';
import { grooveOf, strokesOf } from '#src/groove.js';
import { grooveReferenceOf, likenesses, reportGrooves } from '#src/metrics/groove-report.js';
import { decodeGroove, encodeGroove, plainGroove } from '#src/model/groove-code.js';
import { grooveSize } from '#src/model/groove-size.js';
import { jittered, quantised } from '#src/model/groove-controls.js';
import { grooveFlow, isGrooveFlow, makeGrooves } from '#src/model/groove-flow.js';
import { drawGiven, grooveConditionDim, strokesGiven, tapsGiven, tellGroove, toldPerGrooveStep } from '#src/model/groove-given.js';
import { fittedLikelihoods, flowLikelihood } from '#src/model/groove-likelihood.js';
import { offsetScale, velocityScale } from '#src/model/stroke-scale.js';
import { grooveTraining } from '#src/model/groove-training.js';
import { madeGroove, madeGrooves, madeWindows } from '../fixtures/grooves.js';

test('grooves come back from their numbers: every stroke, velocities and offsets within half a grain of MIDI', (t) => {
  for (const [i, groove] of madeGrooves(20).entries()) {
    const back = decodeGroove(encodeGroove(groove, split(key(1), i)).x);
    t.deepEqual(back.hits, groove.hits);
    const far = (a: Float32Array, b: Float32Array): number => a.reduce((most, v, at) => Math.max(most, Math.abs(v - b[at])), 0);
    t.true(far(back.velocities, groove.velocities) <= 0.5 / 127 + 1e-6);
    t.true(far(back.offsets, groove.offsets) <= 0.5 / 120 + 1e-6);
  }
});

test('velocities and offsets are normal over the train set, and their density there is that of the counts', (t) => {
  for (const [scale, counts, first] of [
    [velocityScale, velocityCounts, 1 / 127],
    [offsetScale, offsetCounts, -0.5],
  ] as const) {
    const total = counts.reduce((sum, count) => sum + count + 1, 0);
    const centres = Float32Array.from(counts, (_, level) => first + level * scale.grain);
    const z = scale.toNormal(centres);
    const slope = scale.logSlope(centres);
    let below = 0;
    counts.forEach((count, level) => {
      const density = Math.exp(slope[level] - z[level] ** 2 / 2) / Math.sqrt(2 * Math.PI);
      t.true(Math.abs((density * scale.grain * total) / (count + 1) - 1) < 1e-4, `level ${level}`);
      t.true(Math.abs(normalShare(z[level]) - (below + (count + 1) / 2) / total) < 1e-6, `level ${level}`);
      below += count + 1;
    });
    const back = scale.fromNormal(z);
    t.true(centres.every((value, level) => Math.abs(back[level] - value) < scale.grain / 100));
    // What lies outside of all levels is at their ends, there and back.
    const [low, high] = scale.toNormal(Float32Array.of(-9, 9));
    t.true(low > -9 && low < z[0] && high > z[z.length - 1] && high < 9, `${low} and ${high}`);
    const ends = [first - scale.grain / 2, first + (counts.length - 0.5) * scale.grain];
    scale.fromNormal(Float32Array.of(-30, 30)).forEach((value, i) => t.true(Math.abs(value - ends[i]) < 1e-6));
  }
});

test('grooves come back from MIDI, and windows of a performance begin at each bar', (t) => {
  const groove = madeGroove(3);
  const back = grooveOfPiece(pieceOfMidi(readMidi(writeMidi(midiOfPiece(pieceOfGroove(groove, { tempo: 100, title: 'x' })))))).groove;
  const near = strokesOf(back).map(({ step, drum, velocity, offset }) => [
    step,
    drum,
    Math.round(127 * velocity),
    Math.round(120 * offset),
  ]);
  const expected = strokesOf(groove).map(({ step, drum, velocity, offset }) => {
    // A stroke before the beginning of the file is at its beginning.
    const late = Math.max(step + Math.round(120 * offset) / 120, 0) - step;
    return [step, drum, Math.round(127 * velocity), Math.round(120 * late)];
  });
  t.deepEqual(near, expected);
  const long = grooveOf(
    80,
    [0, 16, 40, 79].map((step) => ({ step, drum: 'kick', velocity: 0.5, offset: 0 })),
  );
  const windows = grooveWindows(long, { style: 'rock', tempo: 100 }, 'x');
  t.deepEqual(
    windows.map(({ groove: { hits } }) => [...hits.keys()].filter((i) => hits[i]).map((i) => i / drums.length)),
    [[0, 16], [0, 24], [8], [31]],
  );
  t.true(windows.every((window) => window.groove.steps === grooveSteps));
  t.deepEqual(grooveLabel('drummer1/eval_session/1_funk-groove1_138_beat_4-4.mid'), { style: 'funk', tempo: 138 });
  t.deepEqual(grooveLabel('drummer3/session2/5_latin-brazilian-baiao_95_beat_4-4.mid'), { style: 'latin', tempo: 95 });
  t.is(grooveLabel('drummer1/session1/121_funk_95_fill_4-4.mid'), undefined);
  t.is(grooveLabel('drummer1/session1/121_jazz_95_beat_6-8.mid'), undefined);
});

test('what is given is told where it is: strokes alone, taps without drums, style and tempo behind', (t) => {
  const groove = madeGroove(4);
  const row = (wish: Parameters<typeof tellGroove>[0]): Float32Array => {
    const out = new Float32Array(grooveConditionDim);
    tellGroove(wish, out);
    return out;
  };
  const plain = plainGroove(groove);
  const told = row({ style: 'rock', tempo: 120, given: strokesGiven(groove) });
  for (let step = 0; step < grooveSteps; step++) {
    const own = told.subarray(step * toldPerGrooveStep, (step + 1) * toldPerGrooveStep);
    for (let i = 0; i < 27; i++) {
      t.is(own[i], i % 3 === 0 ? plain[step * 27 + i] : 0);
      t.is(own[27 + i], Number(i % 3 === 0));
    }
    t.deepEqual([...own.subarray(54)], [0, 0, 0, 0]);
  }
  t.is(told.at(-1), 1, 'an octave above 60 in a minute');
  t.deepEqual(
    told.subarray(grooveSteps * toldPerGrooveStep, -1).reduce((a, b) => a + b),
    1,
  );
  const taps = row({ given: tapsGiven(groove) });
  for (let step = 0; step < grooveSteps; step++) {
    const own = taps.subarray(step * toldPerGrooveStep, (step + 1) * toldPerGrooveStep);
    t.true(
      own.subarray(0, 54).every((v) => v === 0),
      'no drum is named',
    );
    const struck = groove.hits.subarray(step * drums.length, (step + 1) * drums.length).includes(1);
    t.deepEqual([...own.subarray(54, 56)], [1, struck ? 1 : -1]);
  }
  const kinds = Array.from({ length: 300 }, (_, i) => drawGiven(groove, split(key(2), i)));
  t.true(kinds.filter(({ tapped }) => tapped).length > 50);
  t.true(kinds.filter(({ marks }) => marks.every((m, i) => m === Number(i % 3 === 0))).length > 110);
});

test('the statistics tell real grooves from controls; a copy is found', (t) => {
  const [all, others] = [madeGrooves(120), madeGrooves(120, 500)];
  const reference = grooveReferenceOf(all);
  const same = reportGrooves(all, reference);
  for (const figure of [
    'densityOverlap',
    'velocityOverlap',
    'offsetOverlap',
    'hitCorrelation',
    'accentCorrelation',
    'pushCorrelation',
  ] as const)
    t.true(Math.abs(same[figure] - 1) < 1e-9, figure);
  const real = reportGrooves(others, reference);
  t.true(real.hitCorrelation > 0.98 && real.accentCorrelation > 0.95 && real.pushCorrelation > 0.95 && real.velocityOverlap > 0.9);
  const flat = reportGrooves(
    others.map((groove) => quantised(groove)),
    reference,
  );
  t.true(flat.velocityOverlap < 0.2 && Number.isNaN(flat.accentCorrelation) && flat.offsetSpread === 0);
  t.is(flat.hitCorrelation, real.hitCorrelation, 'the strokes stay');
  const jitter = reportGrooves(
    others.map((groove, i) => jittered(groove, i, all)),
    reference,
  );
  t.true(jitter.velocityOverlap > 0.9, 'the marginals stay');
  t.true(jitter.accentCorrelation < 0.6 && jitter.pushCorrelation < 0.6, JSON.stringify(jitter));
  t.deepEqual(likenesses([all[7]], all), [1]);
  t.true(likenesses([others[7]], all)[0] < 0.5);
});

test('likelihoods of the baselines: the grain of a rule is found, and a flow without training is the base', async (t) => {
  const [some, held] = [madeGrooves(300), madeGrooves(20, 1000)];
  const { gaussian, mixture } = fittedLikelihoods(some.slice(0, 300), held, 4);
  for (const { natsPerStroke, standardError } of [gaussian, mixture]) t.true(Number.isFinite(natsPerStroke) && standardError > 0);
  const flow = grooveFlow({ width: 4, layers: 1, seed: 0 });
  const { natsPerStroke } = await flowLikelihood(flow, held.slice(0, 3));
  // The output layer starts at zero, so the flow stands still: log p is that of standard normals.
  let [logs, strokes] = [0, 0];
  held.slice(0, 3).forEach((groove, i) => {
    const { x, logNoise } = encodeGroove(groove, split(split(key(0), 'groove likelihood'), i));
    logs += x.reduce((sum, v) => sum - (v * v) / 2 - Math.log(2 * Math.PI) / 2, 0) - logNoise;
    strokes += groove.hits.reduce((a, b) => a + b, 0);
  });
  t.true(Math.abs(natsPerStroke - logs / strokes) < 1e-3, `${natsPerStroke}`);
});

test.serial('a tiny flow trains on drawn windows, and humanises without moving a stroke; item by item the same', async (t) => {
  const settings = {
    subject: 'grooves',
    width: 8,
    layers: 1,
    masks: 0.5,
    steps: 4,
    batch: 4,
    learningRate: 1e-3,
    weightDecay: 0,
    seed: 1,
  } as const;
  const { flow, data, options, validation } = grooveTraining({ train: madeWindows(30), valid: madeWindows(8, 100) }, settings);
  const { loss } = await train(flow, data, { ...options, validation: { data: validation.data, every: 4, count: 4 } });
  t.true(Number.isFinite(loss) && isGrooveFlow(flow));
  const pattern = quantised(madeGroove(9));
  const how = { seed: 5, index: 0, count: 3, temperature: 1, steps: 4 };
  const three = await makeGrooves(flow, { style: 'funk', tempo: 100, given: strokesGiven(pattern) }, how);
  for (const groove of three) t.deepEqual(groove.hits, pattern.hits);
  t.notDeepEqual(three[0].velocities, three[1].velocities);
  const [third] = await makeGrooves(flow, { style: 'funk', tempo: 100, given: strokesGiven(pattern) }, { ...how, index: 2, count: 1 });
  t.deepEqual(third, three[2]);
  const [free] = await makeGrooves(flow, {}, { ...how, count: 1 });
  t.is(free.hits.length * 3, grooveSize);
});

/** Φ(z) by Simpson's rule from −9 on. */
function normalShare(z: number): number {
  const [from, parts] = [-9, 2000];
  const step = (z - from) / parts;
  let sum = 0;
  for (let i = 0; i <= parts; i++) sum += (i === 0 || i === parts ? 1 : i % 2 ? 4 : 2) * Math.exp(-((from + i * step) ** 2) / 2);
  return (sum * step) / 3 / Math.sqrt(2 * Math.PI);
}
