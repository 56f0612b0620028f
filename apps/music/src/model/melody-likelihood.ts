import type { Flow } from '@advect/core';
import type { MelodyWindow } from '../data/melodies.js';
import { spread } from '../data/spread.js';
import { fitMarkov, type Markov } from '../metrics/markov.js';
import { ratioOfSums } from '../metrics/ratio-of-sums.js';
import { stepsPerBar } from '../score.js';
import { alphabet, codeOf } from './helix-code.js';
import { type MeasuredLine, melodyBits, notesInLine } from './melody-bits.js';

/** Bits for each note of melodies, smaller is better, with the standard error over melodies, and over draws of the noise where there are some. */
export interface NoteBits {
  readonly bitsPerNote: number;
  readonly standardError: number;
}

/** What melodies cost, by whom they are told; those of the test, but for two rows. */
export type MelodyLikelihoods = Readonly<
  Record<'flow' | 'flow, train melodies' | 'flow, told chords' | 'Markov chain' | 'Markov chain, train melodies', NoteBits>
>;

/** Draws of the noise, which melodies share: a single one is off by a third of a bit. */
const draws = 16;

/**
 * What melodies that training never saw cost a flow, told their mode and place, and their chords as well; an upper bound in expectation
 * (`codeBits`); beside a Markov chain that knows the note before and the place in the bar, fitted to the train melodies. As many of
 * these cost the flow, which has learned from them, and chains that have not: each is fitted to the train melodies of other chorales.
 */
export async function melodyLikelihoods(
  flow: Flow,
  train: readonly MelodyWindow[],
  held: readonly MelodyWindow[],
  { signal, onProgress }: { readonly signal?: AbortSignal; readonly onProgress?: (done: number, total: number) => void } = {},
): Promise<MelodyLikelihoods> {
  const free = (melodies: readonly MelodyWindow[]): MeasuredLine[] =>
    melodies.map(({ pitches, mode, place }) => ({ pitches, mode, place }));
  const learned = spread(train, held.length);
  let before = 0;
  const of = async (melodies: readonly MelodyWindow[], lines: readonly MeasuredLine[]): Promise<NoteBits> => {
    const told = (done: number, total: number): void => onProgress?.(before * total + done, 3 * total);
    const measured = await melodyBits(flow, lines, { draws, seed: 0, signal, onProgress: told });
    before++;
    return perNote(
      melodies,
      measured.map((windows) => windows.map(sum)),
    );
  };
  const chain = chainOf(train);
  const apart = Array.from({ length: folds }, (_, fold) => chainOf(train.filter(({ chorale }) => chorale % folds !== fold)));
  return {
    flow: await of(held, free(held)),
    'flow, train melodies': await of(learned, free(learned)),
    'flow, told chords': await of(held, held),
    'Markov chain': perNote(held, [held.map((melody) => chain.bits(codesOf(melody)))]),
    'Markov chain, train melodies': perNote(learned, [learned.map((melody) => apart[melody.chorale % folds].bits(codesOf(melody)))]),
  };
}

/** Parts of the train chorales, of which a chain learns from all but one. */
const folds = 10;

const codesOf = ({ pitches }: MelodyWindow): Int32Array => Int32Array.from(pitches, codeOf);

const chainOf = (melodies: readonly MelodyWindow[]): Markov => fitMarkov(melodies.map(codesOf), alphabet.length, stepsPerBar);

/** Of bits of each melody in each draw. */
function perNote(melodies: readonly MelodyWindow[], bits: readonly (readonly number[])[]): NoteBits {
  const notes = melodies.map(notesInLine);
  const means = melodies.map((_, i) => sum(bits.map((draw) => draw[i])) / bits.length);
  const { ratio, standardError } = ratioOfSums(means, notes);
  const ofDraws = bits.map((draw) => sum(draw) / sum(notes));
  const spreadOfDraws = bits.length < 2 ? 0 : sum(ofDraws.map((each) => (each - ratio) ** 2)) / (bits.length - 1) / bits.length;
  return { bitsPerNote: ratio, standardError: Math.sqrt(standardError ** 2 + spreadOfDraws) };
}

const sum = (values: readonly number[] | Float32Array): number => {
  let total = 0;
  for (const value of values) total += value;
  return total;
};
