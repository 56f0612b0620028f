import test from 'ava';
import { keyOfName, transposeKey } from '#src/data/musical-key.js';
import { keyInWords, pitchName } from '#src/web/roll/note-words.js';

test('keys have the signs that notes have, wherever they are moved', (t) => {
  const [flat, minor] = [keyOfName('Bb')!, keyOfName('b')!];
  t.is(keyInWords(flat), 'B♭ major');
  t.is(keyInWords(minor), 'B minor');
  t.is(keyInWords(transposeKey(minor, 7)), 'F♯ minor');
  t.is(keyInWords(transposeKey(flat, -13)), 'A major');
  t.is(pitchName(70), 'B♭4');
});
