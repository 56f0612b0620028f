import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { sha256 } from '@advect/node';
import { inFolder, run, runChild } from './command-line.js';

test('the same seed gives the same bytes, in another process too; another seed does not', (t) =>
  inFolder(async (folder) => {
    const make = (name: string, seed: string) => ['sample', '--seed', seed, '--count', '2', '--label', '3,5', '--out', join(folder, name)];
    t.is((await run(...make('a.png', '0'))).code, 0);
    t.is((await runChild(...make('b.png', '0'))).code, 0);
    t.is((await run(...make('c.png', '1'))).code, 0);
    const [a, b, c] = await Promise.all(['a', 'b', 'c'].map((name) => readFile(join(folder, `${name}.png`))));
    t.is(sha256(a), sha256(b));
    t.not(sha256(a), sha256(c));
  }));

test('an item alone is the item of the series, and of a longer series', (t) =>
  inFolder(async (folder) => {
    const series = ['sample', '--seed', '9', '--label', '2-4'];
    await run(...series, '--count', '3', '--out', join(folder, 'three'));
    await run(...series, '--count', '5', '--out', join(folder, 'five'));
    const names = (await readdir(join(folder, 'three'))).filter((name) => name !== 'sheet.png');
    t.is(names.length, 9);
    for (const name of names) {
      t.deepEqual(await readFile(join(folder, 'five', name)), await readFile(join(folder, 'three', name)), name);
    }
    await run(...series, '--index', '7', '--out', join(folder, 'alone.png'));
    t.deepEqual(await readFile(join(folder, 'alone.png')), await readFile(join(folder, 'three/3-9-7.png')));
  }));

test('a file says how it was made, and that makes it again', (t) =>
  inFolder(async (folder) => {
    const first = join(folder, 'first.png');
    await run('sample', '--label', '8', '--index', '4', '--method', 'midpoint', '--steps', '12', '--temperature', '0.8', '--out', first);
    const origin = JSON.parse((await run('info', first, '--json')).out);
    t.like(origin, { solver: 'midpoint', steps: 12, temperature: 0.8, index: 4, label: ['8'], model: { name: 'digits8' } });
    t.true(Number.isSafeInteger(origin.seed));
    t.false(JSON.stringify(origin).includes(folder), 'no path');
    const second = join(folder, 'second.png');
    const { seed, label, index, solver, steps, temperature } = origin;
    const again = ['--seed', seed, '--label', label.join(','), '--index', index, '--method', solver, '--steps', steps];
    await run('sample', ...again.map(String), '--temperature', String(temperature), '--out', second);
    t.deepEqual(await readFile(second), await readFile(first));
    const third = join(folder, 'third.png');
    t.is((await run('sample', '--like', first, '--out', third)).code, 0);
    t.deepEqual(await readFile(third), await readFile(first));
    t.regex((await run('info', first)).out, /^seed +\d+$/m);
  }));

test('without a class, and as JSON', (t) =>
  inFolder(async (folder) => {
    const path = join(folder, 'x.png');
    const { code, out, err } = await run('sample', '--label', 'none', '--count', '4', '--seed', '1', '--json', '--out', path, '--show');
    t.is(code, 0);
    t.like(JSON.parse(out), { label: ['none'], seed: 1, files: [path] });
    t.regex(err, /4 pictures, seed 1/);
  }));

test('score: a real digit is usual and recognised, noise is not; one broken file does not stop the others', (t) =>
  inFolder(async (folder) => {
    const digit = join(folder, 'digit.png');
    const seven = await run('info', '--held-out', '1300', '--out', digit);
    t.regex(seven.err, /held-out picture 1300 .*, a 7 /);
    const { encodePng } = await import('#src/codec/encode.js');
    const { writeFile } = await import('node:fs/promises');
    const noise = join(folder, 'noise.png');
    await writeFile(
      noise,
      await encodePng({ width: 8, height: 8, channels: 1, data: Uint8Array.from({ length: 64 }, (_, i) => (i * 89) % 256) }),
    );
    const broken = join(folder, 'broken.png');
    await writeFile(broken, 'x');
    const { code, out, err } = await run('score', '--json', digit, broken, noise);
    t.is(code, 1);
    t.regex(err, /left out .*broken\.png/);
    const [real, odd] = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    t.is(real.class, '7');
    t.true(real.bitsPerDim < 3 && odd.bitsPerDim > 4, `${real.bitsPerDim} ${odd.bitsPerDim}`);
    t.true(real.standardError > 0 && real.standardError < 0.1);
    t.true(real.percentile > 1 && odd.percentile === 0);
    const again = await run('score', digit, '--json');
    t.is(JSON.parse(again.out).bitsPerDim, real.bitsPerDim, 'a score does not depend on the other files');
    t.regex(
      (await run('score', digit)).out,
      /digit\.png {2}\d\.\d{3} ± 0\.\d{3} bits\/dim {2}more usual than \d+ % of held-out pictures {2}class 7/,
    );
  }));
