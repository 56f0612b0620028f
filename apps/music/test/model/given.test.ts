import test from 'ava';
import { codeSurprise, train } from '@advect/core';
import { key, split } from '@advect/core/random';
import { windowsOf } from '#src/data/windows.js';
import { wishDim, wishRow } from '#src/model/condition.js';
import { lockedWhere } from '#src/model/draft.js';
import { fill, fillMethod } from '#src/model/fill.js';
import { choraleFlow, isChoraleFlow } from '#src/model/flow.js';
import { conditionsOf, givenDim, isTold, slots } from '#src/model/given.js';
import { codebook, codeOf, encodeScore } from '#src/model/helix-code.js';
import { drawMask } from '#src/model/masks.js';
import { choraleTraining } from '#src/model/training.js';
import { maskedWindows } from '#src/model/training-set.js';
import { pitchAt } from '#src/score.js';
import { chorales } from '../fixtures/chorales.js';

const windows = windowsOf(chorales.train);
const score = windows[0].score;

test('a told flow reads codes and marks of what is given, then the wish; one that is not told reads the wish alone', (t) => {
  const [told, plain] = [true, false].map((hears) => choraleFlow({ width: 4, layers: 1, told: hears, seed: 0 }));
  t.deepEqual([isTold(told), isTold(plain)], [true, false]);
  t.true(isChoraleFlow(told) && isChoraleFlow(plain));
  t.deepEqual([fillMethod(told), fillMethod(plain)], ['told', 'replaced']);
  const wish = wishRow({ mode: 'minor', place: 'closing' });
  const given = new Int32Array(slots).fill(-1);
  given[5] = codeOf(60);
  given[7] = 0;
  const { shape, data } = conditionsOf(told, 2, wish, (row) => (row === 1 ? given : undefined));
  t.deepEqual(shape, [2, givenDim]);
  t.deepEqual([...data.subarray(0, givenDim)], [...Array.from({ length: givenDim - wishDim }, () => 0), ...wish]);
  const row = data.subarray(givenDim);
  // Six numbers for each cell: five of the code and the mark.
  t.deepEqual([...row.subarray(30, 36)], [...codebook[codeOf(60)].map(Math.fround), 1]);
  t.deepEqual([...row.subarray(42, 48)], [...codebook[0].map(Math.fround), 1], 'a given rest is told from an open cell');
  t.is(row.filter((v) => v !== 0).length, [...row.subarray(30, 36), ...row.subarray(42, 48), ...wish].filter((v) => v !== 0).length);
  t.deepEqual([...conditionsOf(plain, 1, wish, () => given).data], wish);
});

test('masks are those of harmonising, filling in, going on and of locked notes, and leave something open', (t) => {
  const masks = Array.from({ length: 600 }, (_, i) => drawMask(split(key(1), i)));
  const ofVoices = masks.map((mask) => [0, 1, 2, 3].map((voice) => mask.filter((_, slot) => slot % 4 === voice)));
  const all = (cells: Uint8Array): boolean => cells.every((g) => g === 1);
  const none = (cells: Uint8Array): boolean => cells.every((g) => g === 0);
  const sopranoAlone = ofVoices.filter(([s, ...rest]) => all(s) && rest.every(none)).length;
  t.true(sopranoAlone > 35 && sopranoAlone < 120, `${sopranoAlone} of 600 give the soprano alone`);
  const twoBars = masks.filter((mask) => mask.every((g, slot) => g === Number(slot < slots / 2))).length;
  t.true(twoBars > 35 && twoBars < 120, `${twoBars} of 600 give the first two bars`);
  const full = masks.filter(all).length;
  t.true(full < 12, `${full} of 600 leave nothing open`);
  const share = masks.reduce((sum, mask) => sum + mask.filter(Boolean).length / slots / masks.length, 0);
  t.true(share > 0.4 && share < 0.7, `${share} of the cells are given`);
  t.deepEqual(drawMask(key(3)), drawMask(key(3)));
});

test('windows drawn for a told flow: what is told is what is there, rows depend on the key alone, nothing is told at share 0', (t) => {
  const drawn = maskedWindows(windows, 1).sample(40, key(2)) as { x: { data: Float32Array }; condition: { data: Float32Array } };
  const codes = windows.map((window) => encodeScore(window.score));
  let told = 0;
  for (let i = 0; i < 40; i++) {
    const x = drawn.x.data.subarray(i * 640, (i + 1) * 640);
    t.true(codes.some((code) => code.every((v, j) => v === x[j])));
    const row = drawn.condition.data.subarray(i * givenDim, (i + 1) * givenDim);
    for (let slot = 0; slot < slots; slot++) {
      const [plane, mark] = [row.subarray(slot * 6, slot * 6 + 5), row[slot * 6 + 5]];
      t.deepEqual([...plane], mark === 1 ? [...x.subarray(slot * 5, slot * 5 + 5)] : [0, 0, 0, 0, 0]);
      told += mark;
    }
  }
  t.true(told > 0.3 * 40 * slots);
  const silent = maskedWindows(windows, 0).sample(8, key(2)) as { condition: { data: Float32Array } };
  for (let i = 0; i < 8; i++) t.true(silent.condition.data.subarray(i * givenDim, (i + 1) * givenDim - wishDim).every((v) => v === 0));
  t.deepEqual(maskedWindows(windows, 1).sample(40, key(2)), drawn as never);
});

test.serial('a tiny told flow learns to listen: it is no longer surprised at what it is told', async (t) => {
  const settings = {
    subject: 'chorales' as const,
    width: 16,
    layers: 1,
    masks: 1,
    steps: 60,
    batch: 8,
    learningRate: 0.02,
    weightDecay: 0,
    seed: 0,
  };
  const { flow, data, options } = choraleTraining(chorales, settings);
  await train(flow, data, options);
  const codes = { shape: [1, slots], data: Int32Array.from(score.pitches, codeOf) };
  const given = codes.data.map((code, slot) => (slot % 4 === 0 ? code : -1));
  const surprise = async (told: boolean): Promise<number[]> => {
    const condition = conditionsOf(flow, 1, wishRow({}), () => (told ? given : undefined));
    const { data: nats } = await codeSurprise(flow, codes, { condition, t: 0.05, samples: 8 });
    return [0, 1].map((other) => {
      const cells = nats.filter((_, slot) => Number(given[slot] < 0) === other);
      return cells.reduce((sum, v) => sum + v, 0) / cells.length;
    });
  };
  const [[soprano], [untold]] = [await surprise(true), await surprise(false)];
  t.true(soprano < 0.7 * untold, `${soprano} nats where told, ${untold} where not`);
});

test.serial('locked notes stay exactly, by either method, and the rest does not depend on how many are made', async (t) => {
  for (const told of [true, false]) {
    const flow = choraleFlow({ width: 4, layers: 1, told, seed: 0 });
    const draft = lockedWhere(score, (step, voice) => voice === 0 || step < 3);
    const settings = { seed: 3, index: 0, count: 2, best: 2, temperature: 1, steps: 3, polish: 0.2 };
    const two = await fill(flow, draft, settings);
    for (const { score: made } of two) {
      for (let step = 0; step < 32; step++)
        for (let voice = 0; voice < 4; voice++) if (voice === 0 || step < 3) t.is(pitchAt(made, step, voice), pitchAt(score, step, voice));
    }
    const [second] = await fill(flow, draft, { ...settings, index: 1, count: 1 });
    t.deepEqual(second, two[1]);
    t.notDeepEqual(two[0].score, two[1].score);
    await t.throwsAsync(
      fill(
        flow,
        lockedWhere(score, () => true),
        settings,
      ),
      { message: /nothing to compose/ },
    );
  }
});
