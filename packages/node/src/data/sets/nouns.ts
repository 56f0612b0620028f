import { AdvectError } from '@advect/base/errors';
import { integers, key, split } from '@advect/core/random';
import { type DataFile, dataFile, type DataSettings } from '../data-file.js';
import { inMemory, type SampleSet, type Samples } from '../data-set.js';

const side = 32;

/** What the glasses are called, in the order of the package: the classes. */
const glasses = [
  'hip rose',
  'black, eyes red',
  'black RGB',
  'black',
  'blue, half saturated',
  'blue',
  'frog green',
  'full black',
  'green and blue',
  'light grey',
  'guava',
  'honey',
  'magenta',
  'orange',
  'pink and purple',
  'red',
  'smoke',
  'teal',
  'watermelon',
  'yellow and orange',
  'yellow',
  'deep teal',
  'grass',
] as const;

const file: DataFile = {
  name: 'image-data.json',
  url: 'https://cdn.jsdelivr.net/npm/@nouns/assets@0.10.0/dist/image-data.json',
  sha256: 'c87809b865e62d85ba8e3d1d6c4bf2eab12e50602623647f6ce9ac4b1c18af4e',
  limit: 2 ** 20,
};

/**
 * Pixel-art figures composed of parts: 30 bodies, 143 accessories, 254 heads and 23 glasses, by which they are labelled, on 2
 * backgrounds, each equally likely. The distribution is known, so that what a model covers and what it copies can be counted; there is no
 * end of samples, hence `count` and `seed`. The samples to measure with have a stream of their own.
 */
export const nouns: SampleSet = {
  name: 'nouns',
  folder: 'nouns32-parts',
  title: 'Nouns, figures of known parts',
  by: 'the Nouns project',
  licence: 'CC0 1.0',
  homepage: 'https://nouns.wtf',
  kind: 'pictures',
  event: [side, side, 3],
  levels: 256,
  classes: glasses,
  counts: { train: 50_000, test: 5000 },
  remark: '50,124,360 pictures are equally likely; `count` and `seed` say which are drawn.',
  forms: [
    inMemory([file], ([json], { count, seed }) => {
      const parts = readParts(new TextDecoder().decode(json));
      return { train: draw(parts, count, seed, 'train'), test: draw(parts, Math.ceil(count / 10), seed, 'test') };
    }),
  ],
};

/** What the figures are composed of. */
export interface NounParts {
  readonly backgrounds: readonly Colour[];
  /** Colours by number; number 0 is transparent. */
  readonly palette: readonly Colour[];
  /** Bodies, accessories, heads and glasses, in the order in which they are drawn. */
  readonly layers: readonly (readonly Uint8Array[])[];
}

type Colour = readonly [red: number, green: number, blue: number];

/** The parts that the figures of the set are composed of, found or fetched as `openSet` does. */
export const readNounParts = async (settings: Omit<DataSettings, 'set'>): Promise<NounParts> =>
  readParts(new TextDecoder().decode(await dataFile(file, { ...settings, set: nouns.folder })));

/** Reads the parts of the npm package @nouns/assets. */
export function readParts(json: string): NounParts {
  const { bgcolors, palette, images } = JSON.parse(json) as {
    bgcolors: string[];
    palette: string[];
    images: Record<string, { data: string }[]>;
  };
  const layers = ['bodies', 'accessories', 'heads', 'glasses'].map((layer) =>
    images[layer].map(({ data }) => Uint8Array.from(Buffer.from(data.slice(2), 'hex'))),
  );
  return { backgrounds: bgcolors.map(colourOf), palette: palette.map(colourOf), layers };
}

const colourOf = (hex: string): Colour => {
  const value = parseInt(hex || '0', 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
};

/** One figure, [32, 32, 3]: a background and the number of a part for each layer. */
export function drawNoun({ backgrounds, palette, layers }: NounParts, background: number, chosen: readonly number[]): Uint8Array {
  const pixels = new Uint8Array(side * side * 3);
  for (let at = 0; at < pixels.length; at += 3) pixels.set(backgrounds[background], at);
  layers.forEach((parts, layer) => drawPart(pixels, parts[chosen[layer]], palette));
  return pixels;
}

/** A part is a byte for the palette, its top, right, bottom and left, and runs of (length, colour) inside of these. */
function drawPart(pixels: Uint8Array, part: Uint8Array, palette: readonly Colour[]): void {
  const [, top, right, bottom, left] = part;
  let [x, y] = [left, top];
  for (let at = 5; at + 1 < part.length; at += 2) {
    for (let run = 0; run < part[at]; run++) {
      if (y > bottom || y >= side || x >= side)
        throw new AdvectError('invalid-file', 'a part of a figure leaves its bounds', 'Fetch it again.');
      if (part[at + 1] !== 0) pixels.set(palette[part[at + 1]], (y * side + x) * 3);
      if (++x === right) [x, y] = [left, y + 1];
    }
  }
}

function draw(parts: NounParts, count: number, seed: number, part: string): Samples {
  const stream = split(split(key(seed), 'nouns'), part);
  const choices = [parts.backgrounds, ...parts.layers].map((of, i) => integers(split(stream, i), count, of.length));
  const data = new Uint8Array(count * side * side * 3);
  for (let i = 0; i < count; i++) {
    const [background, ...chosen] = choices.map((choice) => choice[i]);
    data.set(drawNoun(parts, background, chosen), i * side * side * 3);
  }
  return { x: { shape: [count, side, side, 3], data }, labels: Int32Array.from(choices[choices.length - 1]) };
}
