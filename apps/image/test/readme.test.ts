// Runs alone: it takes long.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { inFolder, run } from './command-line.js';

const readme = fileURLToPath(new URL('../../README.md', import.meta.url));

/** The lines of the README's first block of commands: the words between the program's name and the remark. */
async function commands(): Promise<readonly string[][]> {
  const block = /```sh\n([^]*?)```/.exec(await readFile(readme, 'utf8'))![1];
  return block
    .trim()
    .split('\n')
    .map((line) => /^npm run image -- (.*?)\s+# /.exec(line)![1].split(' '));
}

test.serial('every command of the README does what it says, one after the other', (t) =>
  inFolder(async (folder) => {
    const isFile = (word: string): boolean => /(\.(png|webp|avif|gif)|\/)$/.test(word);
    const lines = await commands();
    t.true(lines.length > 10);
    for (const words of lines) {
      const own = words.map((word) => (isFile(word) ? join(folder, word) : word));
      const unnamed = ['sample', 'grid'].includes(words[0]) && !words.includes('--out');
      const { code, out, err } = await run(
        ...own,
        ...(unnamed ? ['--out', join(folder, words[0] === 'sample' ? 'pictures.png' : 'grid.png')] : []),
      );
      t.deepEqual([code, out.length > 0], [0, true], `${words.join(' ')}: ${err}`);
    }
  }),
);
