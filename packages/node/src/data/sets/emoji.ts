import { AdvectError } from '@advect/base/errors';
import type { DataFile } from '../data-file.js';
import { inMemory, type SampleSet, type Samples } from '../data-set.js';
import type { Picture } from '../../terminal-picture.js';
import { holdOutTenth, labelsOf, rawPictures } from './packed-pictures.js';

const classes = [
  'Activities',
  'Animals & Nature',
  'Component',
  'Flags',
  'Food & Drink',
  'Objects',
  'People & Body',
  'Smileys & Emotion',
  'Symbols',
  'Travel & Places',
];

const side = 32;
const cell = side + 2;
const from = 'https://cdn.jsdelivr.net/npm/emoji-datasource-google@16.0.0/';

const sheetFiles: readonly DataFile[] = [
  {
    name: 'sheet-32.png',
    url: `${from}img/google/sheets/32.png`,
    sha256: 'b417e9f6cd4bbc10656bbfd5e13b6e9a2545b55e6a4cf7312d75be1faaa34952',
    limit: 8 * 2 ** 20,
  },
  {
    name: 'emoji.json',
    url: `${from}emoji.json`,
    sha256: '1d602e65be88772bf8cc368ce16b855d719eeddbafe128d471b80203f494d29f',
    limit: 4 * 2 ** 20,
  },
];

/** Noto emoji, red, green, blue and opacity, shrunk to 32 × 32 by the makers of the npm package emoji-datasource-google. */
export const emoji: SampleSet = {
  name: 'emoji',
  folder: 'emoji32-noto',
  title: 'Noto emoji',
  by: 'Google (Noto Emoji), by way of emoji-data by C. Henderson',
  licence: 'Apache-2.0',
  homepage: 'https://github.com/iamcal/emoji-data',
  kind: 'pictures',
  event: [side, side, 4],
  levels: 256,
  classes,
  counts: { train: 3390, test: 377 },
  remark: 'Half of them show people in other skin tones. Transparent around: lay them on a colour (onColour).',
  forms: [
    inMemory(
      [
        {
          name: 'noto32.bin.gz',
          sha256: 'a1a82e35b0386f894ff15fdee99722a2077d6b4537fa596f53777a93e37a3590',
          limit: 6 * 2 ** 20,
          unzipped: { limit: 16 * 2 ** 20, hashed: 'inside' },
        },
        { name: 'noto32.json', sha256: '2a2bb0477be56aa09875b60c934dfd9e9f8624e734c9a1aa312faf24059b91ec', limit: 2 ** 20 },
      ],
      ([bytes, about]) => {
        const x = rawPictures(bytes, [side, side, 4]);
        return holdOutTenth({ x, labels: labelsOf(about, x.shape[0], classes.length) });
      },
    ),
    inMemory(sheetFiles, async ([png, json], { decode }) => {
      if (!decode) throw new AdvectError('invalid-option', 'the emoji come as a PNG picture', 'Give `decode`, which reads one.');
      return holdOutTenth(cutSheet(await decode(png), JSON.parse(new TextDecoder().decode(json)) as readonly Emoji[]));
    }),
  ],
};

interface Emoji extends Cell {
  readonly category: string;
  readonly skin_variations?: Readonly<Record<string, Cell>>;
}

interface Cell {
  readonly has_img_google: boolean;
  readonly sheet_x: number;
  readonly sheet_y: number;
}

/** Every emoji that the sheet has, then their variants in other skin tones, without copies; transparent pixels are all 0. */
function cutSheet(sheet: Picture, list: readonly Emoji[]): Required<Samples> {
  if (sheet.channels !== 4) throw new AdvectError('invalid-file', 'the sheet of emoji has no opacity', 'Decode it as RGBA.');
  const variants = list.flatMap(({ category, skin_variations: others = {} }) =>
    Object.values(others).map((variant) => ({ ...variant, category })),
  );
  const cut = new Map<string, { pixels: Uint8Array; label: number }>();
  for (const entry of [...list, ...variants]) {
    if (!entry.has_img_google) continue;
    const pixels = cutCell(sheet, entry.sheet_x * cell + 1, entry.sheet_y * cell + 1);
    const name = Buffer.from(pixels.buffer).toString('latin1');
    if (!cut.has(name)) cut.set(name, { pixels, label: classes.indexOf(entry.category) });
  }
  const data = new Uint8Array(cut.size * side * side * 4);
  [...cut.values()].forEach(({ pixels }, i) => data.set(pixels, i * pixels.length));
  return { x: rawPictures(data, [side, side, 4]), labels: Int32Array.from([...cut.values()], ({ label }) => label) };
}

function cutCell({ width, height, data }: Picture, left: number, top: number): Uint8Array {
  if (!(left >= 0 && top >= 0 && left + side <= width && top + side <= height)) {
    throw new AdvectError('invalid-file', `an emoji lies at ${left}, ${top}, outside of the sheet`, 'Fetch the files again.');
  }
  const pixels = new Uint8Array(side * side * 4);
  for (let y = 0; y < side; y++) {
    const start = ((top + y) * width + left) * 4;
    pixels.set(data.subarray(start, start + side * 4), y * side * 4);
  }
  for (let at = 0; at < pixels.length; at += 4) if (pixels[at + 3] === 0) pixels.fill(0, at, at + 3);
  return pixels;
}
