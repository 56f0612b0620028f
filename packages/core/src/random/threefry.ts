/** The constant of the key's third word. */
export const PARITY = 0x1bd11bda;

const rotate = (x: number, bits: number): number => (x << bits) | (x >>> (32 - bits));

/**
 * Threefry-2x32 with 20 rounds: encrypts the counter (c0, c1) under the key (k0, k1) into two words, written to `out[at]`
 * and `out[at + 1]`. Additions, rotations and exclusive-or on 32-bit integers only, hence the same bits on every engine.
 *
 * Reference: Salmon, Moraes, Dror and Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3", section 4.2.
 */
export function threefry(out: Uint32Array, at: number, k0: number, k1: number, c0: number, c1: number): void {
  let ka = k0 | 0;
  let kb = k1 | 0;
  let kc = ka ^ kb ^ PARITY;
  let x0 = ((c0 | 0) + ka) | 0;
  let x1 = ((c1 | 0) + kb) | 0;
  for (let group = 1; group <= 5; group++) {
    const odd = (group & 1) === 1;
    x0 = (x0 + x1) | 0;
    x1 = rotate(x1, odd ? 13 : 17) ^ x0;
    x0 = (x0 + x1) | 0;
    x1 = rotate(x1, odd ? 15 : 29) ^ x0;
    x0 = (x0 + x1) | 0;
    x1 = rotate(x1, odd ? 26 : 16) ^ x0;
    x0 = (x0 + x1) | 0;
    x1 = rotate(x1, odd ? 6 : 24) ^ x0;
    x0 = (x0 + kb) | 0;
    x1 = (x1 + kc + group) | 0;
    const first = ka;
    ka = kb;
    kb = kc;
    kc = first;
  }
  out[at] = x0;
  out[at + 1] = x1;
}
