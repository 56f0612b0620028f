import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import sharp from 'sharp';
import { sha256 } from '@advect/node';
import { readSettings } from '#src/format/settings-in-file.js';
import { inFolder, run, runChild } from './command-line.js';

const quick = ['--solver', 'heun', '--steps', '4'];

test.serial('the same seed gives the same bytes, in another process too; another seed does not', (t) =>
  inFolder(async (folder) => {
    const make = (name: string, seed: string) => ['sample', '--seed', seed, '--count', '4', '--label', '3,5', '--out', join(folder, name)];
    t.is((await run(...make('a.png', '0'))).code, 0);
    t.is((await runChild(...make('b.png', '0'))).code, 0);
    t.is((await run(...make('c.png', '1'))).code, 0);
    const [a, b, c] = await Promise.all(['a', 'b', 'c'].map((name) => readFile(join(folder, `${name}.png`))));
    t.is(sha256(a), sha256(b));
    t.not(sha256(a), sha256(c));
  }),
);

test.serial('an item alone is the item of the series, and of a longer series', (t) =>
  inFolder(async (folder) => {
    const series = ['sample', '--seed', '9', '--label', '2-4'];
    await run(...series, '--count', '9', '--out', join(folder, 'nine/'));
    await run(...series, '-n', '20', '--out', join(folder, 'twenty/'));
    const names = (await readdir(join(folder, 'nine'))).filter((name) => name !== 'digits8-9.png');
    t.deepEqual(
      names.sort(),
      Array.from({ length: 9 }, (_, i) => `digits8-9-${i}.png`),
    );
    for (const name of names) {
      t.deepEqual(await readFile(join(folder, 'twenty', name)), await readFile(join(folder, 'nine', name)), name);
    }
    await run(...series, '--index', '7', '--out', join(folder, 'alone.png'));
    t.deepEqual(await readFile(join(folder, 'alone.png')), await readFile(join(folder, 'nine/digits8-9-7.png')));
    await run(...series, '--index', '5', '--num', '4', '--out', join(folder, 'part/'));
    t.deepEqual(await readFile(join(folder, 'part/digits8-9-8.png')), await readFile(join(folder, 'nine/digits8-9-8.png')));
  }),
);

for (const [ending, format] of [
  ['png', 'png'],
  ['webp', 'webp'],
  ['jpg', 'jpeg'],
  ['avif', 'heif'],
] as const) {
  test.serial(`a .${ending} says how it was made, and that makes it again, under another name too`, (t) =>
    inFolder(async (folder) => {
      const file = (name: string): string => join(folder, `${name}.${ending}`);
      const settings = ['--label', '8,3+5', '-n', '2', ...quick, '--temperature', '0.8', '--guidance', '1.5', '--scale', '4'];
      t.is((await run('sample', ...settings, '--out', file('first'))).code, 0);
      const made = JSON.parse((await run('info', file('first'), '--json')).out);
      t.like(made, {
        v: 1,
        app: 'advect-image',
        task: 'sample',
        solver: 'heun',
        steps: 4,
        nfe: 8,
        temperature: 0.8,
        guidance: 1.5,
        count: 2,
      });
      t.like(made, { label: ['8', '3+5'], options: { scale: 4 }, model: { name: 'digits8' } });
      t.true(Number.isSafeInteger(made.seed));
      t.false(JSON.stringify(made).includes(folder), 'no path');
      const first = await readFile(file('first'));
      await writeFile(file('renamed'), first);
      const again = await run('sample', '--like', file('renamed'), '--out', file('second'));
      t.is(again.code, 0, again.err);
      t.deepEqual(await readFile(file('second')), first);
      t.is((await sharp(first).metadata()).format, format);
    }),
  );
}

test.serial('what stands on the command line comes before the file that it is to be like', (t) =>
  inFolder(async (folder) => {
    const [first, second] = [join(folder, 'a.png'), join(folder, 'b.webp')];
    await run('sample', '--seed', '5', '--label', '2', '-n', '2', ...quick, '--out', first);
    t.is((await run('sample', '--like', first, '--steps', '6', '--out', second)).code, 0);
    const [a, b] = await Promise.all([first, second].map(async (path) => readSettings(await readFile(path), path)));
    t.deepEqual(b, { ...a, steps: 6, nfe: 12 });
  }),
);

test.serial('a stripped file, one of other weights and one of another command are refused', (t) =>
  inFolder(async (folder) => {
    const [full, bare, forged] = ['full.png', 'bare.webp', 'forged.png'].map((name) => join(folder, name));
    await run('sample', '--index', '1', '--seed', '5', ...quick, '--out', full);
    t.is((await run('sample', '--like', full, '--no-metadata', '--out', bare)).code, 0);
    t.regex(
      (await run('sample', '--like', bare, '--out', join(folder, 'x.png'))).err,
      /bare\.webp' does not say how it was made[^]*Only files of this app/,
    );
    const { encodePng } = await import('#src/codec/encode.js');
    const dot = { width: 1, height: 1, channels: 1, data: Uint8Array.of(7) } as const;
    const made = await readSettings(await readFile(full), full);
    const like = async (change: object): Promise<string> => {
      await writeFile(forged, await encodePng(dot, { ...made, ...change }));
      return (await run('sample', '--like', forged, '--out', join(folder, 'x.png'))).err;
    };
    t.regex(
      await like({ model: { name: 'digits8', sha256: 'ab'.repeat(32) } }),
      /model 'digits8' \(weights abababababab…\), and the weights of 'digits8' are others/,
    );
    t.regex(await like({ model: { name: 'mine', sha256: 'ab' } }), /made by the model 'mine'[^]*does not come with the app[^]*--model/);
    t.regex(await like({ task: 'animate' }), /made by image animate[^]*Run image animate --like/);
    t.regex(await like({ steps: 0 }), /steps is '0' where a whole number/);
    t.regex(await like({ options: { colour: 'red' } }), /no option 'colour'/);
  }),
);

test.serial('without a class, to standard output, and as JSON', (t) =>
  inFolder(async (folder) => {
    const path = join(folder, 'x.webp');
    const few = ['--label', 'none', '--count', '4', '--seed', '1', ...quick];
    const { code, out, err } = await run('sample', ...few, '--json', '--out', path, '--show');
    t.is(code, 0);
    t.like(JSON.parse(out), { label: ['none'], seed: 1, file: path });
    t.regex(err, /4 pictures, seed 1/);
    const piped = await run('sample', ...few, '-o', '-', '--format', 'webp', '-q');
    t.deepEqual([piped.code, piped.err], [0, '']);
    t.deepEqual(piped.bytes, await readFile(path));
  }),
);

test.serial('bits/dim under each picture and in its file, a line of JSON for each; of guided pictures those of the bare model', (t) =>
  inFolder(async (folder) => {
    const few = ['--label', '4,none', '-n', '2', '--seed', '1', '--executor', 'wasm', '--bits', '--json', ...quick];
    const { code, out, err } = await run('sample', ...few, '--out', `${folder}/bits/`);
    t.is(code, 0, err);
    const lines = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    t.deepEqual(
      lines.map(({ file, index, bitsPerDim }) => [file.slice(folder.length), index, bitsPerDim > 1 && bitsPerDim < 4]),
      [
        ['/bits/digits8-1-0.png', 0, true],
        ['/bits/digits8-1-1.png', 1, true],
        ['/bits/digits8-1.png', undefined, false],
      ],
    );
    const alone = await run('sample', '--like', join(folder, 'bits/digits8-1-1.png'), '--json', '--out', join(folder, 'again.png'));
    t.is(JSON.parse(alone.out).bitsPerDim, lines[1].bitsPerDim);
    t.deepEqual(await readFile(join(folder, 'again.png')), await readFile(join(folder, 'bits/digits8-1-1.png')));
    const guided = ['--label', '4', '--seed', '1', '--index', '0', '--executor', 'wasm', '-g', '3', '--bits', '--json', ...quick];
    const { bitsPerDim } = JSON.parse((await run('sample', ...guided, '--out', join(folder, 'guided.png'))).out);
    // The single picture is enlarged pixel by pixel, so that score reads the very levels.
    const scored = await run('score', join(folder, 'guided.png'), '--label', '4', '--draws', '8', '--json');
    const { bitsPerDim: mean, standardError } = JSON.parse(scored.out);
    t.true(Math.abs(bitsPerDim - mean) < 6 * standardError * Math.sqrt(8), `${bitsPerDim} ${mean} ${standardError}`);
  }),
);

test.serial('nothing is written by --dry-run, and what would be is said', (t) =>
  inFolder(async (folder) => {
    const { code, out } = await run('sample', '--dry-run', '-n', '3', '--seed', '4', '--tol', '0.01', '--out', `${folder}/new/`);
    t.is(code, 0);
    t.regex(out, /would write .*digits8-4\.png, .*digits8-4-0\.png, .*digits8-4-1\.png, .*digits8-4-2\.png\n/);
    t.regex(out, /^solver +dopri5$/m);
    t.regex(out, /^tol +0\.01$/m);
    t.deepEqual(await readdir(folder), []);
  }),
);

test.serial('files that exist are kept unless --overwrite says otherwise, and a folder is one without a / too', (t) =>
  inFolder(async (folder) => {
    await mkdir(join(folder, 'there.d'));
    const few = ['sample', '--seed', '1', '--index', '0', ...quick];
    t.is((await run(...few, '--out', join(folder, 'there.d'))).code, 0);
    t.deepEqual(await readdir(join(folder, 'there.d')), ['digits8-1-0.png']);
    const taken = await run(...few, '--out', join(folder, 'there.d'));
    t.is(taken.code, 1);
    t.regex(taken.err, /exists already[^]*--overwrite/);
    t.is((await run(...few, '--out', join(folder, 'there.d'), '--overwrite')).code, 0);
    t.is((await run(...few, '--out', join(folder, 'there.d'), '--force')).code, 0);
  }),
);

test.serial('score: a real digit is usual and recognised, noise is not; one broken file does not stop the others', (t) =>
  inFolder(async (folder) => {
    const digit = join(folder, 'digit.png');
    const seven = await run('info', '--held-out', '1300', '--out', digit);
    t.regex(seven.err, /held-out picture 1300 .*, a 7 /);
    const { encodePng } = await import('#src/codec/encode.js');
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
  }),
);
