import type { Picture } from './picture.js';
import { type Canvas, cutTo, fittingDot, heightOf, widthOf, write } from './text.js';

/** One row of a contact sheet: what stands before it, its pictures, all of one size, and what stands under each. */
export interface SheetRow {
  readonly title: string;
  readonly pictures: readonly Picture[];
  readonly captions?: readonly string[];
}

export interface SheetTitles {
  /** Over each column. */
  readonly columns?: readonly string[];
  /** What columns and rows stand for. */
  readonly across?: string;
  readonly down?: string;
  /** A line under all. */
  readonly foot?: string;
}

const paper = [16, 20, 28] as const;
const longestTitle = 12;

/** Rows of pictures on a dark sheet with narrow gaps, and what is written around them where there is anything. */
export function contactSheet(rows: readonly SheetRow[], { columns = [], across = '', down = '', foot = '' }: SheetTitles = {}): Picture {
  const tile = rows[0].pictures[0];
  const gap = Math.max(2, Math.round(tile.width / 10));
  const margin = 2 * gap;
  const dot = Math.max(1, Math.round(tile.height / 24));
  const small = fittingDot([...columns, ...rows.flatMap(({ captions = [] }) => captions)], tile.width, Math.max(1, dot - 1));
  const line = (text: string | boolean): number => (text ? heightOf(small) + gap : 0);

  const titles = rows.map(({ title }) => title.slice(0, longestTitle));
  const titleWidth = Math.max(widthOf(down, small), ...titles.map((title) => widthOf(title, dot)));
  const left = margin + (titleWidth > 0 ? titleWidth + margin : 0);
  const top = margin + line(across) + line(columns.length > 0);
  const step = tile.height + gap + line(rows.some(({ captions = [] }) => captions.length > 0));
  const count = Math.max(...rows.map(({ pictures }) => pictures.length));
  const footDot = fittingDot([foot], left + count * (tile.width + gap) - margin, small);
  const width = left + count * (tile.width + gap) - gap + margin;
  const height = top + rows.length * step - gap + margin + (foot ? heightOf(footDot) + gap : 0);
  const sheet: Canvas = { width, height, data: new Uint8Array(width * height * 3) };
  for (let i = 0; i < width * height; i++) sheet.data.set(paper, 3 * i);

  const columnLeft = (c: number): number => left + c * (tile.width + gap);
  const centred = (given: string, c: number, y: number): void => {
    const text = cutTo(given, tile.width + gap, small);
    write(sheet, text, columnLeft(c) + Math.floor((tile.width - widthOf(text, small)) / 2), y, small);
  };
  write(sheet, cutTo(across, width - left, small), left, margin, small);
  write(sheet, down, margin + titleWidth - widthOf(down, small), margin + line(across), small);
  columns.forEach((title, c) => centred(title, c, margin + line(across)));
  rows.forEach(({ pictures, captions = [] }, r) => {
    const y = top + r * step;
    pictures.forEach((picture, c) => paste(sheet, picture, columnLeft(c), y));
    captions.forEach((caption, c) => centred(caption, c, y + tile.height + Math.ceil(gap / 2)));
    write(sheet, titles[r], margin + titleWidth - widthOf(titles[r], dot), y + Math.floor((tile.height - heightOf(dot)) / 2), dot);
  });
  write(sheet, cutTo(foot, width - 2 * margin, footDot), margin, height - margin - heightOf(footDot), footDot);
  return { width, height, channels: 3, data: sheet.data };
}

function paste(sheet: Canvas, { width, height, channels, data }: Picture, left: number, top: number): void {
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < 3; c++) {
        sheet.data[3 * ((top + y) * sheet.width + left + x) + c] = data[(y * width + x) * channels + (channels === 1 ? 0 : c)];
      }
    }
  }
}
