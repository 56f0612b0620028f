/** NumPy's old generator, for data sets that were made with it. */
export interface NumpyRandom {
  /** The next number in [0, 1), a multiple of 2^−53: one of `RandomState.rand`. */
  rand(): number;
  /** The order into which `RandomState.shuffle` brings the rows 0 to n − 1 of an array. */
  shuffled(n: number): Int32Array;
}

const [size, middle] = [624, 397];

/**
 * `numpy.random.RandomState(seed)`: the Mersenne twister MT19937, seeded and read as NumPy does since its beginning, so that
 * published splits can be made again. For nothing else: the library's own randomness is in `random`.
 *
 * Reference: Matsumoto and Nishimura (1998), "Mersenne twister: a 623-dimensionally equidistributed uniform
 * pseudo-random number generator", with the seeding of their revision of 2002.
 */
export function numpyRandom(seed: number): NumpyRandom {
  const state = new Uint32Array(size);
  state[0] = seed;
  for (let i = 1; i < size; i++) state[i] = Math.imul(1812433253, state[i - 1] ^ (state[i - 1] >>> 30)) + i;
  let at = size;

  const twist = (): void => {
    for (let i = 0; i < size; i++) {
      const word = (state[i] & 0x80000000) | (state[(i + 1) % size] & 0x7fffffff);
      state[i] = state[(i + middle) % size] ^ (word >>> 1) ^ (word & 1 ? 0x9908b0df : 0);
    }
    at = 0;
  };
  const next = (): number => {
    if (at === size) twist();
    let word = state[at++];
    word ^= word >>> 11;
    word ^= (word << 7) & 0x9d2c5680;
    word ^= (word << 15) & 0xefc60000;
    return (word ^ (word >>> 18)) >>> 0;
  };
  /** A whole number from 0 to most: words cut to the bits of `most` until one is not above it. */
  const upTo = (most: number): number => {
    const mask = 2 ** (32 - Math.clz32(most)) - 1;
    for (;;) {
      const drawn = (next() & mask) >>> 0;
      if (drawn <= most) return drawn;
    }
  };
  return {
    rand: () => {
      const high = next() >>> 5;
      return (high * 2 ** 26 + (next() >>> 6)) / 2 ** 53;
    },
    shuffled: (n) => {
      const order = Int32Array.from({ length: n }, (_, i) => i);
      for (let i = n - 1; i > 0; i--) {
        const j = upTo(i);
        [order[i], order[j]] = [order[j], order[i]];
      }
      return order;
    },
  };
}
