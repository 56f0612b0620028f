import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { dataSets, runGroup } from '#src/index.js';
import { advect } from '#src/commands/index.js';

async function run(...argv: string[]) {
  const lines = { out: '', err: '' };
  const code = await runGroup(advect, {
    argv: ['data', ...argv],
    env: {},
    stdout: { write: (line: string) => void (lines.out += line) },
    stderr: { write: (line: string) => void (lines.err += line) },
  });
  return { code, ...lines };
}

test('list shows every set with its shape, numbers and licence', async (t) => {
  const { code, out } = await run('list');
  t.is(code, 0);
  for (const { name, licence } of dataSets) t.true(out.includes(name) && out.includes(licence), name);
  t.regex(out, /mnist +pictures +28 × 28 × 1 +60,000 \+ 10,000/);
  t.regex(out, /power +table +6 columns +1,659,917 \+ 184,435 \+ 204,928/);
  const music = await run('list', '--kind', 'music', '--json');
  t.deepEqual(
    music.out
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { name: string }).name),
    ['jsb-chorales', 'groove-midi'],
  );
});

test('info shows makers, licence, files and how they are known', async (t) => {
  const { out } = await run('info', 'kmnist');
  t.regex(out, /licence +CC BY-SA 4.0/);
  t.regex(out, /md5 bdb82020997e1d708af4cf47b453dcf7\n/);
  t.regex((await run('info', 'mnist')).out, /sha256 ba891046[0-9a-f]+ of what the \.gz holds/);
  t.regex((await run('info', 'optdigits')).out, /from a local folder only[^]*no checksum is published/);
  t.is((JSON.parse((await run('info', 'cifar10', '--json')).out) as { forms: { md5: string }[][] }).forms[0][0].md5.length, 32);
  const wrong = await run('info', 'mnits');
  t.is(wrong.code, 2);
  t.regex(wrong.err, /Did you mean 'mnist'/);
});

test('verify says which file is missing or another, and fetches nothing', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'advect-'));
  try {
    const missing = await run('verify', 'mnist', '--data', folder);
    t.is(missing.code, 1);
    t.regex(missing.err, /holds neither train-images-idx3-ubyte\.gz nor/);
    await mkdir(join(folder, 'nouns32-parts'));
    await writeFile(join(folder, 'nouns32-parts/image-data.json'), '{}');
    const other = await run('verify', 'nouns', '--data', folder);
    t.is(other.code, 1);
    t.regex(other.err, /licence CC0[^]*sha256/);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

const local = process.env.ADVECT_DATA;

(local === undefined ? test.skip : test)('get takes a local copy and says what it compared', async (t) => {
  const { code, out } = await run('get', 'nouns', 'jsb-chorales', '--data', local!);
  t.is(code, 0);
  t.regex(out, /image-data\.json {2}161 KiB, sha256 verified\n.*Jsb16thSeparated\.json {2}1\.59 MiB, sha256 verified/);
});
