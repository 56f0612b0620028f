import test from 'ava';
import { scoreOf } from '#src/score.js';
import { isLocked, noteAt, openOnly, toggled, voicesWithin, withMoved, withNote, withoutNote } from '#src/web/state/edit-piece.js';

const score = scoreOf([
  [72, 67, 60, 48],
  [72, 67, 60, 50],
  [74, 67, -1, 52],
  [74, 65, 59, 53],
]);
const none = new Uint8Array(16);
const voiceOf = (pitches: Int16Array, voice: number): number[] => [0, 1, 2, 3].map((step) => pitches[step * 4 + voice]);

test('the note at a step is the whole held note', (t) => {
  t.deepEqual(noteAt(score, 1, 1), { voice: 1, pitch: 67, start: 0, length: 3 });
  t.is(noteAt(score, 2, 2), undefined);
});

test('a note that is drawn is locked, one that moves takes its lock along, one that is erased leaves silence', (t) => {
  const drawn = withNote({ score, locked: none }, { voice: 0, pitch: 76, start: 1, length: 2 });
  t.deepEqual(voiceOf(drawn.score.pitches, 0), [72, 76, 76, 74]);
  t.deepEqual(
    [...drawn.locked].flatMap((lock, i) => (lock ? [i] : [])),
    [4, 8],
  );
  const note = noteAt(drawn.score, 1, 0)!;
  t.true(isLocked(drawn.locked, note));
  const moved = withMoved(drawn, note, 5, -2);
  t.deepEqual(voiceOf(moved.score.pitches, 0), [72, -1, 74, 74], 'no further than the end');
  t.deepEqual(voiceOf(withoutNote(moved, noteAt(moved.score, 2, 0)!).score.pitches, 0), [72, -1, -1, -1]);
  t.deepEqual(voiceOf(score.pitches, 0), [72, 72, 74, 74], 'the piece itself is as it was');
});

test('cells are locked where one is open, else opened; a selection opens itself alone', (t) => {
  t.deepEqual(toggled(Uint8Array.of(1, 0, 0), [0, 1]), Uint8Array.of(1, 1, 0));
  t.deepEqual(toggled(Uint8Array.of(1, 1, 0), [0, 1]), Uint8Array.of(0, 0, 0));
  const open = openOnly(score, { from: 1, to: 3, voices: [0, 3] });
  t.deepEqual(
    [...open].flatMap((lock, i) => (lock ? [] : [i])),
    [4, 7, 8, 11],
  );
  t.deepEqual(voicesWithin(score, 0, 2, 60, 70), [1, 2]);
});
