import test from 'ava';
import { signatureIn } from '#src/codec/spelling.js';
import { outNames } from '#src/commands/output.js';
import { keyOfName } from '#src/data/musical-key.js';
import { rollText } from '#src/roll.js';
import { rest, scoreOf } from '#src/score.js';

test('a name gets the usual endings or those asked for, an ending is the only one, a folder gets the usual name', (t) => {
  const of = (out: string | undefined, ...format: string[]) => outNames({ out, format }, 'chorale-7');
  t.deepEqual(of(undefined), { to: 'files', base: 'chorale-7', endings: ['mid', 'wav'] });
  t.deepEqual(of('tune', 'abc', 'mid', 'abc'), { to: 'files', base: 'tune', endings: ['abc', 'mid'] });
  t.deepEqual(of('a/tune.v2.MusicXML'), { to: 'files', base: 'a/tune.v2', endings: ['MusicXML'] });
  t.deepEqual(of('tune.v2'), { to: 'files', base: 'tune.v2', endings: ['mid', 'wav'] });
  t.deepEqual(of('steps/', 'wav'), { to: 'files', base: 'steps/chorale-7', endings: ['wav'] });
  t.deepEqual(of('-'), { to: 'stdout', base: '-', endings: ['mid'] });
  t.deepEqual(of('-', 'abc'), { to: 'stdout', base: '-', endings: ['abc'] });
  t.deepEqual(of('./-'), { to: 'files', base: './-', endings: ['mid', 'wav'] });
  t.throws(() => of('-', 'abc', 'mid'), { code: 'invalid-option', message: /names abc, mid/ });
  t.throws(() => of('tune', 'mp3'), { code: 'invalid-option', message: /--format names 'mp3'/ });
  t.throws(() => of('tune.mxl'), { code: 'invalid-option', message: /tune\.mxl/ });
  t.throws(() => of('tune.abc', 'mid'), { code: 'invalid-option', message: /--format is given, too/ });
});

test('the roll in the terminal has the notes as the key writes them', (t) => {
  const named = (key: string, ...pitches: number[]): string[] => {
    const score = scoreOf(pitches.map((pitch) => [pitch, rest, rest, rest]));
    return rollText(score, signatureIn(keyOfName(key)!)).match(/[A-G][#b]?\d/g)!;
  };
  t.deepEqual(named('F', 65, 70, 69, 66), ['F4', 'Bb4', 'A4', 'F#4']);
  t.deepEqual(named('A', 68, 70), ['G#4', 'A#4']);
  t.deepEqual(named('Db', 68, 66, 60), ['Ab4', 'Gb4', 'C4']);
  t.deepEqual(named('c', 63, 68, 59), ['Eb4', 'Ab4', 'B3']);
  t.deepEqual(named('f#', 65, 67), ['E#4', 'G4']);
  t.deepEqual(named('Db', 69), ['A4'], 'no name with two signs');
  t.deepEqual(named('bb', 59), ['Cb4'], 'the octave is that of the letter');
});
