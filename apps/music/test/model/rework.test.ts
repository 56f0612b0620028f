import test from 'ava';
import { findKey } from '#src/data/musical-key.js';
import { windowsOf } from '#src/data/windows.js';
import { foldIntoRange, keepVoices, openBars, windowStarts, withOpenEnd } from '#src/model/draft.js';
import { wishRow } from '#src/model/condition.js';
import { decodeScore } from '#src/model/helix-code.js';
import { decodeWindows, encodeWindows, windowSize } from '#src/model/latent.js';
import { choraleFlow } from '#src/model/flow.js';
import { bringHome } from '#src/model/home.js';
import { arc, farthest, morph } from '#src/model/morph.js';
import { rework } from '#src/model/rework.js';
import { pitchAt, sliceScore, type Score, transposeScore } from '#src/score.js';
import { openModel } from '#src/files/open.js';
import { chorale, chorales } from '../fixtures/chorales.js';

const tiny = choraleFlow({ width: 4, layers: 1, told: true, seed: 0 });
const settings = { seed: 2, index: 0, count: 1, best: 1, temperature: 1, steps: 2, polish: 0 };
const differing = (a: Score, b: Score): number[] => [...a.pitches.keys()].filter((i) => a.pitches[i] !== b.pitches[i]);

test('pieces come home to C major or A minor and go back exactly, from every key', (t) => {
  for (let shift = -6; shift < 6; shift++) {
    const moved = transposeScore(chorale, shift);
    const { score, key, move } = bringHome(moved);
    t.is((((key.tonic + move) % 12) + 12) % 12, key.mode === 'major' ? 0 : 9);
    t.deepEqual(transposeScore(score, -move), moved);
    t.deepEqual(score, bringHome(chorale).score, 'the home does not depend on where it came from');
  }
  t.is(bringHome(transposeScore(chorale, 24)).move, bringHome(chorale).move - 24, 'two octaves too high comes down');
});

test('windows cover a piece and end with it; pitches fold by octaves', (t) => {
  t.deepEqual(windowStarts(32), [0]);
  t.deepEqual(windowStarts(48), [0, 16]);
  t.deepEqual(windowStarts(50), [0, 16, 18]);
  t.deepEqual([20, 35, 36, 81, 82, 94].map(foldIntoRange), [44, 47, 36, 81, 70, 70]);
  t.is(foldIntoRange(-1), -1);
});

test.serial('harmonising, filling in and going on keep what is kept, in the key of the piece, at any length', async (t) => {
  const piece = transposeScore(chorale, 2);
  const harmonised = (await rework(tiny, keepVoices(piece, [0]), settings))[0].score;
  t.is(harmonised.steps, piece.steps);
  t.true(differing(harmonised, piece).length > 0);
  t.true(differing(harmonised, piece).every((i) => i % 4 !== 0));

  const filled = (await rework(tiny, openBars(piece, 3, 4, [0, 3]), settings))[0].score;
  t.true(differing(filled, piece).every((i) => i >= 16 * 4 && i < 32 * 4 && (i % 4 === 1 || i % 4 === 2)));

  const short = sliceScore(piece, 0, 12);
  const [longer] = await rework(tiny, withOpenEnd(short, 3), settings);
  t.is(longer.score.steps, 40, 'the half bar is filled up, and three more come');
  t.deepEqual(sliceScore(longer.score, 0, 12).pitches, short.pitches);
  t.deepEqual(longer.key, findKey({ ...longer.score, pitches: short.pitches, steps: 12 }, true));

  const brief = (await rework(tiny, keepVoices(short, [0]), settings))[0].score;
  t.is(brief.steps, 12, 'shorter than a window');
});

test.serial('kept notes outside the model’s range stay as they are', async (t) => {
  const low = { ...chorale, pitches: chorale.pitches.map((pitch, i) => (i === 3 ? 24 : pitch)) };
  const [made] = await rework(tiny, keepVoices(low, [3]), settings);
  t.is(pitchAt(made.score, 0, 3), 24);
});

test('an arc joins two noises: its ends are they, its lengths lie between, and halfway it is as far from both', (t) => {
  const [a, b] = [Float32Array.of(3, 0, 0), Float32Array.of(0, 2, 0)];
  t.deepEqual([arc(a, b, 0), arc(a, b, 1)], [a, b]);
  const half = arc(a, b, 0.5);
  t.true(Math.abs(Math.hypot(...half) - 2.5) < 1e-6);
  t.true(Math.abs(half[0] - half[1]) < 1e-6 && half[2] === 0);
});

test.serial('twenty windows of real chorales come back from the flow note by note', async (t) => {
  const { flow } = await openModel('chorales');
  const all = windowsOf([...chorales.train, ...chorales.valid, ...chorales.test]).map(({ score }) => score);
  const windows = all.filter((_, i) => i % Math.floor(all.length / 20) === 0).slice(0, 20);
  const wish = wishRow({});
  const { x, z } = await encodeWindows(flow, windows, { wish, seed: 3 });
  const back = await decodeWindows(flow, z, { wish });
  windows.forEach((score, i) => t.deepEqual(decodeScore(back.data.slice(i * windowSize, (i + 1) * windowSize)), score));
  t.true(farthest(back.data, x.data) < 0.1, `${farthest(back.data, x.data)}`);
  t.true(z.data.every(Number.isFinite) && Math.hypot(...z.data) / Math.sqrt(20 * windowSize) < 1.2, 'the noise is like noise');
});

test.serial('a morph begins and ends with the pieces that it is given', async (t) => {
  const { flow } = await openModel('chorales');
  const windows = windowsOf([...chorales.train, ...chorales.valid, ...chorales.test]).map(({ score }) => score);
  const [a, b] = [windows[0], windows.at(-1)!];
  const { scores, roundTrip } = await morph(flow, a, b, { count: 3, seed: 0 });
  t.deepEqual([scores[0], scores[2]], [a, b]);
  t.true(roundTrip < 0.05, `${roundTrip}`);
  const apart = (x: Score): number => differing(scores[1], x).length / x.pitches.length;
  t.true(apart(a) > 0.2 && apart(b) > 0.2, `${apart(a)}, ${apart(b)}`);
  await t.throwsAsync(morph(flow, a, sliceScore(b, 0, 16), { count: 3, seed: 0 }), { message: /4 and 2 bars/ });
});
