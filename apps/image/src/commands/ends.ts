import type { Flow } from '@advect/core';
import type { JsonValue } from '@advect/core/io';
import { AdvectError } from '@advect/base/errors';
import { type CommandContext, readLimited, sha256 } from '@advect/node';
import { largestFile } from '../data/folder.js';
import type { PictureForm } from '../data/picture-set.js';
import type { Fit } from '../format/fit.js';
import type { DrawSettings } from '../model/draw.js';
import type { Label } from '../model/label.js';

/** An end of a way between pictures: a seed, or a file. */
export type End = { readonly name: string; /** For the file's settings. */ readonly told: string } & (
  { readonly seed: number } | { readonly path: string; readonly bytes: Uint8Array }
);

/**
 * The two ends, by what stands on the command line or in the file that is to be made again, which names pictures by their
 * sha256. Throws `invalid-option` for one or none, and for pictures that are not the ones it was made from.
 */
export async function readEnds(given: readonly string[], told: JsonValue | undefined): Promise<readonly [End, End]> {
  const made = Array.isArray(told) ? told.map(String) : [];
  const words = given.length > 0 ? given : made.filter((word) => isSeed(word));
  if (words.length !== 2) {
    const why = made.length > 0 ? 'it was made from pictures, which are needed again' : `${words.length} of its two ends are given`;
    throw new AdvectError(
      'invalid-option',
      `'interpolate' goes from A to B, and ${why}`,
      'Give two seeds, or two pictures: image interpolate A B.',
    );
  }
  const [a, b] = await Promise.all(words.map(readEnd));
  if (made.length === 2 && given.length > 0 && [a, b].some((end, i) => end.told !== made[i])) {
    throw new AdvectError(
      'invalid-option',
      'these are not the ends that the file was made from',
      'Give the same two in the same order, or leave --like out.',
    );
  }
  return [a, b];
}

/** Whether an end is named by a number, not by a file. */
export const isSeed = (word: string): boolean => /^\d+$/.test(word) && Number.isSafeInteger(Number(word));

async function readEnd(word: string): Promise<End> {
  if (isSeed(word)) return { name: word, told: word, seed: Number(word) };
  const bytes = await readLimited(word, largestFile);
  const hash = sha256(bytes);
  return { name: hash.slice(0, 8), told: `sha256:${hash}`, path: word, bytes };
}

/** The noise of a picture under its class, and a note on how exactly it becomes that picture again. */
export async function encodeEnd(
  { note }: Pick<CommandContext, 'note'>,
  flow: Flow,
  { path, bytes }: Extract<End, { readonly path: string }>,
  { label, draw, form, fit }: { readonly label: Label; readonly draw: DrawSettings; readonly form: PictureForm; readonly fit: Fit },
): Promise<Float32Array> {
  const [{ decodePicture }, { pictureToLevels }, { conditionOf, guided }, { pictureRows }] = await Promise.all([
    import('../codec/decode.js'),
    import('../layout/levels.js'),
    import('../model/label.js'),
    import('../model/picture-rows.js'),
  ]);
  const { picture, remarks } = await decodePicture(bytes, path, { ...form, fit });
  for (const remark of remarks) note(`${path}: ${remark}`);
  const pixels = pictureToLevels(picture, form.levels);
  const x = pictureRows({ count: 1, pixels, labels: Int32Array.of(-1) }, form);
  const { start: _start, temperature: _temperature, guidance, ...solver } = draw;
  const way = guided(flow, guidance);
  const condition = conditionOf([label], form.classes.length);
  const { z } = await way.encode(x, { ...solver, ...condition });
  const { seed: _seed, ...settings } = solver;
  const { x: again } = await way.decode(z, { ...settings, ...condition });
  const off = again.data.filter((level, i) => level !== pixels[i]).length;
  note(
    `${path}: encoded, and decoded again ${off === 0 ? 'it is the same to the last pixel' : `${off} of its ${pixels.length} numbers are other levels: take a lower --tol`}`,
  );
  return Float32Array.from(z.data);
}
