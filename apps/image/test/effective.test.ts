import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { runProgram } from '@advect/node';
import { encodePng } from '#src/codec/encode.js';
import { insertText } from '#src/format/png-text.js';
import { program } from '#src/program.js';
import { inFolder, run } from './command-line.js';

const shipped = fileURLToPath(new URL('../../models/digits8', import.meta.url));

async function told(argv: readonly string[], env: Record<string, string> = {}, config?: object) {
  let [out, err] = ['', ''];
  const code = await runProgram(program, {
    argv,
    env,
    stdout: { write: (text) => void (out += text) },
    stderr: { write: (text) => void (err += text) },
    config: async () => config && JSON.stringify(config),
  });
  return { code, out, err };
}

async function effective(argv: readonly string[], env: Record<string, string> = {}, config?: object) {
  const { code, out, err } = await told(['info', '--effective', '--json', ...argv], env, config);
  if (code !== 0) return { code, err };
  const settings = JSON.parse(out) as { setting: string; value: string | number; source: string }[];
  return { code, err, ...Object.fromEntries(settings.map(({ setting, value, source }) => [setting, `${value} by ${source}`])) };
}

test('flags before the environment, before advect.config.json, before the model, before what is built in', (t) =>
  inFolder(async (folder) => {
    t.like(await effective([]), { solver: 'dopri5 by the model digits8', tol: '0.001 by the model digits8', guidance: '1 by built in' });
    const config = { image: { solver: 'heun', temperature: 0.9, seed: 3 } };
    const env = { ADVECT_IMAGE_TEMPERATURE: '0.8' };
    t.like(await effective(['--seed', '4'], env, config), {
      solver: 'heun by advect.config.json',
      steps: '40 by built in',
      temperature: '0.8 by ADVECT_IMAGE_TEMPERATURE',
      seed: '4 by --seed',
    });
    const mine = join(folder, 'mine');
    await cp(shipped, mine, { recursive: true });
    const manifest = await readFile(join(mine, 'model.json'), 'utf8');
    const defaults = { method: 'heun', steps: 12, guidance: 2 };
    await writeFile(join(mine, 'model.json'), JSON.stringify({ ...JSON.parse(manifest), name: 'mine', defaults }));
    t.like(await effective([mine]), {
      model: 'mine by the command line',
      solver: 'heun by the model mine',
      steps: '12 by the model mine',
      guidance: '2 by the model mine',
    });
    t.like(await effective(['--tol', '0.01', '-m', mine]), { solver: 'dopri5 by built in', tol: '0.01 by --tol' });
    t.like(await effective(['--solver', 'rk4', '-m', mine]), { solver: 'rk4 by --solver', steps: '12 by the model mine' });
    t.like(await effective(['--solver', 'dopri5', '-m', mine]), { solver: 'dopri5 by --solver', tol: '0.001 by built in' });
    t.like(await effective(['--steps', '7', '-m', mine]), { solver: 'heun by the model mine', steps: '7 by --steps' });
    const made = await run('sample', '--model', mine, '--label', '1', '--dry-run', '--json');
    t.like(JSON.parse(made.out), { solver: 'heun', steps: 12, guidance: 2 });
    const digit = join(folder, 'digit.png');
    t.is((await run('info', '--held-out', '3', '--out', digit)).code, 0);
    const way = async (...ends: string[]): Promise<object> =>
      JSON.parse((await run('interpolate', ...ends, '--model', mine, '--dry-run', '--json')).out) as object;
    t.like(await way('1', '2'), { solver: 'heun', steps: 12 });
    t.like(await way(digit, '2'), { solver: 'dopri5', tol: 0.001 }, 'equal steps of a model are for its own pictures');
  }));

test('guidance of a grid is that of the classes on its axis, whatever class is set elsewhere', async (t) => {
  const env = { ADVECT_IMAGE_LABEL: 'none' };
  const grid = ['grid', '--model', 'digits', '--seed', '1', '--dry-run', '--json'];
  const guidance = async (argv: readonly string[]) => JSON.parse((await told([...grid, ...argv], env)).out).guidance as number | undefined;
  t.is(await guidance(['--x', 'label=3,4']), 1.4, 'what the model asks for');
  t.is(await guidance(['--y', 'label=none,4', '--guidance', '2']), 2);
  t.is(await guidance(['--x', 'steps=3,4']), undefined);
  t.regex((await told([...grid, '--x', 'label=none', '--guidance', '2'])).err, /--guidance 2 would change nothing/);
});

test('a setting that no command has is named, with the nearest', async (t) => {
  t.like(await effective([], { ADVECT_IMAGE_STEP: '3' }), { code: 2 });
  t.regex((await effective([], {}, { image: { stepps: 3 } })).err, /'stepps' in 'image', which is no option[^]*'steps'/);
});

test('info: a setting that changes nothing, a file that is no picture, a stripped one, and one that writes to the terminal', (t) =>
  inFolder(async (folder) => {
    t.regex((await run('info', '--steps', '4')).err, /--steps changes nothing about a model/);
    const at = (name: string): string => join(folder, name);
    await writeFile(at('notes.txt'), 'hello');
    t.regex((await run('info', at('notes.txt'))).err, /no picture of a kind that carries settings/);
    await writeFile(at('a.heic'), Buffer.from('\0\0\0\x18ftypheic\0\0\0\0heicmif1', 'latin1'));
    t.regex((await run('info', at('a.heic'))).err, /'.*a\.heic' is a HEIC picture \(HEVC\), which cannot be decoded here/);
    const dot = await encodePng({ width: 1, height: 1, channels: 1, data: Uint8Array.of(7) });
    await writeFile(at('bare'), dot);
    t.regex((await run('info', at('bare'))).err, /bare' does not say how it was made/);
    t.regex((await run('info', at('none.gif'))).err, /none\.gif' does not exist/);
    const loud = { v: 1, app: 'advect-image', version: '0', task: 'sample', model: { name: '\u001b[31mred', sha256: 'ab' } };
    await writeFile(at('loud.png'), insertText(dot, [{ keyword: 'advect', text: JSON.stringify(loud) }]));
    const { code, out } = await run('info', at('loud.png'));
    t.is(code, 0);
    t.false(out.includes('\u001b'));
  }));
