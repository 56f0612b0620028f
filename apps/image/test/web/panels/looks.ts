import { contrastFaultsOf, faultsOf, overhang } from '@advect/testkit/page';
import type { ExecutionContext } from 'ava';
import type { Page } from 'playwright-core';

/** Widths of phones, of which one is as narrow as WCAG 1.4.10 asks for. */
const phones = [390, 320];

/**
 * The page as it stands: no serious fault in light and in dark, and down to the narrowest phone nothing sticks out, no letters below
 * 12 pixels, nothing to touch below 24 (WCAG 2.5.8). The window is afterwards as it was.
 */
export async function shown(t: ExecutionContext, page: Page): Promise<void> {
  t.deepEqual(await faultsOf(page), []);
  t.is(await overhang(page), 0, 'nothing is wider than the page');
  const dark = await page.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches);
  await page.emulateMedia({ colorScheme: dark ? 'light' : 'dark' });
  t.deepEqual(await contrastFaultsOf(page), []);
  await page.emulateMedia({ colorScheme: dark ? 'dark' : 'light' });
  const before = page.viewportSize()!;
  for (const width of phones) {
    await page.setViewportSize({ width, height: 844 });
    t.deepEqual(await tooSmall(page), [], `at ${width} px`);
    t.is(await overhang(page), 0, `nothing is wider than ${width} px`);
  }
  await page.setViewportSize(before);
}

/** Letters and controls that are too small, and boxes that cut off what is in them. */
const tooSmall = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const seen = [...document.querySelectorAll<HTMLElement>('body *')].filter((element) => {
      const { width, height } = element.getBoundingClientRect();
      const { visibility, clipPath } = getComputedStyle(element);
      return width > 1 && height > 1 && visibility !== 'hidden' && clipPath === 'none';
    });
    const named = (what: string, element: HTMLElement): string => `${what}: ${element.outerHTML.slice(0, 100)}`;
    const letters = seen.filter((element) => {
      const says = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim());
      const scale = element instanceof SVGTextElement ? element.getScreenCTM()!.a : 1;
      return says && scale * Number.parseFloat(getComputedStyle(element).fontSize) < 12;
    });
    const controls = seen.filter((element) => {
      if (!element.matches('button, a, input, select, summary, [role=slider]')) return false;
      const area = [element, ...((element as HTMLInputElement).labels ?? [])].map((one) => one.getBoundingClientRect());
      return Math.max(...area.map(({ width }) => width)) < 24 || Math.max(...area.map(({ height }) => height)) < 24;
    });
    const cut = seen.filter(
      (element) => element.matches('dialog[open], .panel, button:not(.model)') && element.scrollWidth > element.clientWidth + 1,
    );
    return [
      ...letters.map((element) => named('letters', element)),
      ...controls.map((element) => named('control', element)),
      ...cut.map((element) => named('cut off', element)),
    ];
  });
