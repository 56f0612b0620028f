import { saved } from '@advect/testkit/page';
import test from 'ava';
import { writePiece } from '#src/codec/piece-file.js';
import { pieceOfScore } from '#src/codec/score-piece.js';
import { sliceScore } from '#src/score.js';
import { chorales } from '../../fixtures/chorales.js';
import { notesOn, visit } from '../visit.js';
import { button, drop, shown } from './on-page.js';

const pieces = [...chorales.train, ...chorales.valid, ...chorales.test].map((score, i) => {
  const about = { tempo: 80, key: { tonic: 0, mode: 'major' }, program: 52, title: '', settings: {} } as const;
  const name = `hymn ${i}.${['mid', 'abc', 'musicxml'][i % 3]}`;
  return { name, mimeType: 'text/plain', buffer: Buffer.from(writePiece(name, pieceOfScore(sliceScore(score, 0, 32), about))) };
});

test.serial('a model learns chosen pieces, pauses, goes on, is heard, kept, used at once and forgotten', async (t) => {
  await visit(t, { hash: 'seed=7&panel=train' }, async ({ page }) => {
    await page
      .getByLabel('Pieces to learn from')
      .setInputFiles([
        ...pieces,
        { ...pieces[0], name: 'twice.mid' },
        { name: 'broken.mid', mimeType: 'audio/midi', buffer: Buffer.from('no music') },
        { name: 'read me.txt', mimeType: 'text/plain', buffer: Buffer.from('no music') },
      ]);
    await page.waitForFunction(
      () => document.querySelector('.gathered') && !document.querySelector('progress[aria-label="Reading pieces"]'),
    );
    t.regex(await page.locator('.gathered').innerText(), /^5 pieces, 20 bars; 2 left out; 1 file is no notes/);
    t.regex(await page.locator('.broken').innerText(), /twice\.mid it is the same music as hymn 0\.mid/);
    await page.getByLabel('Name of the model').fill('hymns');
    await page.getByLabel('Begin with').selectOption('new');
    const before = await notesOn(page);
    await button(page, 'Train').click();
    await page.locator('.curves').waitFor();
    const gathered = await page.locator('.gathered').innerText();
    await drop(page, [{ name: 'late.mid', bytes: pieces[0].buffer }], '.dropzone');
    await page.locator('.dropzone').getByText('pause it before you add others').waitFor();
    t.is(await page.locator('.gathered').innerText(), gathered);
    await button(page, 'Hear it now').click();
    await page.waitForFunction(
      (old) => Array.from(document.querySelectorAll('.roll .note title'), ({ textContent }) => textContent).join('') !== old,
      before.join(''),
    );
    t.notDeepEqual(await notesOn(page), before, 'what it composes by now lies on the desk');
    await button(page, 'Pause').click();
    await button(page, 'Keep it in this browser').click();
    await button(page, 'Use hymns').waitFor();
    const updates = () => page.locator('.live-line output').first().innerText().then(Number);
    const first = await updates();
    t.true(first >= 10);
    await shown(t, page);
    t.is((await saved(page, () => button(page, 'Save the model').click())).name, 'hymns.zip');
    await button(page, 'Go on with hymns').click();
    await page.waitForFunction((least) => Number(document.querySelector('.live-line output')?.textContent) > least, first);
    await button(page, 'Cancel').click();
    await button(page, 'Train').waitFor();
    await button(page, 'Use hymns').click();
    await page.waitForFunction(() => document.querySelector('.top .model')?.textContent?.includes('hymns'));
    await button(page, 'Forget hymns').click();
    await button(page, 'Use hymns').waitFor({ state: 'detached' });
  });
});
