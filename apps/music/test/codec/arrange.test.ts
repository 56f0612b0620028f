import test from 'ava';
import { AdvectError } from '@advect/base/errors';
import { findParts, fromWholeBar, transposed, withTempo } from '#src/codec/arrange.js';
import type { Piece } from '#src/codec/piece.js';

const note = (pitch: number) => ({ start: 0, length: 480, pitch, velocity: 0.5 });
const piece: Piece = {
  title: '',
  tempos: [
    { tick: 0, perMinute: 80 },
    { tick: 960, perMinute: 40 },
  ],
  metre: { beats: 4, beatType: 4 },
  pickup: 0,
  key: { fifths: 1, minor: true },
  parts: [
    { name: 'Soprano', program: 0, drums: false, notes: [note(72), note(126)] },
    { name: 'Second', program: 0, drums: false, notes: [note(60)] },
    { name: 'Drums', program: 0, drums: true, notes: [note(36)] },
  ],
};

test('another tempo keeps what comes later in its ratio', (t) => {
  t.deepEqual(withTempo(piece, 60).tempos, [
    { tick: 0, perMinute: 60 },
    { tick: 960, perMinute: 30 },
  ]);
});

test('notes and key move together, drums stay, and what leaves MIDI’s range is said', (t) => {
  const { piece: higher, remarks } = transposed(piece, 3);
  t.deepEqual(
    higher.parts.map(({ notes }) => notes.map(({ pitch }) => pitch)),
    [[75], [63], [36]],
  );
  t.deepEqual(higher.key, { fifths: -2, minor: true }, 'from e to g');
  t.is(remarks.length, 1);
  t.deepEqual(transposed(piece, 0), { piece, remarks: [] });
});

test('parts are found by number, name, and the beginning of a name', (t) => {
  t.deepEqual(findParts(piece, ['2', 'drums', 'SOP'], '--solo'), [1, 2, 0]);
  t.throws(() => findParts(piece, ['s'], '--solo'), { code: 'invalid-option', message: /2 parts/ });
  const error = t.throws<AdvectError>(() => findParts(piece, ['9'], '--mute'), { instanceOf: AdvectError, message: /no part/ });
  t.is(error?.hint, 'Its parts are: 1 Soprano, 2 Second, 3 Drums.');
});

test('a pick-up is moved to the end of a bar, with all that follows; a piece without one stays', (t) => {
  const later = fromWholeBar({ ...piece, metre: { beats: 3, beatType: 4 }, pickup: 480 });
  t.is(later.pickup, 0);
  t.deepEqual(
    later.parts.flatMap(({ notes }) => notes.map(({ start }) => start)),
    [960, 960, 960, 960],
  );
  t.deepEqual(later.tempos, [
    { tick: 0, perMinute: 80 },
    { tick: 1920, perMinute: 40 },
  ]);
  t.is(fromWholeBar(piece), piece);
});
