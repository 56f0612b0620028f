import test from 'ava';
import { defineCommand, runGroup, type ProgramGroup } from '#src/index.js';

const say = defineCommand({ name: 'say', summary: 'Say where one is.', options: {}, run: async ({ program, print }) => print(program) });
const tree: ProgramGroup = {
  name: 'tool',
  version: '1.2.3',
  summary: 'Tools.',
  groups: [
    { name: 'first', summary: 'The first.', commands: [say] },
    { name: 'second', summary: 'The second.', commands: [] },
  ],
};

async function run(...argv: string[]) {
  const lines: { out: string; err: string } = { out: '', err: '' };
  const code = await runGroup(tree, {
    argv,
    env: {},
    stdout: { write: (line: string) => void (lines.out += line) },
    stderr: { write: (line: string) => void (lines.err += line) },
  });
  return { code, ...lines };
}

test('the first word chooses the group, the second the command', async (t) => {
  t.deepEqual(await run('first', 'say'), { code: 0, out: 'tool first 1.2.3\n', err: '' });
  const { out } = await run('first', 'say', '--help');
  t.regex(out, /Usage: tool first say/);
  t.is((await run('help', 'first', 'say')).out, out);
});

test('help lists every command, the version is that of the whole, and a wrong word names the nearest', async (t) => {
  const help = await run('--help');
  t.is(help.code, 0);
  t.regex(help.out, /first say +Say where one is\./);
  t.is((await run()).code, 2);
  t.is((await run('help')).out, help.out);
  t.is((await run('--version')).out, 'tool 1.2.3\n');
  const wrong = await run('frist', 'say');
  t.is(wrong.code, 2);
  t.regex(wrong.err, /tool has no 'frist'[\s\S]*Did you mean 'first'/);
  t.regex((await run('second', 'say')).err, /tool second has no command 'say'/);
});
