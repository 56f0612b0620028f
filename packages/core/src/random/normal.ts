import { domains, highWord } from './domains.js';
import type { Key } from './key.js';
import { fits, normalKernel } from './normal-kernel.js';
import { normalQuantile } from './quantile.js';
import { threefry } from './threefry.js';
import { checkRange, fillWords, words, WORTH_A_KERNEL } from './words.js';

/**
 * `count` standard normal numbers. Element i depends on (key, start + i) only: the normal quantile of
 * (word + ½) / 2^32, so that none exceeds 6.34 in size. Computed with + − × ÷ and √ alone, hence the same bytes on every
 * engine.
 */
export function normals(key: Key, count: number, start = 0): Float32Array {
  checkRange(count, start);
  const drawn = words(key, domains.normal, start, count);
  const out = new Float32Array(count);
  const kernel = count >= WORTH_A_KERNEL ? normalKernel() : undefined;
  if (kernel) kernel.quantiles(drawn, out);
  else for (let i = 0; i < count; i++) out[i] = normalQuantile(drawn[i]);
  return out;
}

/** Rows of normals, each `normals(split(key, start + i), width)`, without a key or an array for each. */
export function normalRows(key: Key, rows: number, width: number, start = 0): Float32Array {
  checkRange(rows, start);
  const out = new Float32Array(rows * width);
  const upper = highWord(start, domains.childNumber);
  const isWorth = out.length >= WORTH_A_KERNEL && fits(width) && highWord(start + rows, domains.childNumber) === upper;
  const kernel = isWorth ? normalKernel() : undefined;
  if (kernel) {
    kernel.rows(out, key, rows, width, start, upper);
    return out;
  }
  const drawn = new Uint32Array(width + (width & 1));
  const child = new Uint32Array(2);
  for (let row = 0; row < rows; row++) {
    const index = start + row;
    threefry(child, 0, key.hi | 0, key.lo | 0, index | 0, highWord(index, domains.childNumber));
    fillWords(drawn, child[0] | 0, child[1] | 0, domains.normal, 0);
    for (let i = 0; i < width; i++) out[row * width + i] = normalQuantile(drawn[i]);
  }
  return out;
}
