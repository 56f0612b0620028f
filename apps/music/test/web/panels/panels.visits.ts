import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withError } from '@advect/web';
import { saved } from '@advect/testkit/page';
import test from 'ava';
import { writePiece } from '#src/codec/piece-file.js';
import { pieceOfGroove } from '#src/codec/groove-piece.js';
import { pieceOfScore } from '#src/codec/score-piece.js';
import { findKey } from '#src/data/musical-key.js';
import { openModel } from '#src/files/open.js';
import { faultsOf } from '#src/metrics/faults.js';
import { keepVoices } from '#src/model/draft.js';
import { heldOutOf, standingOf } from '#src/model/held-out.js';
import { morphPieces } from '#src/model/morph-pieces.js';
import { pieceBits } from '#src/model/piece-bits.js';
import { rework } from '#src/model/rework.js';
import { joinScores, notesOf, type Score, scoreOf, sliceScore, voiceNames } from '#src/score.js';
import { firstBeat } from '#src/web/groove/first-beat.js';
import { typedMelody } from '#src/web/panels/harmonise/typed-melody.js';
import { chorale, chorales } from '../../fixtures/chorales.js';
import { run } from '../../fixtures/run.js';
import { quick, visit } from '../visit.js';
import { button, drop, figure, shown, trouble, tuneOf, tuneOnDesk } from './on-page.js';

const [piece, other] = [sliceScore(chorale, 0, 32), sliceScore(chorales.test[0], 0, 32)];
const tune = (score: Score): string => tuneOf(score, findKey(score, true));

/** The third bar is scrambled. */
const broken = joinScores([
  sliceScore(chorales.test[0], 0, 16),
  scoreOf(Array.from({ length: 8 }, (_, step) => [74 - step, 61 + ((5 * step) % 7), 54 + ((3 * step) % 8), 41 + ((7 * step) % 11)])),
  sliceScore(chorales.test[0], 24, 32),
]);

test.serial('bits are those of the command line, the odd bar is found and gone to, and the rules are reported at once', async (t) => {
  const key = findKey(chorales.test[0], true);
  await visit(t, { hash: `panel=measure&tune=${tuneOf(broken, key)}` }, async ({ page }) => {
    const faults = faultsOf(broken);
    t.is(await page.locator('.faults li').count(), faults.length);
    t.is(await page.locator('.faults li').first().innerText(), `${faults[0].place}\n${faults[0].words}`);
    await button(page, 'Measure').click();
    await page.waitForSelector('.bar-row');
    const { flow, manifest } = await openModel('chorales');
    const bits = await pieceBits(flow, broken, { seed: 0, draws: 0, key, executor: 'wasm' });
    t.is(await figure(page, 'Bits per note'), withError(bits.denoising.bitsPerNote, bits.denoising.standardError));
    const { percentile } = standingOf(bits.denoising.bitsPerNote, broken.steps, heldOutOf(manifest)!);
    t.is(await figure(page, 'More usual than'), `${Math.round(percentile)} %`);
    t.deepEqual(
      bits.bars.filter(({ odd }) => odd).map(({ bar }) => bar),
      [3],
    );
    t.is(await page.getByRole('heading', { name: /odd/i }).innerText(), 'The odd bar is 3');
    t.is(await page.locator('.bar-row').count(), 4);
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
  await visit(t, { hash }, async ({ page }) => {
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

test.serial('two files that are dropped morph into one another; each tune plays, all play as one, any goes to the desk', async (t) => {
  await visit(t, { hash: `panel=morph&tune=${tune(piece)}` }, async ({ page }) => {
    const midi = (score: Score) =>
      writePiece('x.mid', pieceOfScore(score, { tempo: 80, key: findKey(score, true), program: 52, title: 'x', settings: {} }));
    await drop(page, [
      { name: 'one.mid', bytes: midi(piece) },
      { name: 'two.mid', bytes: midi(other) },
    ]);
    const kept = page.locator('.shelf .shelf-choose');
    await page.waitForFunction(() => document.querySelectorAll('.shelf .shelf-choose').length === 2);
    await page.locator('.shelf').getByRole('button', { name: 'To the desk: two' }).click();
    t.deepEqual((await tuneOnDesk(page, tune(piece))).score, other);
    await kept.nth(0).click();
    await kept.nth(1).click();
    await page.getByLabel('Tunes in between').fill('1');
    await button(page, 'Morph').click();
    await page.waitForSelector('.walk');
    t.is(await page.locator('.walk-step').count(), 3);
    const { flow } = await openModel('chorales');
    const { pieces } = await morphPieces(flow, piece, other, { count: 3, seed: 0, executor: 'wasm' });
    await button(page, 'To the desk: 1 of 1').click();
    t.deepEqual((await tuneOnDesk(page, tune(other))).score, pieces[1].score);
    await button(page, 'All to the desk').click();
    const whole = await tuneOnDesk(page, tuneOf(pieces[1].score, pieces[1].key));
    t.deepEqual(whole.score, joinScores(pieces.map(({ score }) => score)));
    await button(page, 'Play all as one').click();
    await button(page, 'Stop').waitFor();
    await button(page, /^Play two/).click();
    await button(page, /^Stop two/).click();
    await button(page, 'Swap').click();
    t.regex(await kept.nth(0).innerText(), /^To: one/);
    await button(page, 'Choose anew').click();
    t.true(await button(page, 'Morph').isDisabled());
    await shown(t, page);
    await button(page, 'Remove one').click();
    await page.waitForFunction(() => document.querySelectorAll('.shelf .shelf-choose').length === 1);
    await button(page, 'Keep this piece').click();
    await page.waitForFunction(() => document.querySelectorAll('.shelf .shelf-choose').length === 2);
  });
});

test.serial('the sheet has the notes of the piece, follows what sounds, is saved, and prints alone', async (t) => {
  await visit(t, { hash: `panel=sheet&tune=${tune(piece)}` }, async ({ page }) => {
    await page.waitForSelector('.sheet[data-ready="true"] svg');
    const notes = voiceNames.flatMap((_, voice) => notesOf(piece, voice));
    // A note over a bar line is two that are tied.
    const tied = notes.filter(({ start, length }) => Math.floor(start / 8) !== Math.floor((start + length - 1) / 8)).length;
    t.is(await page.locator('.sheet .abcjs-note').count(), notes.length + tied);
    t.is(await page.locator('.sheet svg').count(), 2, 'the title, and one system of four bars');
    await page.getByLabel('Staves').selectOption('four');
    await page.waitForFunction(() => document.querySelectorAll('.sheet .abcjs-clef').length === 4);
    const file = await saved(page, () => button(page, 'Save as SVG').click());
    t.regex(file.name, /^chorale-in-.*\.svg$/);
    const svg = new TextDecoder().decode(file.bytes);
    t.is(
      await page.evaluate((text) => new DOMParser().parseFromString(text, 'image/svg+xml').querySelectorAll('.abcjs-clef').length, svg),
      4,
    );
    await page.locator('.transport .play').click();
    await page.waitForFunction(() => document.querySelectorAll('.sheet .sounds').length === 4);
    await page.locator('.transport .play').click();
    await page.waitForFunction(() => document.querySelectorAll('.sheet .sounds').length === 0);
    await shown(t, page);
    await page.waitForFunction(() =>
      [...document.querySelectorAll<SVGSVGElement>('.sheet svg')].every((system) => {
        const { x, width } = system.querySelector('g')!.getBBox();
        return x + width <= system.viewBox.baseVal.width + 1;
      }),
    );
    await page.emulateMedia({ media: 'print' });
    t.false(await page.locator('.stage').isVisible());
    t.true(await page.locator('.sheet').isVisible());
  });
});

test.serial(
  'MIDI and WAV are those of the command line, byte for byte, and bring page and notes back; bad files are told of',
  async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'advect-save-'));
    t.teardown(() => rm(folder, { recursive: true, force: true }));
    await visit(t, { hash: 'seed=7&polish=0.3&tempo=100&instrument=organ&panel=save' }, async ({ page }) => {
      const midi = await saved(page, () => button(page, 'MIDI').click());
      const wav = await saved(page, () => button(page, 'WAV').click());
      t.deepEqual([midi.name, wav.name], ['chorale-7.mid', 'chorale-7.wav']);
      const made = ['--seed', '7', '--best', '1', '--steps', '6', '--polish', '0.3', '--tempo', '100', '--instrument', 'organ'];
      const { code, err } = await run(['compose', ...made, '--quiet', '-o', join(folder, 'x')], { env: { ADVECT_EXECUTOR: 'wasm' } });
      t.is(code, 0, err);
      t.true((await readFile(join(folder, 'x.mid'))).equals(midi.bytes));
      t.true((await readFile(join(folder, 'x.wav'))).equals(wav.bytes));

      await page.evaluate((hash) => (location.hash = hash), `seed=1&tune=${tune(piece)}&panel=save&${quick}`);
      await page.waitForFunction(() => document.querySelectorAll('.roll .note').length > 0 && location.hash.includes('seed=1&'));
      const edited = await saved(page, () => button(page, 'WAV').click());
      await drop(page, [{ name: 'tune.wav', bytes: wav.bytes }]);
      await page.waitForFunction(() => /seed=7/.test(location.hash) && /tempo=100/.test(location.hash) && !/tune=/.test(location.hash));
      const again = await saved(page, () => button(page, 'MIDI').click());
      t.true(
        midi.bytes.every((byte, i) => byte === again.bytes[i]) && midi.bytes.length === again.bytes.length,
        'the sound brought its settings, and they its notes',
      );
      await drop(page, [{ name: 'edited.wav', bytes: edited.bytes }]);
      t.deepEqual((await tuneOnDesk(page)).score, piece, 'sound of notes that no seed gives holds them');

      const forged = midi.bytes.slice();
      new DataView(forged.buffer).setUint32(18, 0xffffffff);
      await drop(page, [{ name: 'forged.mid', bytes: forged }]);
      await trouble(page, 'claims 4294967295 bytes');
      await drop(page, [{ name: 'notes.pdf', bytes: Buffer.from('%PDF-1.7') }]);
      await trouble(page, 'neither MIDI, ABC nor MusicXML');
      const five = Buffer.from("X:1\nM:3/4\nL:1/4\nK:C\n[Cceg c']3|[Cceg c']3|\n");
      await page.getByLabel('A file to open').setInputFiles({ name: 'five.abc', mimeType: 'text/plain', buffer: five });
      await page.waitForFunction(() => /five/.test(document.querySelector('.laid')?.textContent ?? ''));
      const remarks = (await page.locator('.laid li').allInnerTexts()).join();
      t.regex(remarks, /metre is 3\/4/);
      t.regex(remarks, /more than four voices/);
      t.regex(await page.locator('.transport p').innerText(), /^2 bars · ♩ = 120 · from five/);
      await shown(t, page);
      await drop(page, [{ name: 'beat.mid', bytes: writePiece('beat.mid', pieceOfGroove(firstBeat, { tempo: 90, title: '' })) }]);
      await page.waitForSelector('.beat-cell[aria-selected="true"]');
      await page.waitForFunction(() => /♩ = 90/.test(document.querySelector('.transport p')!.textContent ?? ''));
    });
  },
);
