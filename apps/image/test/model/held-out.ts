import { optdigits } from '#src/data/optdigits.js';
import { choosePictures, type Pictures } from '#src/data/picture-set.js';
import { openModel } from '#src/files/open.js';
import { flowOf } from '#src/model/flow-of.js';

/** The shipped digits with some of the pictures that they have not learned from. */
export async function heldOutDigits(count: number, offset = 0) {
  const model = await openModel('digits8');
  const set = await optdigits();
  const step = Math.floor((set.test.count - offset) / count);
  const pictures = choosePictures(
    set.test,
    Array.from({ length: count }, (_, i) => i * step + offset),
  );
  return { model, flow: await flowOf(model), form: model.form, set, pictures };
}

/** Pictures of 8 × 8 from a function of picture and pixel. */
export const picturesFrom = (count: number, level: (picture: number, pixel: number) => number): Pictures => ({
  count,
  pixels: Uint8Array.from({ length: count * 64 }, (_, i) => level(Math.floor(i / 64), i % 64)),
  labels: new Int32Array(count).fill(-1),
});
