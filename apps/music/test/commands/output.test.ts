import test from 'ava';
import { outNames } from '#src/commands/output.js';

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
