import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { AdvectError } from '@advect/base/errors';
import { sha256 } from '@advect/node';
import type { Pictures, PictureSet } from './picture-set.js';

const packed = new URL('../../data/optdigits.bin.gz', import.meta.url);
const described = new URL('../../data/optdigits.json', import.meta.url);

/**
 * The handwritten digits that come with the app: 3,823 to learn from and 1,797 by other writers to measure with, 8 × 8
 * pixels of 17 levels. Reference: Alpaydin and Kaynak (1998), doi:10.24432/C50P49, CC BY 4.0.
 */
export async function optdigits(): Promise<PictureSet> {
  const about = JSON.parse(await readFile(described, 'utf8')) as {
    readonly [key in 'name' | 'title' | 'by' | 'licence' | 'doi' | 'url' | 'sha256']: string;
  } & { readonly [key in 'size' | 'levels' | 'classes' | 'train' | 'test']: number };
  const count = about.train + about.test;
  const dim = about.size ** 2;
  const raw = new Uint8Array(gunzipSync(await readFile(packed), { maxOutputLength: count * (dim + 1) + 1 }));
  if (sha256(raw) !== about.sha256) {
    throw new AdvectError('invalid-file', 'the packed digits are damaged: their sha256 differs', 'Install the app again.');
  }
  const part = (from: number, to: number): Pictures => ({
    count: to - from,
    pixels: raw.slice(from * dim, to * dim),
    labels: Int32Array.from(raw.subarray(count * dim + from, count * dim + to)),
  });
  return {
    name: about.name,
    credit: { title: about.title, by: about.by, licence: about.licence, doi: about.doi, url: about.url },
    size: about.size,
    channels: 1,
    levels: about.levels,
    classes: Array.from({ length: about.classes }, (_, digit) => String(digit)),
    train: part(0, about.train),
    test: part(about.train, count),
  };
}
