import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { faultsOf, saved } from '@advect/testkit/page';
import test from 'ava';
import { runProgram } from '@advect/node';
import type { Page } from 'playwright-core';
import { parseSettings } from '#src/codec/settings.js';
import { readWav, wavComment } from '#src/codec/wav.js';
import { program } from '#src/program.js';
import { smallKit, strokesOn, visitBeats } from './beat-visit.js';

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();
const idle = (page: Page) => page.waitForSelector('.verbs button.main:not([disabled])');

test.serial(
  'humanise, before and after, measure; compose gives the bytes of the command line; all of it comes back from the address',
  async (t) => {
    await visitBeats(t, async (page) => {
      const before = await strokesOn(page);
      t.is(before.length, 26);
      t.true(before.every((words) => words.endsWith('velocity 76, on the grid')));
      await press(page, 'Humanise');
      await page.getByText('As given, and as played').waitFor();
      const after = await strokesOn(page);
      const place = (words: string): string => words.split(':')[0];
      t.deepEqual(after.map(place), before.map(place), 'what is struck stays');
      t.true(after.filter((words) => /ms (?:early|late)/.test(words)).length > 13);
      await press(page, 'As given');
      t.deepEqual(await strokesOn(page), before);
      await press(page, 'As played');
      await page.getByLabel('How far').fill('0');
      t.deepEqual(await strokesOn(page), before, 'none of the way');
      await page.getByLabel('How far').fill('1');
      await page.waitForFunction(() => location.hash.includes('d%3D2.') && !location.hash.includes('a%3D0'));
      await page.reload();
      await idle(page);
      t.deepEqual(await strokesOn(page), after);

      await press(page, 'Measure it');
      await page.getByText('Bits per stroke', { exact: true }).waitFor();
      const said = await page.locator('.measure dl').innerText();
      const [, bits, percentile] = /([\d.]+) ± [\d.]+\s+More usual than\s+(\d+) %\s+of 128 passages of two bars/.exec(said) ?? [];
      t.true(Math.abs(100 - Number(bits) - Number(percentile)) < 0.51, said);
      t.is(await page.locator('.pocket circle.cloud').count(), 16 * 26);
      t.regex((await strokesOn(page))[0], /touch \d+ bits$/);
      t.deepEqual(await faultsOf(page), []);

      await page.getByLabel('Style').selectOption('funk');
      await page.getByLabel('Seed', { exact: true }).fill('5');
      await page.getByLabel('Seed', { exact: true }).blur();
      await press(page, 'Compose');
      await page.waitForFunction((old) => document.querySelectorAll('.beat-cell[aria-selected="true"]').length !== old, after.length);
      const composed = await strokesOn(page);
      const midi = await saved(page, () => press(page, 'Save MIDI'));
      t.is(midi.name, 'beat-5.mid');
      const folder = await mkdtemp(join(tmpdir(), 'advect-music-'));
      t.teardown(() => rm(folder, { recursive: true, force: true }));
      await mkdir(join(folder, 'kit'));
      for (const [name, bytes] of await smallKit()) await writeFile(join(folder, 'kit', name), bytes);
      const argv = ['compose', '-m', join(folder, 'kit'), '--seed', '5', '--style', 'funk', '--quiet', '-o', join(folder, 'beat.mid')];
      const silent = { write: () => true };
      t.is(await runProgram(program, { argv, env: {}, stdout: silent, stderr: silent }), 0);
      t.deepEqual(Buffer.from(midi.bytes), await readFile(join(folder, 'beat.mid')));

      const { bytes } = await saved(page, () => press(page, 'Save WAV'));
      t.is(parseSettings(wavComment(bytes))?.['seed'], 5);
      t.true(readWav(bytes).sound.channels[0].some((sample) => Math.abs(sample) > 0.1));
      await press(page, 'Clear');
      t.deepEqual(await strokesOn(page), []);
      await page.getByLabel('A file of drums').setInputFiles({ name: 'beat.mid', mimeType: 'audio/midi', buffer: Buffer.from(midi.bytes) });
      await page.waitForSelector('.beat-cell[aria-selected="true"]');
      // No file has anything before its first beat.
      const begun = composed.map((words) => words.replace(/(bar 1, beat 1: velocity \d+), \d+ ms early/, '$1, on the grid'));
      t.deepEqual(await strokesOn(page), begun);

      const took = page.locator('.status dt', { hasText: 'Composed in' });
      t.is(await took.count(), 0, 'no chorale is composed as long as nobody looks at it');
      const model = page.locator('.top .model');
      t.is(await model.textContent(), 'Model kit');
      await model.click();
      t.deepEqual(await page.locator('.shelf strong').allInnerTexts(), ['grooves'], 'what plays drums');
      await page.getByLabel('Or its address on this site').fill('models/chorales/');
      await press(page, 'Open');
      await page.locator('.trouble').getByText("the model 'chorales' plays no drums").waitFor();
      t.is(await model.textContent(), 'Model kit', 'the tab stays with the model that it has');
      await press(page, 'Chorale');
      await took.waitFor();
      t.is(await model.textContent(), 'Model chorales');
    });
  },
);
