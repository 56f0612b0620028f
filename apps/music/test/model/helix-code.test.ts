import test from 'ava';
import { normals, key } from '@advect/core/random';
import { alphabet, codebook, codeSize, decodeScore, encodeScore } from '#src/model/helix-code.js';
import { wishDim, wishRow } from '#src/model/condition.js';
import { windowsOf } from '#src/data/windows.js';
import { trainingSet } from '#src/model/training-set.js';
import { chorales } from '../fixtures/chorales.js';

const distance = (a: number, b: number): number =>
  Math.hypot(...codebook[alphabet.indexOf(a)].map((x, d) => x - codebook[alphabet.indexOf(b)][d]));

test('the alphabet is a rest and 46 pitches, each of five numbers, all at least 20 σ apart', (t) => {
  t.is(alphabet.length, 47);
  t.true(codebook.every((code) => code.length === codeSize));
  for (const a of alphabet) for (const b of alphabet) if (a !== b) t.true(distance(a, b) > 2);
});

test('octaves lie nearer than tritones, and distances are the same in every key', (t) => {
  t.true(distance(60, 72) < distance(60, 66));
  for (let shift = 1; shift < 9; shift++) t.true(Math.abs(distance(60, 64) - distance(60 + shift, 64 + shift)) < 1e-6);
});

test('scores survive the code and the noise around it', (t) => {
  for (const { score } of windowsOf(chorales.train)) {
    const numbers = encodeScore(score);
    t.deepEqual(decodeScore(numbers).pitches, score.pitches);
    const noise = normals(key(1), numbers.length);
    t.deepEqual(decodeScore(numbers.map((x, i) => x + 0.1 * noise[i])).pitches, score.pitches);
  }
});

test('the training set has one row for each copy of a window and each share of its condition', (t) => {
  const windows = windowsOf(chorales.train);
  const { x, condition } = trainingSet(windows);
  const rows = windows.reduce((sum, { place }) => sum + { opening: 2, middle: 1, closing: 3 }[place], 0) * 4;
  t.deepEqual(x.shape, [rows, 32, 20]);
  t.deepEqual(condition.shape, [rows, wishDim]);
  t.deepEqual([...x.data.subarray(0, 640)], [...encodeScore(windows[0].score)]);
  t.deepEqual(wishRow({ mode: 'minor', place: 'closing' }), [0, 1, 0, 0, 1]);
  t.deepEqual(wishRow({}), [0, 0, 0, 0, 0]);
});
