import { type NdArray, sizeOf } from '@advect/base/array';
import { AdvectError } from '@advect/base/errors';
import { boolean, integer, readOptions } from '@advect/base/options';
import { integers, type Key, rademachers, split } from '../random/index.js';

/** Pictures, [count, height, width, channels], in whole levels. */
export type Pictures = NdArray<Uint8Array>;

export interface AugmentPicturesOptions {
  /** Mirrors left and right in half of the cases; false unless given. */
  readonly flip?: boolean;
  /** Moves by up to so many pixels along each side; what comes in at the edge repeats it. 0 unless given. */
  readonly shift?: number;
}

/**
 * Pictures changed at random: mirrored, moved. Picture i depends on its own key alone, so that the same item is changed in
 * the same way in whatever batch it comes (`batches` gives each item its key).
 */
export function augmentPictures(x: Pictures, keys: readonly Key[], options?: AugmentPicturesOptions): Pictures {
  const { flip, shift } = readOptions<Required<AugmentPicturesOptions>>('augmentPictures', options, {
    flip: boolean(false),
    shift: integer({ default: 0, min: 0, max: 1024 }),
  });
  const [count, height, width, channels] = checkPictures(x, 'augmentPictures');
  if (keys.length !== count) {
    throw new AdvectError('invalid-shape', `augmentPictures: ${keys.length} keys for ${count} pictures`, 'Give one key for each.');
  }
  const out = new Uint8Array(x.data.length);
  const inside = (v: number, size: number): number => Math.min(size - 1, Math.max(0, v));
  for (let n = 0; n < count; n++) {
    const mirrored = flip && rademachers(split(keys[n], 'flip'), 1)[0] > 0;
    const [down, right] = integers(split(keys[n], 'shift'), 2, 2 * shift + 1).map((v) => v - shift);
    const start = n * height * width * channels;
    for (let row = 0; row < height; row++) {
      const from = inside(row - down, height);
      for (let column = 0; column < width; column++) {
        const moved = inside(column - right, width);
        const source = start + (from * width + (mirrored ? width - 1 - moved : moved)) * channels;
        const target = start + (row * width + column) * channels;
        for (let c = 0; c < channels; c++) out[target + c] = x.data[source + c];
      }
    }
  }
  return { shape: x.shape, data: out };
}

/** Pictures with opacity as their fourth channel, laid on a colour: [count, height, width, 3], rounded to whole levels. */
export function onColour(x: Pictures, colour: readonly [red: number, green: number, blue: number]): Pictures {
  const [count, height, width, channels] = checkPictures(x, 'onColour');
  if (channels !== 4)
    throw new AdvectError('invalid-shape', `onColour: pictures have ${channels} channels`, 'Give red, green, blue and opacity.');
  const data = new Uint8Array(count * height * width * 3);
  for (let pixel = 0; pixel < data.length / 3; pixel++) {
    const opacity = x.data[4 * pixel + 3];
    for (let c = 0; c < 3; c++) data[3 * pixel + c] = Math.round((x.data[4 * pixel + c] * opacity + colour[c] * (255 - opacity)) / 255);
  }
  return { shape: [count, height, width, 3], data };
}

function checkPictures({ shape, data }: Pictures, where: string): readonly number[] {
  if (shape.length === 4 && data.length === sizeOf(shape)) return shape;
  throw new AdvectError(
    'invalid-shape',
    `${where}: pictures have the shape [${shape.join(', ')}]`,
    'Give [count, height, width, channels].',
  );
}
