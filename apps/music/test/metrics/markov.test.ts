import test from 'ava';
import { fitMarkov } from '#src/metrics/markov.js';

test('the probabilities of all sequences of a length add up to 1', (t) => {
  const chain = fitMarkov(
    [
      [0, 2, 0, 2],
      [0, 2, 0, 1],
      [1, 2, 0, 2],
    ],
    3,
    2,
  );
  const all = Array.from({ length: 27 }, (_, i) => [Math.floor(i / 9), Math.floor(i / 3) % 3, i % 3]);
  t.true(Math.abs(all.reduce((sum, sequence) => sum + 2 ** -chain.bits(sequence), 0) - 1) < 1e-12);
});

test('what follows is smoothed by what follows anywhere, and that by how often it is there at all', (t) => {
  const chain = fitMarkov([[0, 1, 0, 1]], 3, 2);
  // Symbols: (2 + 1, 2 + 1, 0 + 1) of 7; after 0 anywhere: 1 twice; on the second place: 1 twice.
  const first = (1 + 2 * ((1 + 2 * (3 / 7)) / 3)) / 3;
  const second = (2 + 2 * ((2 + 2 * (3 / 7)) / 4)) / 4;
  t.true(Math.abs(chain.bits([0, 1]) + Math.log2(first) + Math.log2(second)) < 1e-12);
});
