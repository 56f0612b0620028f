import test from 'ava';
import { chordTypes, isRestful, scaleConsistency } from '#src/metrics/harmony.js';
import { longestCopy } from '#src/metrics/copies.js';
import { durations, melodicIntervals, stepwiseShare } from '#src/metrics/melody.js';
import { histogram, overlap, shareOfTop } from '#src/metrics/overlap.js';
import { referenceOf, reportStyle } from '#src/metrics/report.js';
import { checkVoiceLeading, describeFault } from '#src/metrics/voice-leading.js';
import { mixVoices, shuffleSteps } from '#src/model/controls.js';
import { judge } from '#src/model/judge.js';
import { windowsOf } from '#src/data/windows.js';
import { rest, scoreOf, sliceScore, transposeScore } from '#src/score.js';
import { chorale, chorales } from '../fixtures/chorales.js';

test('overlaps of histograms', (t) => {
  const p = histogram(['a', 'a', 'b', 'c']);
  t.is(overlap(p, p), 1);
  t.is(overlap(p, histogram(['d'])), 0);
  t.is(overlap(p, histogram(['a', 'b'])), 0.75);
  t.is(shareOfTop(p, histogram(['b', 'b', 'c']), 1), 0.25);
});

test('chords are named from the bass', (t) => {
  const score = scoreOf([
    [72, 67, 64, 48],
    [71, 67, 62, 55],
    [72, 69, 65, 52],
    [rest, rest, rest, rest],
  ]);
  t.deepEqual(
    chordTypes(score),
    ['0.4.7', '0.4.7', '0.1.5.8'].map((c) => c),
  );
  t.true(isRestful(score, 0));
  t.false(isRestful(score, 2));
});

test('melody: intervals across no rest, lengths of held notes, share of steps', (t) => {
  const score = scoreOf([
    [60, 60, 60, 60],
    [60, 62, rest, 48],
    [67, 62, 60, 48],
  ]);
  t.deepEqual(melodicIntervals(score), [7, 2, -12]);
  t.deepEqual(durations(score), [2, 1, 1, 2, 1, 1, 1, 2]);
  t.is(stepwiseShare([7, 2, -12, -1]), 0.5);
});

test('parallel fifths, octaves and crossings are found where they are, contrary and oblique motion is not blamed', (t) => {
  const fifths = checkVoiceLeading(
    scoreOf([
      [72, 67, 60, 48],
      [74, 67, 60, 50],
    ]),
  );
  t.deepEqual(fifths.faults, [{ kind: 'parallel octaves', step: 1, voices: [0, 3] }]);
  t.is(fifths.parallelsPerHundred, 100);
  const second = checkVoiceLeading(
    scoreOf([
      [72, 67, 55, 48],
      [72, 69, 57, 50],
    ]),
  );
  t.deepEqual(
    second.faults.map((f) => [f.kind, ...f.voices]),
    [
      ['parallel octaves', 1, 2],
      ['parallel fifths', 1, 3],
      ['parallel fifths', 2, 3],
    ],
  );
  const contrary = checkVoiceLeading(
    scoreOf([
      [72, 67, 60, 48],
      [67, 67, 60, 55],
    ]),
  );
  t.deepEqual(contrary.faults, []);
  const crossed = checkVoiceLeading(scoreOf([[60, 67, 55, 48]]));
  t.deepEqual(crossed.faults, [{ kind: 'crossing', step: 0, voices: [0, 1] }]);
  t.is(crossed.crossing, 1);
  t.is(
    describeFault({ kind: 'parallel fifths', step: 11, voices: [0, 3] }, 8, 2),
    'bar 2 beat 2: parallel fifths between Soprano and Bass',
  );
});

test('a copy is found in any key, and is as long as it is', (t) => {
  const passage = sliceScore(chorale, 8, 40);
  t.is(longestCopy(transposeScore(passage, 3), chorales.train), 1);
  t.is(longestCopy(sliceScore(transposeScore(passage, 3), 0, 9), [chorale]), 1);
  t.true(longestCopy(shuffleSteps(passage, 0), [chorale]) < 0.5);
});

test('the controls keep what they should and lose what they should', (t) => {
  const all = [...chorales.train, ...chorales.valid, ...chorales.test];
  const windows = windowsOf(all).map(({ score }) => score);
  const reference = referenceOf(windows);
  const real = reportStyle(windows, reference);
  const mixed = reportStyle(mixVoices(windows), reference);
  const shuffled = reportStyle(windows.map(shuffleSteps), reference);
  t.is(real.chordOverlap.toFixed(9), '1.000000000');
  t.true(mixed.intervalOverlap > 0.9 && mixed.chordOverlap < 0.6, 'melodies stay, harmony goes');
  t.true(shuffled.chordOverlap > 0.95 && shuffled.intervalOverlap < 0.8, 'harmony stays, melodies go');
  t.true(
    real.parallelsPerHundred < 1.5 &&
      mixed.parallelsPerHundred > real.parallelsPerHundred &&
      shuffled.parallelsPerHundred > real.parallelsPerHundred,
  );
});

test('all scale, no scale', (t) => {
  t.is(scaleConsistency(scoreOf([[60, 62, 64, 65]])), 1);
  t.is(scaleConsistency(scoreOf([[60, 61, 62, 63]])), 0.75);
});

test('real endings are judged better than random ones and than a single chord held for four bars', (t) => {
  const closing = windowsOf([...chorales.train, ...chorales.valid, ...chorales.test]).filter((w) => w.place === 'closing');
  const held = scoreOf(Array.from({ length: 32 }, () => [72, 67, 64, 48]));
  for (const { score } of closing) {
    const { cost } = judge(score, 0);
    t.true(cost < judge(shuffleSteps(score, 1), 0).cost && cost < judge(held, 0).cost, `cost ${cost}`);
  }
});
