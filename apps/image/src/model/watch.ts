import type { Flow } from '@advect/core';
import { choosePictures, pictureDim, type PictureSet } from '../data/picture-set.js';
import { mostWatched } from './validation.js';
import { contactSheet } from '../layout/contact-sheet.js';
import type { Picture } from '../layout/picture.js';
import { evenly } from './evenly.js';
import { draw } from './draw.js';
import { mean, scoreDraws } from './score.js';

const solver = { method: 'dopri5', rtol: 1e-2, atol: 1e-2 } as const;

/**
 * Bits/dim of up to 100 held-out pictures, each given its class, at a coarse tolerance and with one draw of noise, the same at
 * each call: a number to compare the weights of one run by.
 */
export async function watchedBitsPerDim(flow: Flow, set: PictureSet): Promise<number> {
  const from = set.validation ?? set.test;
  const pictures = choosePictures(from, evenly(from.count, mostWatched));
  const divergence = pictureDim(set) > 64 ? ({ divergence: 'rademacher', probes: 1 } as const) : {};
  const label = set.classes.length > 0 ? { label: pictures.labels } : {};
  const [bits] = await scoreDraws(flow, pictures, set, { ...solver, ...divergence, ...label, draws: 1, seed: 1, solverError: false });
  return mean(bits);
}

/** A sheet of pictures, a column for each of up to ten classes, always from the same noise. */
export async function watchedSheet(flow: Flow, set: PictureSet): Promise<Picture> {
  const [rows, columns] = [4, Math.min(10, Math.max(set.classes.length, 8))];
  const indices = Array.from({ length: rows * columns }, (_, i) => i);
  const labels = indices.map((index) => (index % columns) % Math.max(1, set.classes.length));
  const { pictures } = await draw(flow, set, labels, { ...solver, seed: 0, start: 0, temperature: 1, guidance: 1 });
  const row = (r: number) => ({ title: '', pictures: pictures.slice(r * columns, (r + 1) * columns) });
  return contactSheet(Array.from({ length: rows }, (_, r) => row(r)));
}
