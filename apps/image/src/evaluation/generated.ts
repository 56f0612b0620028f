import type { Flow, SolverOptions } from '@advect/core';
import { AdvectError } from '@advect/base/errors';
import { type PictureForm, pictureDim, type Pictures } from '../data/picture-set.js';
import { guided } from '../model/label.js';
import { base64, fromBase64 } from './base64.js';
import type { Keep } from './keep.js';

export interface GeneratedSettings extends SolverOptions {
  readonly seed: number;
  readonly temperature: number;
  /** 1 follows the class as it was learned; more, further. */
  readonly guidance: number;
  readonly keep: Keep;
  readonly onProgress?: (done: number, total: number) => void;
}

export interface GeneratedPictures extends Pictures {
  /** Evaluations of the field for each batch, guided ones counted once. */
  readonly evaluations: number;
}

const IN_BLOCK = 250;

/** Pictures that a model makes when asked for these classes (−1 for none), as levels; item i depends on the seed, its class and i alone. */
export async function generatePictures(
  flow: Flow,
  labels: Int32Array,
  form: PictureForm,
  { guidance, keep, onProgress, ...settings }: GeneratedSettings,
): Promise<GeneratedPictures> {
  const sampled = guided(flow, guidance);
  const dim = pictureDim(form);
  const pixels = new Uint8Array(labels.length * dim);
  let [evaluations, blocks] = [0, 0];
  for (let start = 0; start < labels.length; start += IN_BLOCK) {
    const count = Math.min(IN_BLOCK, labels.length - start);
    onProgress?.(start, labels.length);
    const block = await keep(`generated ${start}-${start + count}`, async () => {
      const label = form.classes.length > 0 ? { label: labels.subarray(start, start + count) } : {};
      const { x, report } = await sampled.sample(count, { ...settings, ...label, start });
      if (!x.data.every(Number.isFinite)) {
        throw new AdvectError('solve-failed', 'the model gives pixels that are not numbers', 'Try --solver dopri5.');
      }
      const levels = Uint8Array.from(x.data, (v) => Math.min(Math.max(Math.round(v), 0), form.levels - 1));
      return { pixels: base64(levels), evaluations: report.evaluations };
    });
    pixels.set(fromBase64(block.pixels), start * dim);
    evaluations += block.evaluations;
    blocks++;
  }
  onProgress?.(labels.length, labels.length);
  return { count: labels.length, pixels, labels, evaluations: evaluations / blocks };
}
