import { closeBrowser, faultsOf, overhang } from '@advect/testkit/page';
import test from 'ava';
import type { Page } from 'playwright-core';
import { visit } from '../visit.js';

test.after.always(closeBrowser);

interface Fake {
  asked: number;
  readonly input: { onmidimessage: ((event: { data: Uint8Array }) => void) | null };
}

declare const fake: Fake;

/** A keyboard and an organ in place of those of the computer. */
const plugIn = (page: Page): Promise<void> =>
  page.evaluate(() => {
    const input = { id: 'in', name: 'Fake keys', state: 'connected', onmidimessage: null };
    const output = { id: 'out', name: 'Fake organ', state: 'connected' };
    Object.assign(globalThis, { fake: { asked: 0, input } });
    Object.assign(navigator, {
      requestMIDIAccess() {
        fake.asked++;
        return Promise.resolve({ inputs: new Map([['in', input]]), outputs: new Map([['out', output]]), onstatechange: null });
      },
    });
  });

test.serial('keys, mouse and a MIDI keyboard hold notes; devices are asked for in a gesture only', async (t) => {
  await visit(t, { hash: 'seed=7&tempo=120&panel=live' }, async ({ page }) => {
    await plugIn(page);
    const button = (name: string) => page.locator('.panel').getByRole('button', { name, exact: true });
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
    t.deepEqual(await faultsOf(page), []);
    t.is(await overhang(page), 0);
  });
});
