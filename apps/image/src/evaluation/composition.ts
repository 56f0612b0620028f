import type { Pictures } from '../data/picture-set.js';
import { type Composition, nearestComposition } from './nearest-composition.js';
import { compose, layersBySize, type Parts } from './parts.js';
import { type Share, shareOf } from './recognition.js';

export interface CompositionReport {
  readonly pictures: number;
  /** Pictures whose every part is valid. */
  readonly valid: Share;
  readonly layers: readonly LayerReport[];
  /** Pictures whose part of the labelled layer is the one that was asked for, drawn right. */
  readonly asked?: Share;
  /** Valid pictures with the parts of a training picture, and how many would be expected by chance. */
  readonly repeated: { readonly found: number; readonly expected: number };
}

export interface LayerReport {
  readonly name: string;
  readonly parts: number;
  /** Pictures whose part of this layer is drawn right, to a root mean square of `tolerance` levels over its visible pixels. */
  readonly valid: Share;
  /** Different parts among the valid ones, and how many that many uniform draws would show. */
  readonly seen: number;
  readonly expected: number;
  /** Σ (found − expected)² / expected over the parts, and its degrees of freedom: about as large where all are equally likely. */
  readonly chiSquared: number;
  readonly freedom: number;
}

/** Levels of 255 that a part's visible pixels may differ by, root mean square, to count as drawn right. */
export const tolerance = 16;

/** What generated pictures are composed of, against the known distribution: how many are drawn right, and what is never drawn. */
export function compositionReport(
  generated: Pictures,
  training: Pictures,
  parts: Parts,
  onProgress?: (done: number, total: number) => void,
): CompositionReport {
  const order = layersBySize(parts);
  const size = parts.size ** 2 * 3;
  const found = Array.from({ length: generated.count }, (_, i) => {
    if (i % 50 === 0) onProgress?.(i, generated.count);
    return nearestComposition(generated.pixels.subarray(i * size, (i + 1) * size), parts, order);
  });
  const isRight = ({ errors }: Composition, layer: number): boolean => errors[layer] <= tolerance;
  const valid = found.filter((of) => parts.layers.every((_, layer) => isRight(of, layer)));
  const known = new Set(Array.from({ length: training.count }, (_, i) => fingerprint(training.pixels.subarray(i * size, (i + 1) * size))));
  const possible = parts.layers.reduce((product, layer) => product * layer.parts.length, parts.backgrounds.length);
  const { labelled } = parts;
  const asAsked = (of: Composition, i: number): boolean => isRight(of, labelled!) && of.chosen[labelled!] === generated.labels[i];
  return {
    pictures: found.length,
    valid: shareOf(valid.length, found.length),
    layers: parts.layers.map(({ name, parts: choices }, layer) =>
      layerReport(
        name,
        choices.length,
        found.length,
        found.filter((of) => isRight(of, layer)).map((of) => of.chosen[layer]),
      ),
    ),
    ...(labelled !== undefined &&
      generated.labels.every((label) => label >= 0) && { asked: shareOf(found.filter(asAsked).length, found.length) }),
    repeated: {
      found: valid.filter((of) => known.has(fingerprint(compose(of, parts)))).length,
      expected: (valid.length * known.size) / possible,
    },
  };
}

/** 64 bits of a picture (two FNV-1a hashes, one of them of the bytes turned): enough to tell some ten thousand apart. */
function fingerprint(pixels: Uint8Array): string {
  let [a, b] = [0x811c9dc5, 0x811c9dc5];
  for (const v of pixels) {
    a = Math.imul(a ^ v, 0x01000193);
    b = Math.imul(b ^ (255 - v), 0x01000193);
  }
  return `${a} ${b}`;
}

function layerReport(name: string, parts: number, pictures: number, chosen: readonly number[]): LayerReport {
  const counts = new Array<number>(parts).fill(0);
  for (const part of chosen) counts[part]++;
  const mean = chosen.length / parts;
  return {
    name,
    parts,
    valid: shareOf(chosen.length, pictures),
    seen: counts.filter((count) => count > 0).length,
    expected: parts * (1 - (1 - 1 / parts) ** chosen.length),
    chiSquared: chosen.length === 0 ? NaN : counts.reduce((sum, count) => sum + (count - mean) ** 2 / mean, 0),
    freedom: parts - 1,
  };
}
