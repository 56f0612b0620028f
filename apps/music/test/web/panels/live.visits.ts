import test from 'ava';
import type { Page } from 'playwright-core';
import { pitchOf, type Spelling } from '#src/codec/spelling.js';
import { voiceNames } from '#src/score.js';
import { notesOn, visit } from '../visit.js';
import { button as buttonOf, shown } from './on-page.js';

interface Sent {
  /** 0x90 begins a note, 0x80 ends it. */
  readonly kind: number;
  readonly channel: number;
  readonly pitch: number;
  readonly velocity: number;
  readonly time: number;
}

interface Fake {
  asked: number;
  readonly sent: Sent[];
  /** When beats sound, in seconds of the audio clock: they are the only sines. */
  readonly beats: number[];
  readonly input: { onmidimessage: ((event: { data: Uint8Array }) => void) | null };
}

declare const fake: Fake;

/** A keyboard and an organ in place of those of the computer. */
const plugIn = (page: Page): Promise<void> =>
  page.evaluate(() => {
    const input = { id: 'in', name: 'Fake keys', state: 'connected', onmidimessage: null };
    const [sent, beats]: [Sent[], number[]] = [[], []];
    const output = {
      id: 'out',
      name: 'Fake organ',
      state: 'connected',
      send: ([kind, pitch, velocity]: number[], time: number) =>
        sent.push({ kind: kind & 0xf0, channel: kind & 15, pitch, velocity, time }),
    };
    const { start } = OscillatorNode.prototype;
    OscillatorNode.prototype.start = function (when = 0) {
      if (this.type === 'sine' && when > 0) beats.push(when);
      start.call(this, when);
    };
    Object.assign(globalThis, { fake: { asked: 0, input, sent, beats } });
    Object.assign(navigator, {
      requestMIDIAccess() {
        fake.asked++;
        return Promise.resolve({ inputs: new Map([['in', input]]), outputs: new Map([['out', output]]), onstatechange: null });
      },
    });
  });

/** The pitch that a note's words name, in whatever key: "Alto, E♭4, bar 1, beat 1". */
function pitchIn(words: string): string {
  const [, letter, sign, octave] = /^\w+, ([A-G])([♭♯]?)(\d), /.exec(words)!;
  return String(pitchOf({ letter: letter as Spelling['letter'], alter: ['♭', '', '♯'].indexOf(sign) - 1, octave: Number(octave) }));
}

/** Whether some come in this order among others, of which any may be left out after the first: what a page that is held up misses. */
function isIn(some: readonly string[], all: readonly string[]): boolean {
  let next = 0;
  return some[0] === all[0] && some.every((one) => (next = all.indexOf(one, next) + 1) > 0);
}

test.serial('keys, mouse and a MIDI keyboard hold notes; a device plays along, beats sound; a melody is recorded and undone', async (t) => {
  await visit(t, { hash: 'seed=7&tempo=60&panel=live' }, async ({ page }) => {
    await plugIn(page);
    const button = (name: string) => buttonOf(page, name);
    const held = () => page.getByLabel('Notes that are held').innerText();
    await page.keyboard.down('a');
    await page.keyboard.down('e');
    t.is(await held(), 'C4 E♭4');
    await page.keyboard.up('a');
    await page.keyboard.up('e');
    t.is(await held(), '–');
    await page.keyboard.press('x');
    t.is(await page.locator('.piano').getAttribute('aria-label'), 'Piano, C5 to C7');
    await button('An octave lower').click();
    await button('E4').hover();
    await page.mouse.down();
    t.is(await held(), 'E4');
    await page.mouse.up();
    t.is(await held(), '–');

    t.is(await page.evaluate(() => fake.asked), 0, 'nothing is asked without a gesture');
    await button('Use MIDI devices').click();
    t.is(await page.getByLabel('MIDI keyboards').innerText(), 'Fake keys');
    await page.evaluate(() => fake.input.onmidimessage!({ data: Uint8Array.of(0x90, 67, 100) }));
    t.is(await held(), 'G4');
    await page.evaluate(() => fake.input.onmidimessage!({ data: Uint8Array.of(0x90, 67, 0) }));
    t.is(await held(), '–');

    await page.getByLabel('The piece is also played on').selectOption('Fake organ');
    await page.getByLabel('Beats while the piece plays').check();
    const before = await notesOn(page);
    await page.locator('.transport .play').click();
    await page.waitForFunction(() => fake.beats.length >= 4 && fake.sent.filter(({ kind }) => kind === 0x90).length >= 8);
    await page.locator('.transport .play').click();
    await page.waitForFunction(
      () => fake.sent.filter(({ kind }) => kind === 0x80).length === fake.sent.filter(({ kind }) => kind === 0x90).length,
    );
    const { sent, beats } = await page.evaluate(() => ({ sent: fake.sent, beats: fake.beats }));
    const first = sent.slice(0, 4);
    t.deepEqual(
      first.map(({ kind, channel }) => [kind, channel]),
      [0, 1, 2, 3].map((channel) => [0x90, channel]),
    );
    const chord = before.filter((note) => note.includes('bar 1, beat 1') && !note.includes('half')).map(pitchIn);
    t.deepEqual(
      first.map(({ pitch }) => String(pitch)),
      chord,
      'the first chord of the piece',
    );
    t.is(new Set(first.map(({ time }) => time)).size, 1, 'at one time');
    for (const [channel, name] of voiceNames.entries()) {
      const own = sent.filter((one) => one.channel === channel);
      const begun = own.filter(({ kind }) => kind === 0x90);
      const written = before.filter((note) => note.startsWith(name)).map(pitchIn);
      const sounded = begun.map(({ pitch }) => String(pitch));
      t.true(isIn(sounded, written), `${name}: the notes of the piece in their order: ${sounded.join(' ')} of ${written.join(' ')}`);
      t.true(begun.length > 0 && begun.every(({ velocity }) => velocity === 90));
      // A note ends before the next one begins, and no message overtakes another.
      const ends = own.flatMap(({ pitch }, i) =>
        i % 2 === 0
          ? [
              [0x90, pitch],
              [0x80, pitch],
            ]
          : [],
      );
      t.deepEqual(
        own.map(({ kind, pitch }) => [kind, pitch]),
        ends,
      );
      t.true(own.every(({ time }, i) => i === 0 || time >= own[i - 1].time));
    }
    // Where the page is held up some are left out.
    const apart = beats.slice(1).map((beat, i) => Math.round(beat - beats[i]));
    t.true(apart.every((count) => count > 0));
    const perBeat = (beats.at(-1)! - beats[0]) / apart.reduce((sum, count) => sum + count, 0);
    t.true(Math.abs(perBeat - 1) < 0.1, `beats at ${beats.join(', ')} s`);

    await button('Record').click();
    const played = (words: string): Promise<unknown> =>
      page.waitForFunction(
        (text) => new RegExp(text).test(document.querySelector('.melody-strip svg')?.getAttribute('aria-label') ?? ''),
        words,
      );
    await played('Nothing yet');
    for (const [key, note] of [
      ['a', 'C4'],
      ['s', 'D4'],
      ['d', 'E4'],
    ]) {
      await page.keyboard.down(key);
      await played(`${note} ([2-9]|1[0-9])`);
      await page.keyboard.up(key);
    }
    await button('Done').click();
    await button('Harmonise it').waitFor();
    await shown(t, page);
    const soprano = await notesOn(page);
    t.deepEqual(
      soprano.map((note) => note.split(', ').slice(0, 2).join(' ')),
      ['Soprano C4', 'Soprano D4', 'Soprano E4'],
    );
    await button('Undo the take').click();
    await page.waitForFunction((count) => document.querySelectorAll('.roll .note').length === count, before.length);
    t.deepEqual(await notesOn(page), before);
  });
});
