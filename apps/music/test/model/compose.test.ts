import test from 'ava';
import { train } from '@advect/core';
import { choraleFlow, isChoraleFlow } from '#src/model/flow.js';
import { compose, type ComposeSettings, keyOfMade } from '#src/model/compose.js';
import { bitsPerNote } from '#src/model/bits.js';
import { wishRow } from '#src/model/condition.js';
import { choraleTraining } from '#src/model/training.js';
import { highestPitch, lowestPitch } from '#src/data/windows.js';
import { findKey } from '#src/data/musical-key.js';
import { rest, scoreOf, sliceScore, transposeScore } from '#src/score.js';
import { chorales } from '../fixtures/chorales.js';

const flow = choraleFlow({ width: 4, layers: 1, told: false, seed: 0 });
const settings: ComposeSettings = { seed: 5, index: 0, count: 3, bars: 4, best: 2, temperature: 1, steps: 4, polish: 0.2 };

test.serial('a tune depends on its seed and number alone', async (t) => {
  const three = await compose(flow, settings);
  const [alone] = await compose(flow, { ...settings, index: 2, count: 1 });
  t.deepEqual(alone, three[2]);
  const [other] = await compose(flow, { ...settings, seed: 6, count: 1 });
  t.notDeepEqual(other.score, three[0].score);
  for (const { score } of three) {
    t.is(score.steps, 32);
    t.true(score.pitches.every((p) => p === rest || (p >= lowestPitch && p <= highestPitch)));
  }
});

test('a tune in A minor that ends with a major chord is in A minor', (t) => {
  const raised = scoreOf([...Array.from({ length: 8 }, () => [72, 67, 64, 45]), ...Array.from({ length: 24 }, () => [69, 64, 61, 45])]);
  t.is(findKey(raised, true).mode, 'major', 'the last chord outweighs the others');
  t.deepEqual(keyOfMade(raised), { tonic: 9, mode: 'minor' });
  t.deepEqual(keyOfMade(transposeScore(raised, -2)), { tonic: 7, mode: 'major' });
});

test.serial('longer tunes grow: their number of bars is right and each depends on its number alone', async (t) => {
  const two = await compose(flow, { ...settings, bars: 8, count: 2, best: 1 });
  t.deepEqual(
    two.map(({ score }) => score.steps),
    [64, 64],
  );
  const [second] = await compose(flow, { ...settings, bars: 8, count: 1, best: 1, index: 1 });
  t.deepEqual(second.score, two[1].score);
  const [six] = await compose(flow, { ...settings, bars: 6, count: 1, best: 1 });
  t.deepEqual(sliceScore(six.score, 0, 32), sliceScore(two[0].score, 0, 32), 'they begin alike');
});

test.serial('progress counts windows, so that one long tune is not silent', async (t) => {
  const told: [number, number][] = [];
  await compose(flow, { ...settings, bars: 8, count: 1, steps: 1, onProgress: (done, total) => void told.push([done, total]) });
  t.deepEqual(
    told,
    [0, 1, 2, 3].map((done) => [done, 3]),
  );
});

test.serial('of several candidates the one with the least cost is kept', async (t) => {
  const [chosen] = await compose(flow, { ...settings, count: 1, best: 4 });
  const all = await compose(flow, { ...settings, count: 4, best: 1 });
  const costs = all.map(({ judgement }) => judgement.cost);
  t.is(chosen.judgement.cost, Math.min(...costs));
  t.deepEqual(chosen.score, all[chosen.candidate].score);
});

test.serial('an untrained model knows next to nothing: its bits for a tune are those of independent pitches', async (t) => {
  // The output layer starts at zero, so the posterior is that of 47 equally likely pitches: log2(47) bits for each of the
  // 128 pitches of four bars; here for each note.
  const [{ score }] = await compose(flow, { ...settings, count: 1, best: 1 });
  const { bitsPerNote: bits, standardError, notes } = await bitsPerNote(flow, score, wishRow({}), { seed: 0, draws: 3 });
  const expected = (128 * Math.log2(47)) / notes;
  t.true(Math.abs(bits - expected) < 4 * standardError + 0.01 * expected, `${bits} ± ${standardError}, expected ${expected}`);
});

test.serial('a training goes on from its state to the same weights', async (t) => {
  const of = () =>
    choraleTraining(chorales, {
      width: 4,
      layers: 1,
      subject: 'chorales',
      masks: 0,
      atStart: 0.5,
      steps: 4,
      batch: 2,
      learningRate: 1e-3,
      weightDecay: 0.01,
      seed: 2,
    });
  const [whole, half, rest] = [of(), of(), of()];
  await train(whole.flow, whole.data, whole.options);
  const stopped = train(half.flow, half.data, half.options);
  for await (const { step } of stopped) if (step === 2) break;
  await train(rest.flow, rest.data, { ...rest.options, resume: stopped.state() });
  t.deepEqual(rest.flow.parameters, whole.flow.parameters);
  t.true(isChoraleFlow(whole.flow));
});
