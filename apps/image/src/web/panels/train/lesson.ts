import { key, permutation, split } from '@advect/core/random';
import { pictureDim, type PictureForm, type Pictures, type PictureSet } from '../../../data/picture-set.js';
import { joined } from '../../../format/bytes.js';
import type { Lesson } from './verbs.js';

export interface LessonSettings {
  readonly name: string;
  readonly form: PictureForm;
  /** Whether mirror images are learned as well. */
  readonly mirror: boolean;
}

/** Fewer pictures than these are no lesson. */
export const fewest = 4;

/** Pictures, a tenth of them (two at least) kept apart by their number alone. Mirror images stay on the side of their originals. */
export function lessonOf(pictures: readonly Uint8Array[], { name, form, mirror }: LessonSettings): Lesson {
  const order = permutation(split(key(0), 'held'), pictures.length);
  const kept = Math.max(2, Math.round(pictures.length / 10));
  const part = (from: number, to: number): Uint8Array => {
    const chosen = Array.from(order.subarray(from, to), (i) => pictures[i]);
    return joined(...(mirror ? chosen.flatMap((levels) => [levels, mirrored(levels, form)]) : chosen));
  };
  return { name, form, train: part(kept, pictures.length), held: part(0, kept) };
}

/** A lesson as a set of pictures. */
export function setOf({ name, form, train, held }: Lesson): PictureSet {
  const pictures = (pixels: Uint8Array): Pictures => {
    const count = pixels.length / pictureDim(form);
    return { count, pixels, labels: new Int32Array(count).fill(-1) };
  };
  const credit = { title: `pictures chosen in the page (${name})`, licence: 'that of the pictures, which the app does not know' };
  return { ...form, name, credit, train: pictures(train), test: pictures(held) };
}

function mirrored(levels: Uint8Array, { size, channels }: PictureForm): Uint8Array {
  return levels.map((_, i) => {
    const x = Math.floor(i / channels) % size;
    return levels[i + (size - 1 - 2 * x) * channels];
  });
}
