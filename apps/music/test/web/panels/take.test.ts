import { signal } from '@preact/signals';
import test from 'ava';
import { notesOf, rest, sliceScore } from '#src/score.js';
import { createHands } from '#src/web/panels/live/hands.js';
import { createTake } from '#src/web/panels/live/take.js';
import type { Session, Work } from '#src/web/state/session.js';
import { chorale } from '../../fixtures/chorales.js';

test('a take becomes the soprano, locked; taken back after other voices were written, what was there before lies there again', async (t) => {
  const score = sliceScore(chorale, 0, 8);
  const first: Work = { score, key: { tonic: 7, mode: 'major' }, locked: new Uint8Array(32).fill(1), origin: undefined };
  const work = signal(first);
  const put: Session['put'] = (piece, { origin } = {}) => (work.value = { ...work.value, locked: new Uint8Array(32), ...piece, origin });
  let clock = 0;
  const sound = { wake: () => Promise.resolve(), beat: () => undefined, heard: () => clock, now: () => clock };
  const hands = createHands();
  const page = {
    settings: signal({ tempo: 60, bars: 1, transpose: 2 }),
    announcer: { say: () => undefined },
    player: { stop: () => undefined },
    work,
    put,
  };
  const take = createTake(page, hands, sound);
  await take.start();
  // Four beats of a second are counted, from a little later on; an eighth lasts half a second.
  for (const [at, pitch] of [
    [4.15, 67],
    [5.15, 69],
  ]) {
    clock = at;
    hands.press(pitch, 0.7);
    clock = at + 1;
    hands.release(pitch);
  }
  take.finish();
  const laid = work.value;
  t.deepEqual(
    notesOf(laid.score, 0).map(({ pitch, start, length }) => [pitch, start, length]),
    [
      [65, 0, 2],
      [67, 2, 2],
    ],
    'it sounds as it was played on a page that plays two semitones higher',
  );
  t.true(laid.score.pitches.every((pitch, i) => pitch === rest || i % 4 === 0));
  t.true(laid.locked.every((locked, i) => locked === Number(laid.score.pitches[i] !== rest)));
  put({ ...laid, score });
  take.takeBack();
  t.deepEqual(work.value, first);
  t.is(take.melody.value, undefined);
});
