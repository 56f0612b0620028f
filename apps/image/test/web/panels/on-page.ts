import type { Page } from 'playwright-core';
import sharp from 'sharp';

/** Levels of a canvas once that what changed before has been painted; digits8 has 17. */
export const levelsOf = (page: Page, selector: string): Promise<number[]> =>
  page
    .locator(selector)
    .first()
    .evaluate(async (canvas: HTMLCanvasElement) => {
      await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 60)));
      const copy = document.createElement('canvas');
      [copy.width, copy.height] = [canvas.width, canvas.height];
      const context = copy.getContext('2d', { willReadFrequently: true })!;
      context.drawImage(canvas, 0, 0);
      const { data } = context.getImageData(0, 0, copy.width, copy.height);
      return Array.from({ length: data.length / 4 }, (_, i) => Math.round((data[4 * i] * 16) / 255));
    });

export const button = (page: Page, name: string) => page.locator('.panel').getByRole('button', { name, exact: true });
export const atHand = (page: Page, name: string) => page.locator('.choice').getByRole('button', { name, exact: true });

/** Drops files on the page as a visitor does. */
export const drop = (page: Page, files: readonly { name: string; type: string; bytes: Uint8Array }[], onto = 'body'): Promise<void> =>
  page.locator(onto).evaluate(
    (element, files) => {
      const data = new DataTransfer();
      for (const { name, type, text } of files) {
        data.items.add(new File([Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))], name, { type }));
      }
      element.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
    },
    files.map(({ name, type, bytes }) => ({ name, type, text: Buffer.from(bytes).toString('base64') })),
  );

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** A black picture with a white rectangle, as a PNG file. */
export const whiteOnBlack = (width: number, height: number, { left, top, ...size }: Box): Promise<Uint8Array> =>
  sharp({ create: { width, height, channels: 3, background: '#000' } })
    .composite([{ input: { create: { ...size, channels: 3, background: '#fff' } }, left, top }])
    .png()
    .toBuffer();
