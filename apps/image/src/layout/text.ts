import { glyphHeight, textPixels } from './font.js';

/** Pixels of a sheet, three bytes each. */
export interface Canvas {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

export const ink = [150, 162, 180] as const;

/** Writes one line in ink, its left upper corner at x and y, each pixel of a letter a square of `dot` pixels. */
export function write(canvas: Canvas, text: string, x: number, y: number, dot: number): void {
  for (const [column, row] of textPixels(text).pixels) {
    for (let i = 0; i < dot * dot; i++) {
      const at = (y + row * dot + Math.floor(i / dot)) * canvas.width + x + column * dot + (i % dot);
      canvas.data.set(ink, 3 * at);
    }
  }
}

/** Pixels along a line of text, and across it. */
export const widthOf = (text: string, dot: number): number => textPixels(text).width * dot;
export const heightOf = (dot: number): number => glyphHeight * dot;

/** The largest square for a letter's pixel, at most `dot`, with which all texts fit into a width; 1 where none does. */
export function fittingDot(texts: readonly string[], width: number, dot: number): number {
  const longest = Math.max(1, ...texts.map((text) => textPixels(text).width));
  return Math.max(1, Math.min(dot, Math.floor(width / longest)));
}

/** As many letters as fit into a width. */
export const cutTo = (text: string, width: number, dot: number): string => text.slice(0, Math.max(1, Math.floor((width / dot + 1) / 6)));
