import { fileURLToPath } from 'node:url';
import { bundle } from '@advect/web/bundle';
import test from 'ava';
import sharp from 'sharp';
import type { PictureForm } from '#src/data/picture-set.js';
import { backAndForth, enlarged, type Film, frameOf } from '#src/web/panels/save/film.js';
import type * as gif from '#src/web/panels/save/gif.js';
import { readLabel, writeLabel } from '#src/web/panels/save/label-text.js';
import { settingsFrom, settingsOf } from '#src/web/panels/save/settings-of.js';
import { parseSettings, settingsJson } from '#src/format/picture-settings.js';
import type { ModelFacts } from '#src/web/studio-verbs.js';

const classes = ['cat', 'dog', 'a+b'];
const form: PictureForm = { size: 4, channels: 1, levels: 17, classes };
const facts = { name: 'm', hash: 'ab'.repeat(32), form } as unknown as ModelFacts;

/** Frames each of one level, two of them alike. */
const film = (channels: 1 | 3): Film => ({
  form: { ...form, channels },
  frames: Uint8Array.from({ length: 5 * 16 * channels }, (_, i) => [0, 16, 16, 3, 8][Math.floor(i / 16 / channels)]),
  count: 5,
  delay: 40,
  hold: 500,
});

/** As the page has it: what encodes GIFs is no module that Node takes. */
async function bundled(): Promise<typeof gif> {
  const { programs } = await bundle({ gif: fileURLToPath(import.meta.resolve('#src/web/panels/save/gif.js')) });
  return (await import(`data:text/javascript;base64,${Buffer.from(programs.get('gif.js')!).toString('base64')}`)) as typeof gif;
}

test('a GIF has every frame, also those that are alike, the levels of grey exactly, and its delays', async (t) => {
  const { gifOf } = await bundled();
  for (const channels of [1, 3] as const) {
    const gif = gifOf(film(channels));
    const { pages, delay, loop, width } = await sharp(gif, { animated: true }).metadata();
    t.deepEqual([pages, loop, width], [5, 0, 256]);
    t.deepEqual(delay, [40, 40, 40, 40, 500]);
    for (const [page, level] of [0, 16, 16, 3, 8].entries()) {
      const [grey] = await sharp(gif, { page }).greyscale().raw().toBuffer();
      t.true(Math.abs(grey - Math.round((level * 255) / 16)) <= (channels === 1 ? 0 : 4), `${grey} ${level}`);
    }
  }
});

test('back and forth shows neither end twice', (t) => {
  const whole = backAndForth(film(1));
  t.deepEqual(
    Array.from({ length: whole.count }, (_, i) => frameOf(whole, i)[0]),
    [0, 16, 16, 3, 8, 3, 16, 16],
  );
  t.is(backAndForth({ ...film(1), frames: film(1).frames.slice(0, 32), count: 2 }).count, 2);
});

test('pixels are repeated, in their colours', (t) => {
  const rgba = enlarged([0, 8, 16, 4], { ...form, size: 2 }, 2);
  t.deepEqual(
    Array.from({ length: 16 }, (_, i) => rgba[4 * i]),
    [0, 0, 128, 128, 0, 0, 128, 128, 255, 255, 64, 64, 255, 255, 64, 64],
  );
  t.true(Array.from({ length: 16 }, (_, i) => rgba[4 * i + 3]).every((opacity) => opacity === 255));
});

test('labels are written as the command line reads them, and come back', (t) => {
  for (const label of [0, 2, -1, { a: 0, b: 1, share: 0.25 }, { a: -1, b: 1, share: 1 }])
    t.deepEqual(readLabel(writeLabel(label, classes), classes), label);
  t.is(writeLabel({ a: 0, b: 1, share: 0.25 }, classes), 'cat+dog:0.25');
  t.deepEqual(readLabel('cat+dog', classes), { a: 0, b: 1, share: 0.5 });
  t.deepEqual(
    ['bird', 'cat+bird', 'cat+dog:7', ''].map((text) => readLabel(text, classes)),
    Array(4).fill(undefined),
  );
});

test("a file's settings bring the page's back: series, single items, chosen ones, steps", (t) => {
  const solver = { method: 'heun', tolerance: 1e-3, steps: 12 } as const;
  const told = { seed: 7, items: [0, 1, 2, 3, 4, 5], labels: [0, 2, 0, 2, 0, 2], guidance: 2, temperature: 0.9, solver };
  const through = (items: number[], labels = told.labels.slice(0, items.length)) => {
    const settings = parseSettings(settingsJson(settingsOf('sample', facts, { ...told, items, labels })), 'file');
    return { settings, page: settingsFrom(settings, facts) };
  };
  const series = through(told.items);
  t.deepEqual(series.settings.label, ['cat', 'a+b']);
  t.deepEqual(series.page, { seed: 7, items: told.items, labels: [0, 2], guidance: 2, temperature: 0.9, solver });
  t.is(through([11]).settings.index, 11);
  t.is(through([11]).page.items![0], 11);
  t.deepEqual(through([4, 9, 2], [0, 2, -1]).page, {
    seed: 7,
    items: [4, 9, 2],
    labels: [0, 2, -1],
    guidance: 2,
    temperature: 0.9,
    solver,
  });
  const listed = through([4, 9, 2], [0, 2, -1]).settings;
  for (const items of [[], [-1], [0.5], [1e10], Array(65).fill(0)]) {
    t.throws(() => settingsFrom({ ...listed, options: { ...listed.options, items } }, facts), {
      message: 'this file tells of items that no wall can hang',
    });
  }
  t.throws(() => settingsFrom({ ...series.settings, model: { name: 'm', sha256: 'cd' } }, facts), {
    message: "this file was made by other weights of 'm'",
  });
});
