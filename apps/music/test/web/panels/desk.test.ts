import test from 'ava';
import { sliceScore } from '#src/score.js';
import { createDesk } from '#src/web/panels/desk/desk.js';
import type { Session } from '#src/web/state/session.js';
import type { Keepsakes } from '#src/web/state/keepsakes.js';
import { chorale } from '../../fixtures/chorales.js';

test('a piece that is laid down ends what is being composed, sounds as it is written, and has its key and its name', (t) => {
  const done: unknown[] = [];
  const did =
    (name: string) =>
    (...about: unknown[]): void =>
      void done.push([name, ...about]);
  const session = {
    cancel: did('cancel'),
    change: did('change'),
    put: ({ key }: { readonly key: unknown }, how: unknown) => void done.push(['put', key, how]),
    player: { stop: did('stop'), seek: did('seek') },
    announcer: { say: did('say') },
  } as unknown as Session;
  const desk = createDesk(session, {} as Keepsakes, () => t.fail('these are no drums'));
  const piece = {
    score: sliceScore(chorale, 0, 32),
    voices: [0, 1, 2, 3],
    remarks: ['it is long'],
    key: { tonic: 0, mode: 'major' },
  } as const;
  const laid = desk.lay({ ...piece, name: 'hymn' });
  t.deepEqual(laid, { name: 'hymn', bars: 4, voices: piece.voices, remarks: piece.remarks });
  const origin = { verb: 'open', name: 'hymn' };
  t.deepEqual(done, [
    ['cancel'],
    ['stop'],
    ['seek', 0],
    ['change', { transpose: 0 }],
    ['put', { tonic: 10, mode: 'major' }, { origin }],
    ['say', 'hymn is on the desk: 4 bars; it is long'],
  ]);
  done.length = 0;
  desk.lay({ ...piece, key: { tonic: 7, mode: 'minor' }, name: 'hymn' });
  t.deepEqual(done[4], ['put', { tonic: 7, mode: 'minor' }, { origin }], 'a key that is not C major is meant');
});
