import type { Picture } from './picture.js';
import { glyphHeight, textPixels } from './font.js';

/** One row of a contact sheet: what stands before it, and its pictures, all of one size. */
export interface SheetRow {
  readonly title: string;
  readonly pictures: readonly Picture[];
}

const paper = [16, 20, 28] as const;
const ink = [150, 162, 180] as const;
const longestTitle = 12;

/** Rows of pictures on a dark sheet with narrow gaps, and the rows' titles on the left where they have any. */
export function contactSheet(rows: readonly SheetRow[]): Picture {
  const tile = rows[0].pictures[0];
  const gap = Math.max(2, Math.round(tile.width / 10));
  const margin = 2 * gap;
  const titles = rows.map((row) => textPixels(row.title.slice(0, longestTitle)));
  const dot = Math.max(1, Math.round(tile.height / 24));
  const titleWidth = Math.max(...titles.map((title) => title.width)) * dot;
  const left = margin + (titleWidth > 0 ? titleWidth + margin : 0);
  const columns = Math.max(...rows.map((row) => row.pictures.length));
  const width = left + columns * (tile.width + gap) - gap + margin;
  const height = 2 * margin + rows.length * (tile.height + gap) - gap;
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++) data.set(paper, 3 * i);

  rows.forEach((row, r) => {
    const top = margin + r * (tile.height + gap);
    row.pictures.forEach((picture, c) => paste(data, width, picture, left + c * (tile.width + gap), top));
    const titleTop = top + Math.floor((tile.height - glyphHeight * dot) / 2);
    const titleLeft = margin + titleWidth - titles[r].width * dot;
    for (const [x, y] of titles[r].pixels) {
      for (let i = 0; i < dot * dot; i++) {
        data.set(ink, 3 * ((titleTop + y * dot + Math.floor(i / dot)) * width + titleLeft + x * dot + (i % dot)));
      }
    }
  });
  return { width, height, channels: 3, data };
}

function paste(sheet: Uint8Array, sheetWidth: number, { width, height, channels, data }: Picture, left: number, top: number): void {
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < 3; c++) {
        sheet[3 * ((top + y) * sheetWidth + left + x) + c] = data[(y * width + x) * channels + (channels === 1 ? 0 : c)];
      }
    }
  }
}
