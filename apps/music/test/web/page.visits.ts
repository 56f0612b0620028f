import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { faultsOf, overhang, saved, statusOf } from '@advect/testkit/page';
import { mismatch } from '@advect/testkit';
import test from 'ava';
import { readHash } from '@advect/web';
import type { Page } from 'playwright-core';
import { type Piece, readPiece } from '#src/web/state/piece-text.js';
import { run } from '../fixtures/run.js';
import { builtPage, notesOn, pieceLies, visit } from './visit.js';

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const playing = (page: Page): Promise<unknown> => page.waitForSelector('button.play[data-state="playing"]');
const stopped = (page: Page): Promise<unknown> => page.waitForSelector('button.play[data-state="stopped"]');
/** How far the play head is, in CSS pixels. */
const headAt = (page: Page): Promise<number> => page.$eval('.play-head', (head) => new DOMMatrix(getComputedStyle(head).transform).m41);

test.serial('the page is at most 700 kB by gzip, without the models and the engraver, which comes when a sheet is asked for', async (t) => {
  const { report, folder } = await builtPage();
  const later = report.files.filter(({ path }) => /\/engraver-/.test(path)).reduce((sum, { gzip }) => sum + gzip, 0);
  t.true(report.page - later > 100_000 && report.page - later <= 700_000, `${report.page - later} bytes`);
  const licences = await readFile(join(folder, 'licences.txt'), 'utf8');
  for (const part of ['preact', '@tensorflow/tfjs-core', 'tone']) t.regex(licences, new RegExp(`^${part} [\\d.]+ \\(`, 'm'));
});

test.serial('a visit begins with a chorale; the files of the page are those of the command line, byte for byte', async (t) => {
  await visit(t, {}, async ({ page }) => {
    t.is(
      await page
        .locator('.transport h2')
        .innerText()
        .then((text) => /^Chorale in [A-G][♭♯]? (major|minor)$/.test(text)),
      true,
    );
    t.regex(await page.locator('.transport p').innerText(), /press Play/);
    t.regex(await statusOf(page, 'Self-test'), /^passed in \d+ ms$/);
    t.deepEqual(await faultsOf(page), []);
    await press(page, 'Open & save').click();
    const folder = await mkdtemp(join(tmpdir(), 'advect-music-cli-'));
    process.env['ADVECT_EXECUTOR'] = 'wasm';
    const { code, err } = await run(['compose', '--seed', '42', '--best', '1', '--steps', '6', '--out', join(folder, 'tune')]);
    t.is(code, 0, err);
    for (const [form, title] of [
      ['mid', 'MIDI'],
      ['wav', 'WAV'],
    ]) {
      const { name, bytes } = await saved(page, () => press(page, title).click());
      t.is(name, `chorale-42.${form}`);
      t.is(mismatch(bytes, await readFile(join(folder, `tune.${form}`))), undefined, form);
    }
  });
});

test.serial('an address that names nothing gives a sketch that is soon there, and says so; it is refined when asked', async (t) => {
  const began = Date.now();
  await visit(t, { hash: '' }, async ({ page }) => {
    t.log(`first tune ${Date.now() - began} ms after the page was asked for`);
    const clicked = Date.now();
    await page.locator('button.play').click();
    await playing(page);
    t.log(`first sound ${Date.now() - clicked} ms after the click`);
    await page.waitForFunction(() => location.hash.includes('steps=24'));
    t.regex(await page.evaluate(() => location.hash), /^#m=chorales&seed=\d+&steps=24&best=1$/);
    t.true(await press(page, 'Undo').isDisabled(), 'there is nothing before the first tune');
    await press(page, 'Refine').click();
    await page.waitForFunction(() => /^#m=chorales&seed=\d+$/.test(location.hash));
    await page.keyboard.press('Escape');
    await pieceLies(page);
    t.is(await press(page, 'Refine').count(), 1, 'it is a sketch still');

    await page.getByText('Finer').click();
    await page.locator('#best').fill('1');
    await page.locator('#steps').fill('24');
    await page.waitForFunction(() => location.hash.endsWith('&steps=24&best=1&sketch=0'));
    const asked = await page.evaluate(() => location.hash);
    await press(page, 'Compose').click();
    await page.waitForFunction((old) => location.hash !== old, asked);
    await pieceLies(page);
    t.regex(await page.evaluate(() => location.hash), /&steps=24&best=1&sketch=0$/, 'what was set by hand stays');
    t.is(await press(page, 'Refine').count(), 0, 'what was asked for is no sketch');
  });
});

test.serial('Play sounds at a gesture and the head runs by the audio clock; seek, loop, tempo, mixing and hidden pages', async (t) => {
  await visit(t, { motion: true }, async ({ page }) => {
    await page.evaluate(() => {
      const contexts: AudioContext[] = [];
      const own = AudioContext;
      Object.assign(globalThis, {
        contexts,
        AudioContext: class extends own {
          constructor(options?: AudioContextOptions) {
            super(options);
            contexts.push(this);
          }
        },
      });
    });
    t.is(await page.evaluate(() => (globalThis as unknown as { contexts: unknown[] }).contexts.length), 0, 'no sound before a gesture');
    const clicked = Date.now();
    await page.locator('button.play').click();
    await playing(page);
    t.log(`first sound ${Date.now() - clicked} ms after the click`);
    const first = await headAt(page);
    await page.waitForFunction(
      (from) => new DOMMatrix(getComputedStyle(document.querySelector('.play-head')!).transform).m41 > from + 20,
      first,
    );
    await page.waitForFunction(() => Number(document.querySelector<HTMLInputElement>('.seek')!.value) > 0);
    t.is(await page.locator('.gesture').count(), 0);

    // A page whose timers and frames have stopped, as in the background, plays on: its one source was scheduled once.
    const clock = (): Promise<number> =>
      page.evaluate(() => {
        const { contexts } = globalThis as unknown as { contexts: AudioContext[] };
        return contexts.filter(({ state }) => state === 'running').reduce((most, { currentTime }) => Math.max(most, currentTime), 0);
      });
    await page.evaluate(() => void Object.assign(globalThis, { requestAnimationFrame: () => 0, setTimeout: () => 0 }));
    const before = await clock();
    for (let tries = 0; tries < 100 && (await clock()) < before + 0.5; tries++) await new Promise((resolve) => setTimeout(resolve, 100));
    t.true((await clock()) >= before + 0.5);
    t.is(await page.locator('button.play').getAttribute('data-state'), 'playing');
  });
  await visit(t, {}, async ({ page }) => {
    // It loops from the beginning: on a slow machine it would else be over before all of this is done.
    await press(page, 'Loop').click();
    await page.locator('h1').click();
    await page.keyboard.press(' ');
    await playing(page);
    await press(page, 'Mute Tenor').click();
    t.true((await page.locator('.note.voice-2').first().getAttribute('class'))!.includes('silent'));
    await press(page, 'Solo Tenor').click();
    t.true((await page.locator('.note.voice-0').first().getAttribute('class'))!.includes('silent'));
    await page.getByLabel('Volume of Bass').fill('0.5');
    await page.getByLabel('Tempo').fill('120');
    await page.getByLabel('Transpose').fill('2');
    await press(page, 'Organ').click();
    await page.getByLabel('Position').fill('24');
    await page.waitForFunction(() => new DOMMatrix(getComputedStyle(document.querySelector('.play-head')!).transform).m41 > 400);
    await playing(page);
    await page.locator('h1').click();
    await page.keyboard.press(' ');
    await stopped(page);

    const position = page.getByLabel('Position');
    await position.fill('24');
    await page.locator('h1').click();
    await page.keyboard.press('ArrowLeft');
    await page.waitForFunction(() => document.querySelector<HTMLInputElement>('.seek')!.value === '22');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await page.waitForFunction(() => document.querySelector<HTMLInputElement>('.seek')!.value === '26');
    const width = (await page.locator('.roll-field').boundingBox())!.width;
    await page.waitForFunction(
      (x) => Math.abs(new DOMMatrix(getComputedStyle(document.querySelector('.play-head')!).transform).m41 - x) < 1,
      (26 / 32) * width,
    );
    await page.waitForFunction(() => location.hash.includes('tempo=120'));
    const hash = await page.evaluate(() => decodeURIComponent(location.hash));
    for (const part of ['instrument=organ', 'transpose=2', 'loop=1']) t.true(hash.includes(part), hash);
  });
});

test.serial(
  'notes, bars and voices are locked and stay while the rest is recomposed; undo, redo, and the address hold the piece',
  async (t) => {
    await visit(t, {}, async ({ page, context, address }) => {
      const before = await notesOn(page);
      await press(page, 'Lock bar 2').click();
      await press(page, 'Lock Bass').click();
      const note = page.locator('.note.voice-0').first();
      await note.locator('rect').click();
      t.true((await notesOn(page))[0].endsWith(', locked'));
      // A bar of four voices, the other three of the bass, and the note.
      const locked = await pieceIn(page, (piece) => piece.locked.reduce((sum, one) => sum + one, 0) > 32 + 24);
      await press(page, 'Recompose the rest').click();
      await page.waitForFunction(() => /with your changes/.test(document.querySelector('.transport p')!.textContent ?? ''));
      await pieceLies(page);
      const after = await notesOn(page);
      const reworked = await pieceIn(page, ({ score }) => String(score.pitches) !== String(locked.score.pitches));
      t.deepEqual(reworked.locked, locked.locked);
      locked.locked.forEach((lock, cell) => lock && t.is(reworked.score.pitches[cell], locked.score.pitches[cell], `cell ${cell}`));

      const other = await context.newPage();
      await other.goto(`${address}${await page.evaluate(() => location.hash)}`);
      await pieceLies(other);
      t.deepEqual(await notesOn(other), after);
      await other.close();

      await press(page, 'Undo').click();
      t.deepEqual((await notesOn(page)).map(open), before.map(open));
      await press(page, 'Redo').click();
      t.deepEqual(await notesOn(page), after);
      await press(page, 'Open all locks').click();
      t.false((await notesOn(page)).some((words) => words.endsWith('locked')));
    });
  },
);

/** The piece that the address of the page holds, once it is as wanted. */
async function pieceIn(page: Page, wanted: (piece: Piece) => boolean = () => true): Promise<Piece> {
  for (let tries = 0; tries < 200; tries++) {
    const { tune } = await readHash(await page.evaluate(() => location.hash));
    const piece = readPiece(tune ?? '');
    if (piece && wanted(piece)) return piece;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('the address never held such a piece');
}

/** A note's words without its lock. */
const open = (words: string): string => words.replace(', locked', '');

test.serial('notes are drawn, moved, erased and selected; the roll goes by keys, says where it is, and has a table', async (t) => {
  await visit(t, {}, async ({ page }) => {
    const field = page.locator('.roll-field');
    const box = (await field.boundingBox())!;
    const row = 10;
    await press(page, 'Draw').click();
    await press(page, 'Soprano').click();
    t.deepEqual(await field.boundingBox(), box, 'the roll stays where it is');
    await page.mouse.move(box.x + 4, box.y + row * 2.5);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width / 8 - 4, box.y + row * 2.5, { steps: 3 });
    await page.mouse.up();
    const drawn = (await notesOn(page))[0];
    t.regex(drawn, /^Soprano, .*bar 1, beat 1, locked$/);
    await page.mouse.move(box.x + 6, box.y + row * 2.5);
    await page.mouse.down();
    await page.mouse.move(box.x + 6, box.y + row * 4.5, { steps: 3 });
    await page.mouse.up();
    t.not((await notesOn(page))[0], drawn, 'moved down');
    await press(page, 'Erase').click();
    await page.mouse.click(box.x + 6, box.y + row * 4.5);
    t.notRegex((await notesOn(page))[0], /bar 1, beat 1, locked/);
    await press(page, 'Undo').click();
    await press(page, 'Undo').click();
    t.is((await notesOn(page))[0], drawn, 'a drag is one step of the history');

    await press(page, 'Lock').click();
    await page.mouse.move(box.x + box.width * 0.52, box.y + 2);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.98, box.y + box.height - 3, { steps: 4 });
    await page.mouse.up();
    const kept = (await notesOn(page)).filter((words) => /bar 1/.test(words)).map(open);
    await press(page, 'Recompose it').click();
    await pieceLies(page);
    t.deepEqual((await notesOn(page)).filter((words) => /bar 1/.test(words)).map(open), kept);
    await press(page, 'Deselect').click();

    await page.locator('.bar-heads button').last().focus();
    await page.keyboard.press('Tab');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    t.true((await notesOn(page)).some((words) => words.startsWith('Alto') && words.endsWith('bar 1, beat 1, locked')));
    await page.keyboard.press('Alt+ArrowUp');
    await page.keyboard.press('Delete');
    t.false((await notesOn(page)).some((words) => words.startsWith('Alto') && words.endsWith('bar 1, beat 1, locked')));
    await page.waitForFunction(() => /^Alto, rest, bar 1, beat 1$/.test(document.querySelector('[aria-live]')!.textContent?.trim() ?? ''));
    await page.getByText('Notes as a table').click();
    await page.locator('.note-table tbody tr').nth(15).waitFor();
    t.is(await page.locator('.note-table tbody tr').count(), 16);
    t.deepEqual(await faultsOf(page), []);
  });
});

test.serial('a piece goes on, becomes bolder or more ordinary, is kept in this browser, and composing can be stopped', async (t) => {
  await visit(t, {}, async ({ page }) => {
    await press(page, '+ 2 bars').click();
    await page.waitForFunction(() => document.querySelector('.transport p')!.textContent?.startsWith('6 bars'));
    await pieceLies(page);
    await press(page, 'Undo').click();
    const before = await notesOn(page);
    await page.getByRole('button', { name: 'Keep', exact: true }).click();
    await press(page, 'Show seed 42 again').waitFor();
    await press(page, 'Bolder').click();
    await page.waitForFunction(() =>
      /bolder: [\d.]+ bits per note, before|Nothing near/.test(document.querySelector('[aria-live]')!.textContent ?? ''),
    );
    await pieceLies(page);
    t.notDeepEqual(await notesOn(page), before);
    await press(page, 'Show seed 42 again').click();
    t.deepEqual(await notesOn(page), before);
    await press(page, 'Give up seed 42').click();

    await page.getByLabel('Bars', { exact: true }).selectOption('8');
    await page.getByLabel('Key', { exact: true }).selectOption('G');
    await page.getByLabel('Temperature').fill('0.5');
    await press(page, 'Lock the seed').click();
    t.true(await press(page, 'New seed').isDisabled());
    await press(page, 'Compose').click();
    await page.waitForFunction(() => document.querySelector('.transport h2')!.textContent === 'Chorale in G major');
    await pieceLies(page);
    t.regex(await page.locator('.transport p').innerText(), /^8 bars .* seed 42/);
    await press(page, 'Unlock the seed').click();

    const stays = await notesOn(page);
    await page.evaluate(() => {
      const key = (init: KeyboardEventInit) => document.body.dispatchEvent(new KeyboardEvent('keydown', { ...init, bubbles: true }));
      key({ key: 'Enter', ctrlKey: true });
      key({ key: 'Escape' });
    });
    await pieceLies(page);
    t.deepEqual(await notesOn(page), stays);
    await page.locator('h1').click();
    await page.keyboard.press('r');
    await page.waitForFunction(() => document.querySelector<HTMLInputElement>('#seed')!.value !== '42');
    await pieceLies(page);
  });
});

test.serial('a link that names a model of another site is told, and the page works with its usual one', async (t) => {
  await visit(t, { hash: `m=${encodeURIComponent('https://example.org/model/')}` }, async ({ page }) => {
    t.regex(await page.locator('.trouble').innerText(), /'https:\/\/example.org\/model\/' is not on this site/);
    t.regex(await page.locator('.top .model').innerText(), /chorales/);
    await page.evaluate(() => (location.hash = '#m=http://['));
    await page.waitForFunction(() => document.querySelector('.trouble')?.textContent?.includes('is no address of a model'));
  });
});

test.serial(
  'on a phone, in the dark, from any host and path: nothing sticks out, no serious fault, and it works without a network',
  async (t) => {
    await visit(t, { width: 390, height: 844, dark: true, isolated: false, at: 'some/where/' }, async ({ page, context }) => {
      t.is(await overhang(page), 0);
      t.deepEqual(await faultsOf(page), []);
      t.is(await statusOf(page, 'Threads'), '1: this server does not isolate the page');
      await page.keyboard.press('?');
      await page.getByRole('dialog', { name: 'Keys' }).waitFor();
      await page.keyboard.press('Escape');
      await page.keyboard.press('m');
      await page.getByRole('dialog', { name: 'Models' }).getByRole('region', { name: 'About the model chorales' }).waitFor();
      await page.keyboard.press('Escape');
      await page.waitForFunction(() => document.querySelector('.status')?.textContent?.includes('Without networkready'));
      const notes = await notesOn(page);
      await context.setOffline(true);
      await page.reload();
      await pieceLies(page);
      t.deepEqual(await notesOn(page), notes);
      await page.locator('button.play').click();
      await playing(page);
      await press(page, 'Groove').click();
      await page.getByRole('region', { name: 'Groove' }).waitFor();
      await context.setOffline(false);
    });
  },
);
