import { withError } from '@advect/web';
import test from 'ava';
import { findKey } from '#src/data/musical-key.js';
import { openModel } from '#src/files/open.js';
import { faultsOf } from '#src/metrics/faults.js';
import { keepVoices } from '#src/model/draft.js';
import { pieceBits } from '#src/model/piece-bits.js';
import { rework } from '#src/model/rework.js';
import { joinScores, type Score, scoreOf, sliceScore } from '#src/score.js';
import { typedMelody } from '#src/web/panels/harmonise/typed-melody.js';
import { chorale, chorales } from '../../fixtures/chorales.js';

import { closeBrowser, visit } from '../visit.js';
import { button, figure, shown, trouble, tuneOf, tuneOnDesk } from './on-page.js';

test.after.always(closeBrowser);

const piece = sliceScore(chorale, 0, 32);
const tune = (score: Score): string => tuneOf(score, findKey(score, true));

/** The third bar is scrambled. */
const broken = joinScores([
  sliceScore(chorales.test[0], 0, 16),
  scoreOf(Array.from({ length: 8 }, (_, step) => [74 - step, 61 + ((5 * step) % 7), 54 + ((3 * step) % 8), 41 + ((7 * step) % 11)])),
  sliceScore(chorales.test[0], 24, 48),
]);

test.serial('bits are those of the command line, the odd bar is found and gone to, and the rules are reported at once', async (t) => {
  const key = findKey(chorales.test[0], true);
  await visit(t, { hash: `panel=measure&tune=${tuneOf(broken, key)}` }, async ({ page }) => {
    const faults = faultsOf(broken);
    t.is(await page.locator('.faults li').count(), faults.length);
    t.is(await page.locator('.faults li').first().innerText(), `${faults[0].place}\n${faults[0].words}`);
    await button(page, 'Measure').click();
    await page.waitForSelector('.bar-row');
    const { flow } = await openModel('chorales');
    const bits = await pieceBits(flow, broken, { seed: 0, draws: 0, key, executor: 'wasm' });
    t.is(await figure(page, 'Bits per note'), withError(bits.denoising.bitsPerNote, bits.denoising.standardError));
    t.deepEqual(
      bits.bars.filter(({ odd }) => odd).map(({ bar }) => bar),
      [3],
    );
    t.is(await page.getByRole('heading', { name: /odd/i }).innerText(), 'The odd bar is 3');
    t.is(await page.locator('.bar-row').count(), 6);
    await page.locator('svg.surprise').waitFor();
    await page.getByLabel('On the roll').selectOption('bound');
    await button(page, 'bar 3 (odd)').click();
    await shown(t, page);
  });
});

const melody = 'G G A G | c B A2 | G G A B | c4';
const manner = { seed: 5, index: 0, count: 1, best: 1, steps: 6, temperature: 0.8, polish: 0 };
const address = 'seed=5&temperature=0.8&polish=0';

test.serial('a typed melody gets its harmony, note for note as on the command line; kept voices stay and are locked', async (t) => {
  const hash = `${address}&panel=harmonise&tune=${tune(piece)}`;
  await visit(t, { hash, width: 390, height: 800 }, async ({ page }) => {
    await page.getByLabel(/^Typed/).fill('| |');
    await button(page, 'Lay it on the desk').click();
    await trouble(page, 'what was typed is no melody');
    await page.getByRole('button', { name: 'Dismiss' }).click();
    await page.getByLabel(/^Typed/).fill(melody);
    await button(page, 'Lay it on the desk').click();
    const laid = await tuneOnDesk(page, tune(piece));
    const typed = typedMelody(melody).score;
    t.deepEqual(laid.score, typed);
    t.is(await page.locator('.laid').innerText(), 'What was typed: 4 bars, soprano');
    await shown(t, page);
    await page.locator('.keep').getByLabel('Bass').check();
    await page.locator('.keep').getByLabel('Soprano').uncheck();
    t.true(await button(page, 'Harmonise').isDisabled(), 'the bass is silent: nothing would stay');
    await page.locator('.keep').getByLabel('Soprano').check();
    await page.locator('.keep').getByLabel('Bass').uncheck();
    await button(page, 'Harmonise').click();
    await page.waitForFunction(() => {
      const voices = new URLSearchParams(location.hash.slice(1)).get('tune')?.split('.') ?? [];
      return voices.length === 5 && !voices.slice(2).some((voice) => voice.startsWith('xx'));
    });
    const harmonised = await tuneOnDesk(page);
    const { flow } = await openModel('chorales');
    const [expected] = await rework(flow, keepVoices(typed, [0]), { ...manner, key: laid.key, executor: 'wasm' });
    t.deepEqual(harmonised.score, expected.score);
    harmonised.score.pitches.forEach((pitch, i) => t.true(i % 4 !== 0 || pitch === typed.pitches[i]));
    t.true(harmonised.locked.every((locked, i) => locked === Number(i % 4 === 0)));
  });
});
