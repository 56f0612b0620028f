import { faultsOf, overhang } from '@advect/testkit/page';
import type { ExecutionContext } from 'ava';
import type { Page } from 'playwright-core';
import type { Score } from '#src/score.js';
import { type Piece, readPiece, writePiece } from '#src/web/state/piece-text.js';
import type { MusicalKey } from '#src/data/musical-key.js';

export const button = (page: Page, name: string | RegExp) => page.locator('.panel').getByRole('button', { name, exact: true });

/** A piece as it stands in an address. */
export const tuneOf = (score: Score, key: MusicalKey): string => writePiece({ score, key, locked: new Uint8Array(score.pitches.length) });

/** The piece on the desk as the address holds it, once it is another than `before`. */
export async function tuneOnDesk(page: Page, before?: string): Promise<Piece> {
  const handle = await page.waitForFunction((old) => {
    const tune = new URLSearchParams(location.hash.slice(1)).get('tune');
    return tune !== null && tune !== old ? tune : undefined;
  }, before);
  return readPiece((await handle.jsonValue()) as string)!;
}

export const figure = (page: Page, name: string): Promise<string> =>
  page
    .locator('.panel .figure', { has: page.locator(`dt:text-is("${name}")`) })
    .locator('dd')
    .first()
    .innerText();

/** Drops files on the page, or on a part of it, as a visitor does. */
export const drop = (page: Page, files: readonly { name: string; bytes: Uint8Array }[], onto = 'body'): Promise<void> =>
  page.locator(onto).evaluate(
    (element, files) => {
      const data = new DataTransfer();
      for (const { name, text } of files) data.items.add(new File([Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))], name));
      element.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
    },
    files.map(({ name, bytes }) => ({ name, text: Buffer.from(bytes).toString('base64') })),
  );

/** What the page says went wrong, once it does. */
export async function trouble(page: Page, says: string): Promise<void> {
  await page.waitForFunction((text) => document.querySelector('.trouble')?.textContent?.includes(text), says);
}

/** Holds where axe finds no serious fault and nothing is wider than the page, on a desk and on a phone; it stays a phone. */
export async function shown(t: ExecutionContext, page: Page): Promise<void> {
  for (const width of [1440, 390]) {
    await page.setViewportSize({ width, height: 900 });
    t.deepEqual(await faultsOf(page), [], `${width} pixels wide`);
    t.is(await overhang(page), 0, `nothing is wider than ${width} pixels`);
  }
}
