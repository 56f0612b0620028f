import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { closeBrowser, faultsOf, saved } from '@advect/testkit/page';
import test from 'ava';
import { runProgram } from '@advect/node';
import type { Page } from 'playwright-core';
import { parseSettings } from '#src/codec/settings.js';
import { readWav, wavComment } from '#src/codec/wav.js';
import { program } from '#src/program.js';
import { readBeat, writeBeat } from '#src/web/groove/beat-text.js';
import { struck, touched, withLength } from '#src/web/groove/edit-beat.js';
import { firstBeat } from '#src/web/groove/first-beat.js';
import { tappedGroove } from '#src/web/groove/tap-recorder.js';
import { smallKit, strokesOn, visitBeats } from './beat-visit.js';

test.after.always(closeBrowser);

const fresh = {
  given: firstBeat,
  drawn: undefined,
  amount: 1,
  style: undefined,
  tempo: 100,
  temperature: 1,
  seed: 3,
  seedLocked: false,
  kept: [],
} as const;

test('a beat is kept in the address, to the grain of MIDI; nonsense there is a fresh visit', (t) => {
  const given = touched(struck(firstBeat, 9 * 5 + 8, 100 / 127, 0.25), 0, 0, -0.125);
  const beat = {
    ...fresh,
    given,
    drawn: firstBeat,
    amount: 0.5,
    style: 'funk',
    tempo: 96,
    seedLocked: true,
    kept: ['kick', 'ride'],
  } as const;
  const read = readBeat(writeBeat(beat), fresh);
  t.deepEqual(read.given.hits, given.hits);
  t.true(read.given.velocities.every((v, i) => Math.abs(v - given.velocities[i]) <= 0.5 / 127));
  t.deepEqual(read.given.offsets, given.offsets, 'eighths of a step are whole grains');
  t.is(read.drawn, undefined, 'it has other strokes');
  t.like(read, { amount: 0.5, style: 'funk', tempo: 96, seedLocked: true, kept: ['kick', 'ride'] });
  for (const text of ['', 'b=9.AAAA', 'b=2.%%%', 't=-4&x=abc&s=fonk&a=7'])
    t.deepEqual(readBeat(text, fresh), { ...fresh, given: firstBeat }, text);
});

test('taps become strokes: late ones all alike are on the grid, what differs between them stays; a beat repeats when it grows', (t) => {
  const taps = [0.125, 4.125, 8.375, 12.125].map((at) => ({ at, drum: 1 }));
  const groove = tappedGroove(taps, 16);
  t.deepEqual(
    [...groove.hits.keys()].filter((i) => groove.hits[i]),
    [1, 37, 73, 109],
  );
  t.deepEqual(
    [1, 37, 73, 109].map((i) => groove.offsets[i]),
    [0, 0, 0.25, 0],
  );
  const four = withLength(firstBeat, 4);
  t.deepEqual(four.hits.slice(0, 288), firstBeat.hits);
  t.deepEqual(four.hits.slice(288), firstBeat.hits);
  t.deepEqual(withLength(four, 2), firstBeat);
});

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
      await press(page, 'Chorale');
      await took.waitFor();
    });
  },
);
