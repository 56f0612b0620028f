import { execFileSync } from 'node:child_process';
import test from 'ava';
import { shellWord } from '#src/shell-word.js';

test('a shell reads a word as it was; plain ones are not quoted', (t) => {
  const words = ['a b', "it's", '"$HOME"', '`x`', 'a;b', 'a\\b', '*', '~', '', '!', 'ü', 'run-1/model.json'];
  const read = execFileSync('sh', ['-c', `printf '%s\\n' ${words.map(shellWord).join(' ')}`], { encoding: 'utf8' });
  t.deepEqual(read.split('\n'), [...words, '']);
  for (const plain of ['model', '--steps=3', 'https://a.org/x,y', '1.5e-3', 'a@b', '50%']) t.is(shellWord(plain), plain);
});
