import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { decodePicture } from '#src/codec/decode.js';
import { encodePng } from '#src/codec/encode.js';
import { inFolder, run } from './command-line.js';

const lines = (out: string): Record<string, never>[] =>
  out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, never>);

/** A held-out digit's file. */
async function digit(folder: string, number: number): Promise<string> {
  const file = join(folder, `digit-${number}.png`);
  await run('info', '--held-out', String(number), '--out', file, '--quiet');
  return file;
}

const pixelsOf = async (file: string): Promise<Uint8Array> =>
  (await decodePicture(await readFile(file), file, { size: 8, channels: 1 })).picture.data;

test('encode and decode: the very pixels, from JSON and from .npz; another model refuses the code', (t) =>
  inFolder(async (folder) => {
    const file = await digit(folder, 1300);
    for (const format of ['json', 'npz']) {
      const code = join(folder, `code.${format}`);
      const encoded = await run('encode', file, '--out', code, '--json');
      t.is(encoded.code, 0, encoded.err);
      const [figures] = lines(encoded.out);
      t.like(figures, { label: '7', exact: true });
      t.true(figures.levels < 0.02);
      t.regex(encoded.err, /dopri5, tolerance 0\.000001, \d+ evaluations there and \d+ back/);
      const again = join(folder, `${format}.png`);
      t.is((await run('decode', code, '--out', again)).code, 0);
      t.deepEqual(await pixelsOf(again), await pixelsOf(file));
      t.regex((await run('info', again)).out, /task +decode/);
    }
    const code = join(folder, 'code.json');
    await writeFile(code, (await readFile(code, 'utf8')).replace(/"sha256":"..../, '"sha256":"0000'));
    const refused = await run('decode', code, '--out', join(folder, 'x.png'));
    t.is(refused.code, 2);
    t.regex(refused.err, /made by the model 'digits8' \(weights 0000[^]*give that with --model/);
    t.regex((await run('decode', file)).err, /is no code of pictures/);
  }));

test('score of a folder: one broken file does not stop it, the odd one comes first, a heat map is written', (t) =>
  inFolder(async (folder) => {
    const digits = join(folder, 'digits');
    await mkdir(digits);
    for (const number of [20, 700]) await digit(digits, number);
    const odd = { width: 8, height: 8, channels: 1 as const, data: Uint8Array.from({ length: 64 }, (_, i) => (i * 89) % 256) };
    await writeFile(join(digits, 'odd.png'), await encodePng(odd));
    await writeFile(join(digits, 'broken.png'), 'x');
    const map = join(folder, 'map.png');
    const { code, out, err } = await run('score', digits, '--sort', '--json', '--code-length', '--heat-map', map);
    t.is(code, 1);
    t.regex(err, /left out .*broken\.png[^]*1 of 4 files could not be read/);
    const found = lines(out);
    t.is(found.length, 3);
    t.regex(found[0].file, /odd\.png$/);
    const [first, second] = found as unknown as { tests: { parts: number }; bits: { model: number; png: number; raw: number } }[];
    t.true(first.tests.parts < 0.01 && second.tests.parts > 0.01);
    t.true(second.bits.model < second.bits.png && second.bits.model < second.bits.raw);
    t.is((await decodePicture(await readFile(map), map, { size: 8, channels: 3 })).picture.channels, 3);
    const words = await run('score', join(digits, 'digit-20.png'), '--code-length', '--label', '0');
    t.regex(
      words.out,
      /± 0\.\d{3} bits\/dim .* of the same kind \(p = 0\.\d{3}\)\n.* bits by the model .* as a PNG's data, \d+ in the file, 262 as levels/,
    );
    t.regex((await run('score', digits, '--heat-map', map)).err, /exists already[^]*--overwrite/);
  }));

test('inpaint: what is known stays in the file, a mask says the same as a box, and the seed makes it again', (t) =>
  inFolder(async (folder) => {
    const file = await digit(folder, 1300);
    const out = (name: string): string => join(folder, name);
    const how = ['inpaint', file, '--seed', '5', '--steps', '10', '--corrections', '1'];
    const made = await run(...how, '--box', '0,4,8,4', '--out', out('a.png'));
    t.is(made.code, 0, made.err);
    t.regex(made.err, /32 of 64 pixels made anew, once, seed 5/);
    t.deepEqual((await pixelsOf(out('a.png'))).slice(0, 32), (await pixelsOf(file)).slice(0, 32));
    t.notDeepEqual(await pixelsOf(out('a.png')), await pixelsOf(file));
    const mask = { width: 8, height: 8, channels: 1 as const, data: Uint8Array.from({ length: 64 }, (_, i) => (i < 32 ? 0 : 255)) };
    await writeFile(out('mask.png'), await encodePng(mask));
    await run(...how, '--mask', out('mask.png'), '--out', out('b.png'));
    t.deepEqual(await readFile(out('b.png')), await readFile(out('a.png')));
    t.regex((await run('info', out('a.png'))).out, /task +inpaint[^]*parent/);
    t.regex((await run('inpaint', file)).err, /what is to be made anew is not said/);
    t.regex((await run('inpaint', file, '--box', '5,5,9,9')).err, /the box 5,5,9,9 is none of a picture of 8 × 8 pixels/);
  }));

test('edit: nothing changes nothing, another class is another picture, and contradictions are refused', (t) =>
  inFolder(async (folder) => {
    const file = await digit(folder, 1300);
    const out = (name: string): string => join(folder, name);
    const same = await run('edit', file, '--label', '7', '--out', out('same.png'), '--json');
    t.is(same.code, 0, same.err);
    const { bitsPerDim } = lines(same.out)[0] as unknown as { bitsPerDim: { before: number; after: number } };
    t.is(bitsPerDim.before, bitsPerDim.after);
    t.deepEqual(await pixelsOf(out('same.png')), await pixelsOf(file));
    const swapped = await run('edit', file, '--label', '7', '--to', '1', '--out', out('one.png'));
    t.regex(swapped.out, /7 → 1 {2}\d\.\d{3} → \d\.\d{3} bits\/dim/);
    t.notDeepEqual(await pixelsOf(out('one.png')), await pixelsOf(file));
    t.is((await run('edit', file, '--label', '7', '--mix', '7:1,9:1', '--out', out('mix.png'))).code, 0);
    const [pulled] = lines((await run('edit', file, '--label', '7', '--pull', '-0.3', '--out', out('pulled.png'), '--json')).out);
    t.true((pulled as unknown as { bitsPerDim: { after: number } }).bitsPerDim.after > bitsPerDim.before + 0.1);
    t.regex((await run('info', out('pulled.png'))).out, /pull +-0\.3/);
    t.regex((await run('edit', file, '--pull', '2')).err, /--pull is '2' where a number from -1 to 1 belongs/);
    const [scored] = lines((await run('score', file, '--label', '7', '--json')).out);
    t.true(Math.abs(Number(scored['bitsPerDim']) - bitsPerDim.before) < 1e-9, 'by the draws that score takes');
    t.regex((await run('edit', file, '--typical', '0.5', '--daring', '0.5')).err, /go opposite ways/);
    t.regex((await run('edit', file, '--to', '1', '--mix', '1:2')).err, /both --to and --mix/);
    t.regex((await run('edit', file, '--mix', '3:none')).err, /is no class|holds '3:none'/);
  }));

test('a dry run writes nothing, and says file and settings', (t) =>
  inFolder(async (folder) => {
    const file = await digit(folder, 1300);
    const code = join(folder, 'code.npz');
    await run('encode', file, '--label', '7', '--tol', '0.001', '--out', code);
    const out = join(folder, 'out.png');
    for (const argv of [
      ['decode', code],
      ['edit', file, '--label', '7', '--to', '1'],
      ['inpaint', file, '--label', '7', '--box', '0,4,8,4'],
    ]) {
      const planned = await run(...argv, '--out', out, '--dry-run', '--json');
      t.is(planned.code, 0, planned.err);
      t.like(lines(planned.out)[0], { task: argv[0], label: ['7'], files: [out], dryRun: true });
      await t.throwsAsync(stat(out), { code: 'ENOENT' });
    }
  }));

test('a folder with a broken file fails also where results go to standard output; inpaint takes one picture', (t) =>
  inFolder(async (folder) => {
    const digits = join(folder, 'digits');
    await mkdir(digits);
    await digit(digits, 20);
    await writeFile(join(digits, 'broken.png'), 'x');
    const how = ['--label', '0', '--tol', '0.001', '--out', '-'];
    for (const argv of [['encode'], ['edit', '--to', '1'], ['inpaint', '--box', '0,0,8,4', '--steps', '2']]) {
      const given = argv[0] === 'inpaint' ? ['--label', '0', '--out', '-'] : how;
      const { code, err, bytes } = await run(argv[0], digits, ...argv.slice(1), ...given);
      t.is(code, 1, argv[0]);
      t.true(bytes.length > 0);
      t.regex(err, /left out .*broken\.png[^]*1 of 2 files could not be read/);
    }
    await digit(digits, 21);
    const many = await run('inpaint', digits, '--box', '0,0,8,4', '--out', join(folder, 'x.png'));
    t.is(many.code, 2);
    t.regex(many.err, /holds 2 pictures[^]*Give the file of one/);
  }));

test('mixes of classes: no density of their own to score under, and an edit compares like with like', (t) =>
  inFolder(async (folder) => {
    const file = await digit(folder, 1300);
    const refused = await run('score', file, '--label', '3+8');
    t.is(refused.code, 2);
    t.regex(refused.err, /--label is '3\+8', and a mix of classes has no density/);
    // All of the mix is the digit's own class: nothing changes, and bits/dim say so.
    const same = await run('edit', file, '--label', '7', '--mix', '7', '--out', join(folder, 'same.png'), '--json');
    const { bitsPerDim } = lines(same.out)[0] as unknown as { bitsPerDim: { before: number; after: number } };
    t.is(bitsPerDim.before, bitsPerDim.after);
  }));

test('selftest: each executor passes; a model without known answers says so', async (t) => {
  const { code, out } = await run('selftest', '--executor', 'wasm');
  t.is(code, 0);
  t.regex(out, /^wasm +passed {2}max \|Δ\|: sample \S+, noise \S+, bits\/dim \S+\n$/);
  t.true(lines((await run('selftest', '--executor', 'wasm', '--json')).out)[0].passed);
});

test('every command of the README on pictures of one’s own does what it says', (t) =>
  inFolder(async (folder) => {
    const text = await readFile(new URL('../../README.md', import.meta.url), 'utf8');
    const block = /## Your own pictures[^]*?```sh\n([^]*?)```/.exec(text)![1].trim().split('\n');
    t.is(block.length, 8);
    for (const line of block) {
      const words = /^npm run image -- (.*?)\s+# /.exec(line)![1].split(' ').map((word) => (/\.(png|npz)$/.test(word) ? join(folder, word) : word)); // prettier-ignore
      const { code, out, err } = await run(...words);
      t.deepEqual([code, out.length > 0], [0, true], `${line}: ${err}`);
    }
    t.deepEqual(await pixelsOf(join(folder, 'again.png')), await pixelsOf(join(folder, 'seven.png')));
  }));
