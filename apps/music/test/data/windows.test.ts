import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { AdvectError } from '@advect/base/errors';
import { choraleFile } from '@advect/node';
import { readChorales } from '#src/data/chorales.js';
import { loadChorales } from '#src/files/chorale-source.js';
import { findKey, keyName, signatureOf, tonicOf } from '#src/data/musical-key.js';
import { highestPitch, lowestPitch, windowsOf, windowSteps } from '#src/data/windows.js';
import { strain, transposeForVoices } from '#src/data/voice-range.js';
import { pitchAt, rest, scoreOf, transposeScore } from '#src/score.js';
import { chorale, chorales, choralesText } from '../fixtures/chorales.js';

test('every second sixteenth is kept', (t) => {
  const raw = JSON.parse(choralesText).train[0] as number[][];
  t.is(chorale.steps, Math.ceil(raw.length / 2));
  for (let step = 0; step < chorale.steps; step++) for (let v = 0; v < 4; v++) t.is(pitchAt(chorale, step, v), raw[2 * step][v]);
});

test('windows are four bars, start every half bar, end with the last chord, and are in C major or A minor', (t) => {
  const windows = windowsOf([chorale]);
  const places = windows.map((w) => w.place);
  t.is(places[0], 'opening');
  t.is(places.at(-1), 'closing');
  t.is(places.filter((p) => p !== 'middle').length, 2);
  t.is(windows.length, Math.ceil((chorale.steps - windowSteps) / 4) + 1);
  const last = windows.at(-1)!.score;
  const shift = pitchAt(last, windowSteps - 1, 3) - pitchAt(chorale, chorale.steps - 1, 3);
  t.true(Math.abs(shift) <= 7);
  for (let step = 0; step < windowSteps; step++) {
    for (let v = 0; v < 4; v++) {
      const original = pitchAt(chorale, chorale.steps - windowSteps + step, v);
      t.is(pitchAt(last, step, v), original === rest ? rest : original + shift);
    }
  }
  for (const { score, mode } of windows) {
    t.is(score.steps, windowSteps);
    t.true(score.pitches.every((p) => p === rest || (p >= lowestPitch && p <= highestPitch)));
    t.is(pitchAt(last, windowSteps - 1, 3) % 12, mode === 'major' ? 0 : 9);
  }
});

test('the key found moves with the music', (t) => {
  for (const score of [...chorales.train, ...chorales.valid, ...chorales.test]) {
    const key = findKey(score, true);
    for (const shift of [1, 5, 7])
      t.deepEqual(findKey(transposeScore(score, shift), true), { tonic: (key.tonic + shift) % 12, mode: key.mode });
  }
});

test('key names and signatures are those of the circle of fifths', (t) => {
  const signatures = { C: 0, G: 1, D: 2, A: 3, E: 4, B: 5, 'F#': 6, F: -1, Bb: -2, Eb: -3, Ab: -4, Db: -5 };
  for (const [name, sharps] of Object.entries(signatures)) {
    const key = { tonic: tonicOf(name)!, mode: 'major' as const };
    t.is(signatureOf(key), sharps, name);
    t.is(keyName(key), name);
  }
  const minors = { a: 0, e: 1, b: 2, 'f#': 3, 'c#': 4, 'g#': 5, d: -1, g: -2, c: -3, f: -4, bb: -5, eb: -6 };
  for (const [name, sharps] of Object.entries(minors)) {
    const key = { tonic: tonicOf(name)!, mode: 'minor' as const };
    t.is(signatureOf(key), sharps, name);
    t.is(keyName(key), name);
  }
  t.is(tonicOf('H'), undefined);
});

test('files of another form are refused with the place', (t) => {
  const error = (text: string) => t.throws(() => readChorales(text), { instanceOf: AdvectError, code: 'invalid-file' });
  t.regex(error('{').message, /not valid JSON/);
  t.regex(error('{"train": []}').message, /no 'train' part/);
  t.regex(
    error('{"train": [[[60,60,60,60],[60,60,60,60],[60,60,60]]], "valid": [], "test": []}').message,
    /train chorale 0 holds \[60,60,60\] at step 2/,
  );
});

test('offline, without the data: the error says where it is and how to give it', async (t) => {
  const offline = (): Promise<Response> => Promise.reject(new TypeError('fetch failed', { cause: new Error('getaddrinfo ENOTFOUND') }));
  const cache = await mkdtemp(join(tmpdir(), 'advect-'));
  const settings = { env: { XDG_CACHE_HOME: cache }, retryAfter: [] };
  try {
    const error = await t.throwsAsync(loadChorales({ ...settings, fetch: offline }), { instanceOf: AdvectError });
    t.is(error.code, 'not-found');
    t.true(error.message.includes(choraleFile.url));
    t.regex(error.hint, /--data/);
    const other = () => Promise.resolve(new Response('{}'));
    const wrong = await t.throwsAsync(loadChorales({ ...settings, fetch: other }), { instanceOf: AdvectError });
    t.is(wrong.code, 'invalid-file');
  } finally {
    await rm(cache, { recursive: true, force: true });
  }
});

test('a tune goes to its key the way that suits the voices, the shorter way where both do', (t) => {
  const low = scoreOf([[64, 57, 50, 40]]);
  t.deepEqual(transposeForVoices(low, 7).pitches, transposeScore(low, 7).pitches, 'down would be too deep for the bass');
  const high = scoreOf([[79, 72, 67, 60]]);
  t.deepEqual(transposeForVoices(high, 7).pitches, transposeScore(high, -5).pitches);
  const middle = scoreOf([[69, 62, 57, 50]]);
  t.deepEqual(transposeForVoices(middle, 2).pitches, transposeScore(middle, 2).pitches);
  t.deepEqual(transposeForVoices(middle, -2).pitches, transposeScore(middle, -2).pitches);
  t.is(strain(middle), 0);
  t.is(strain(scoreOf([[83, 62, 57, 38]])), 4);
  t.is(strain(chorale), 0, 'real chorales lie in their ranges');
});
