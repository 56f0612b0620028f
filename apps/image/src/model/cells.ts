import type { Flow, SolverOptions } from '@advect/core';
import { pictureDim, type PictureForm } from '../data/picture-set.js';
import { pictureToLevels } from '../layout/levels.js';
import type { Picture } from '../layout/picture.js';
import { usualDivergence } from './density.js';
import type { Label } from './label.js';
import { carry } from './morph.js';
import { noiseOf } from './noise.js';
import { scoreDraws } from './score.js';
import { byError, type SolverChoice, solverSettings } from './solver.js';

/** One place of a grid: all that its picture depends on. */
export interface Cell extends SolverChoice {
  readonly guidance: number;
  readonly temperature: number;
  readonly seed: number;
  readonly index: number;
  readonly label: Label;
}

export interface CellWork extends Pick<SolverOptions, 'executor' | 'signal'> {
  readonly onProgress?: (done: number, total: number) => void;
}

/** The picture of each cell, the one that `draw` makes of it; those that share a solver and guidance are solved together. */
export async function drawCells(
  flow: Flow,
  form: PictureForm,
  cells: readonly Cell[],
  { onProgress, ...work }: CellWork,
): Promise<Picture[]> {
  const together = ({ method, steps, tolerance, guidance }: Cell): string => JSON.stringify([method, steps, tolerance, guidance]);
  const pictures: Picture[] = [];
  let done = 0;
  for (const kind of new Set(cells.map(together))) {
    onProgress?.(done, cells.length);
    work.signal?.throwIfAborted();
    const places = cells.map((_, i) => i).filter((i) => together(cells[i]) === kind);
    const origins = places.map((i) => ({ noise: noiseOf(flow, cells[i]), label: cells[i].label }));
    const { guidance, ...solver } = cells[places[0]];
    const drawn = await carry(flow, form, origins, { ...solverSettings(solver), ...work, guidance });
    drawn.pictures.forEach((picture, i) => (pictures[places[i]] = picture));
    done += places.length;
  }
  return pictures;
}

/**
 * Bits/dim of the cells' pictures under the bare model given their classes, with one draw of the dequantisation noise, by
 * `byError` and `usualDivergence`; none between two classes. Guided pictures have no density of their own:
 * theirs too is what the bare model says of them.
 */
export async function bitsOfCells(
  flow: Flow,
  form: PictureForm,
  cells: readonly Cell[],
  pictures: readonly Picture[],
  work: CellWork,
): Promise<readonly (number | undefined)[]> {
  const places = cells.map((_, i) => i).filter((i) => typeof cells[i].label === 'number');
  const bits: (number | undefined)[] = cells.map(() => undefined);
  if (places.length === 0) return bits;
  const dim = pictureDim(form);
  const pixels = new Uint8Array(places.length * dim);
  places.forEach((place, i) => pixels.set(pictureToLevels(pictures[place], form.levels), i * dim));
  const labels = Int32Array.from(places, (place) => cells[place].label as number);
  const [found] = await scoreDraws(flow, { count: places.length, pixels, labels }, form, {
    ...work,
    ...solverSettings(byError),
    ...usualDivergence(form),
    ...(form.classes.length > 0 && { label: labels }),
    solverError: false,
    draws: 1,
    seed: 0,
  });
  places.forEach((place, i) => (bits[place] = found[i]));
  return bits;
}
