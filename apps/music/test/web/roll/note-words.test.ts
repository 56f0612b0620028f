import test from 'ava';
import { signatureIn } from '#src/codec/spelling.js';
import { keyOfName, transposeKey } from '#src/data/musical-key.js';
import { keyInWords, noteInWords, pitchName, soundingName, soundingOf } from '#src/web/roll/note-words.js';

test('keys have the signs that notes have, wherever they are moved', (t) => {
  const [flat, minor] = [keyOfName('Bb')!, keyOfName('b')!];
  t.is(keyInWords(flat), 'B♭ major');
  t.is(keyInWords(minor), 'B minor');
  t.is(keyInWords(transposeKey(minor, 7)), 'F♯ minor');
  t.is(keyInWords(transposeKey(flat, -13)), 'A major');
  t.is(keyInWords(transposeKey(minor, 2)), 'C♯ minor');
  t.is(keyInWords(transposeKey(minor, 4)), 'E♭ minor');
});

test('notes are named as the key writes them in which they sound', (t) => {
  const names = (key: string, ...pitches: number[]): string[] => pitches.map((pitch) => pitchName(pitch, signatureIn(keyOfName(key)!)));
  t.deepEqual(names('f', 65, 68, 73, 64), ['F4', 'A♭4', 'D♭5', 'E4']);
  t.deepEqual(names('E', 68, 63, 61), ['G♯4', 'D♯4', 'C♯4']);
  t.deepEqual(names('eb', 59, 62), ['C♭4', 'D4'], 'the octave is that of the letter');
  t.deepEqual(names('g#', 67), ['G4'], 'no name with two signs');
  const lower = soundingOf(keyOfName('E')!, -1);
  t.deepEqual(
    [68, -1].map((pitch) => soundingName(pitch, lower)),
    ['G4', 'rest'],
  );
  t.is(noteInWords({ voice: 1, pitch: 71, start: 10, length: 2 }, true, lower), 'Alto, B♭4, bar 2, beat 2, locked');
});
