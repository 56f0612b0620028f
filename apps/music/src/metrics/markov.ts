/** How often each symbol follows another at each place, counted. */
export interface Markov {
  /** −log₂ of the probability of a sequence. */
  bits(sequence: ArrayLike<number>): number;
}

/**
 * A Markov chain of the first order over symbols 0 … size − 1 that knows its place in a period; counts are smoothed by those without the
 * place, these by those without the symbol before, and these by one of each. Weights of the smoothing: two observations.
 *
 * Reference: Witten & Bell (1991), "The zero-frequency problem", for the idea of backing off by counts.
 */
export function fitMarkov(sequences: readonly ArrayLike<number>[], size: number, period: number): Markov {
  const alone = new Float64Array(size).fill(1);
  const after = new Float64Array((size + 1) * size);
  const placed = new Float64Array(period * (size + 1) * size);
  const visit = (sequence: ArrayLike<number>, see: (before: number, place: number, symbol: number) => void): void => {
    for (let i = 0; i < sequence.length; i++) see(i === 0 ? size : sequence[i - 1], i % period, sequence[i]);
  };
  for (const sequence of sequences)
    visit(sequence, (before, place, symbol) => {
      alone[symbol]++;
      after[before * size + symbol]++;
      placed[(place * (size + 1) + before) * size + symbol]++;
    });
  const sum = (row: Float64Array): number => row.reduce((a, b) => a + b, 0);
  const all = sum(alone);
  const weight = 2;
  const share = (row: Float64Array, symbol: number, behind: number): number => (row[symbol] + weight * behind) / (sum(row) + weight);
  return {
    bits(sequence) {
      let bits = 0;
      visit(sequence, (before, place, symbol) => {
        const known = share(after.subarray(before * size, (before + 1) * size), symbol, alone[symbol] / all);
        const at = (place * (size + 1) + before) * size;
        bits -= Math.log2(share(placed.subarray(at, at + size), symbol, known));
      });
      return bits;
    },
  };
}
