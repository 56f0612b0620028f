import { type Flow, inpaint, type Inpainted, ndarray } from '@advect/core';
import { AdvectError } from '@advect/base/errors';
import { key, split, uniforms } from '@advect/core/random';
import { type PictureForm, pictureDim, type Pictures } from '../data/picture-set.js';
import { classPosterior, roughly } from './class-posterior.js';
import { conditionOf, guided, type Label } from './label.js';
import { pictureRows } from './picture-rows.js';

export interface InpaintSettings {
  /** Item i depends on the seed, its label and i alone. */
  readonly seed: number;
  /** Number of the first item. */
  readonly start: number;
  readonly count: number;
  /** Class of all items; undefined: each item's is inferred. */
  readonly label?: Label;
  readonly guidance: number;
  /** Steps from noise to picture, and Langevin steps at each of them. */
  readonly steps: number;
  readonly corrections: number;
  readonly executor?: 'auto' | 'wasm' | 'onnx' | 'eager';
  readonly signal?: AbortSignal;
}

/** Completions of a picture, each with its class (−1: none, or a mix of two). */
export interface Completions extends Pictures {
  readonly report: Inpainted['report'];
}

/**
 * Completes a picture: new pixels where `known` is 0 ([size, size]; 1 leaves a pixel as it is, exactly), by the library's `inpaint`.
 *
 * Without a label, each item is first completed by the model without a class, its class is drawn by p(class | completion), and
 * it is completed again under that: two rounds of Gibbs sampling between class and pixels.
 */
export async function completePicture(
  flow: Flow,
  picture: Uint8Array,
  known: Uint8Array,
  form: PictureForm,
  settings: InpaintSettings,
): Promise<Completions> {
  const { count, seed, start, label, guidance, ...rest } = settings;
  const classes = form.classes.length;
  const one: Pictures = { count, pixels: repeat(picture, count), labels: new Int32Array(count).fill(-1) };
  const mask = ndarray(
    Uint8Array.from({ length: pictureDim(form) }, (_, i) => known[Math.floor(i / form.channels)]),
    [form.size, form.size, form.channels],
  );
  const complete = async (labels: readonly Label[], own: number, scale: number) =>
    inpaint(guided(flow, scale), pictureRows(one, form), mask, { ...rest, ...conditionOf(labels, classes), seed: own, start });

  if (label !== undefined || classes === 0) {
    const labels = Array.from({ length: count }, () => label ?? -1);
    return completions(await complete(labels, seed, guidance), labels);
  }
  const draft = await complete(Array.from({ length: count }, () => -1), seed, 1); // prettier-ignore
  const drafted = completions(draft, []);
  const posterior = await classPosterior(flow, drafted, form, { ...roughly, seed, executor: rest.executor, signal: rest.signal });
  const labels = posterior.map((shares, i) => drawn(shares, uniforms(split(split(key(seed), 'class'), start + i), 1)[0]));
  const found = await complete(labels, seed + 1, guidance);
  const evaluations = draft.report.evaluations + found.report.evaluations;
  return completions({ ...found, report: { ...found.report, evaluations } }, labels);
}

function completions({ x, report }: Inpainted, labels: readonly Label[]): Completions {
  if (x.data.some((v) => !Number.isFinite(v))) {
    throw new AdvectError('solve-failed', 'the model gives pixels that are not numbers', 'Take more steps, or fewer corrections.');
  }
  const count = x.shape[0];
  return { count, pixels: Uint8Array.from(x.data), labels: Int32Array.from({ length: count }, (_, i) => classOf(labels[i])), report };
}

const classOf = (label: Label | undefined): number => (typeof label === 'number' ? label : -1);

const repeat = (picture: Uint8Array, count: number): Uint8Array =>
  Uint8Array.from({ length: count * picture.length }, (_, i) => picture[i % picture.length]);

/** The class that a uniform number picks. */
function drawn(shares: readonly number[], uniform: number): number {
  let left = uniform;
  const found = shares.findIndex((share) => (left -= share) < 0);
  return found < 0 ? shares.length - 1 : found;
}

/** A mask of the pixels outside a box; throws `invalid-option` for one that leaves the picture. */
export function outsideBox([x, y, width, height]: readonly number[], size: number): Uint8Array {
  const fits = [x, y, width, height].every(Number.isInteger) && x >= 0 && y >= 0 && width > 0 && height > 0;
  if (!fits || x + width > size || y + height > size) {
    throw new AdvectError(
      'invalid-option',
      `the box ${[x, y, width, height].join(',')} is none of a picture of ${size} × ${size} pixels`,
      'Give left,top,width,height in pixels of the model, such as 0,0,4,8.',
    );
  }
  return Uint8Array.from({ length: size * size }, (_, i) => {
    const [column, row] = [i % size, Math.floor(i / size)];
    return Number(!(column >= x && column < x + width && row >= y && row < y + height));
  });
}
