import test from 'ava';
import { contactSheet } from '#src/layout/contact-sheet.js';
import { textPixels } from '#src/layout/font.js';
import { invert, levelsToPicture, pictureToLevels } from '#src/layout/levels.js';

test('levels survive 8 bits, for every number of levels', (t) => {
  for (let levels = 2; levels <= 256; levels++) {
    const all = Uint8Array.from({ length: levels }, (_, i) => i);
    const picture = levelsToPicture(all, { size: 1, channels: 1, levels });
    t.deepEqual(pictureToLevels(picture, levels), all);
  }
});

test('the ends of the levels are black and white', (t) => {
  t.deepEqual([...levelsToPicture([0, 16, 8, 4], { size: 2, channels: 1, levels: 17 }).data], [0, 255, 128, 64]);
  t.deepEqual([...invert({ width: 2, height: 1, channels: 1, data: Uint8Array.of(0, 250) }).data], [255, 5]);
});

test('a sheet has its pictures side by side, rows below each other, and a title before each row', (t) => {
  const tile = (grey: number) => ({ width: 32, height: 32, channels: 1 as const, data: new Uint8Array(1024).fill(grey) });
  const rows = [
    { title: '3', pictures: [tile(255), tile(254)] },
    { title: '4', pictures: [tile(253)] },
  ];
  const sheet = contactSheet(rows);
  t.is(sheet.data.length, sheet.width * sheet.height * 3);
  const count = (value: number): number => sheet.data.filter((v, i) => i % 3 === 0 && v === value).length;
  t.deepEqual([count(255), count(254), count(253)], [1024, 1024, 1024]);
  t.is(count(150), textPixels('34').pixels.length, 'the pixels of the titles');
});

test('titles over columns, captions under pictures and a foot are written, each once, and no picture is touched', (t) => {
  const tile = (grey: number) => ({ width: 32, height: 32, channels: 1 as const, data: new Uint8Array(1024).fill(grey) });
  const sheet = contactSheet(
    [
      { title: 'A', pictures: [tile(255), tile(254)], captions: ['1.5', '-'] },
      { title: 'B', pictures: [tile(253), tile(252)], captions: ['2', '3'] },
    ],
    { columns: ['4', '8'], across: 'steps', down: 'label', foot: 'seed 7' },
  );
  const count = (value: number): number => sheet.data.filter((v, i) => i % 3 === 0 && v === value).length;
  t.deepEqual([255, 254, 253, 252].map(count), [1024, 1024, 1024, 1024]);
  const texts = ['A', 'B', '1.5', '-', '2', '3', '4', '8', 'steps', 'label', 'seed 7'];
  t.is(
    count(150),
    texts.reduce((sum, text) => sum + textPixels(text).pixels.length, 0),
  );
});

test('letters outside the font appear as hyphens', (t) => {
  t.deepEqual(textPixels('é').pixels, textPixels('-').pixels);
  t.is(textPixels('').width, 0);
  t.is(textPixels('10').width, 11);
});
