import test from 'ava';
import { describePartFault, leapsOf, outOfRange } from '#src/metrics/part-writing.js';
import { faultsOf } from '#src/metrics/faults.js';
import { pitchClassEntropy } from '#src/metrics/harmony.js';
import { rest, scoreOf } from '#src/score.js';
import { chorales } from '../fixtures/chorales.js';

test('leaps and notes out of range are found where they are; octaves, and sevenths of the bass, are allowed', (t) => {
  const score = scoreOf([
    [72, 67, 60, 48],
    [84, 61, 60, 58],
    [84, rest, 48, 45],
    [71, 67, 61, 45],
  ]);
  t.deepEqual(
    leapsOf(score).map(({ step, voice, size }) => [step, voice, size]),
    [
      [1, 1, 6],
      [2, 3, 13],
      [3, 0, 13],
      [3, 2, 13],
    ],
  );
  t.deepEqual(outOfRange(score), [{ kind: 'range', step: 1, voice: 0, size: 3 }]);
  t.is(describePartFault({ kind: 'leap', step: 11, voice: 2, size: 11 }, 8, 2), 'bar 2 beat 2: Tenor leaps 11 semitones');
  for (const real of chorales.train) t.true(outOfRange(real).length <= 2 && leapsOf(real).length <= 6);
});

test('the entropy of pitch classes', (t) => {
  t.is(pitchClassEntropy(scoreOf([[60, 48, 72, 36]])), 0);
  t.is(pitchClassEntropy(scoreOf([[60, 61, 62, 63]])), 2);
});

test('all faults of a piece stand in order, with their places', (t) => {
  const score = scoreOf([
    [72, 67, 60, 53],
    [74, 69, 60, 55],
    [83, 69, 70, 55],
  ]);
  t.deepEqual(
    faultsOf(score).map(({ kind, step, voices, place, words }) => [kind, step, voices, `${place}, ${words}`]),
    [
      ['parallel fifths', 1, [0, 3], 'bar 1 beat 1, parallel fifths between Soprano and Bass'],
      ['crossing', 2, [1, 2], 'bar 1 beat 2, crossing between Alto and Tenor'],
      ['range', 2, [0], 'bar 1 beat 2, Soprano is 2 semitones out of range'],
      ['range', 2, [2], 'bar 1 beat 2, Tenor is 1 semitone out of range'],
      ['leap', 2, [2], 'bar 1 beat 2, Tenor leaps 10 semitones'],
    ],
  );
});
