import type { Flow } from '@advect/core';
import type { MelodyWindow } from '../data/melodies.js';
import { fitMarkov } from '../metrics/markov.js';
import { ratioOfSums } from '../metrics/ratio-of-sums.js';
import { rest, stepsPerBar } from '../score.js';
import { alphabet, codeOf } from './helix-code.js';
import { melodyBits } from './melody-bits.js';

/** Bits for each note of melodies, smaller is better, with the standard error over melodies. */
export interface NoteBits {
  readonly bitsPerNote: number;
  readonly standardError: number;
}

/** What test melodies cost, by whom they are told. */
export type MelodyLikelihoods = Readonly<Record<'flow' | 'flow, told chords' | 'Markov chain', NoteBits>>;

/**
 * What melodies that training never saw cost a flow, told their mode and place, and their chords as well; an upper bound in expectation
 * (`codeBits`); beside a Markov chain that knows the note before and the place in the bar, fitted to the train melodies.
 */
export async function melodyLikelihoods(
  flow: Flow,
  train: readonly MelodyWindow[],
  held: readonly MelodyWindow[],
  { signal, onProgress }: { readonly signal?: AbortSignal; readonly onProgress?: (done: number, total: number) => void } = {},
): Promise<MelodyLikelihoods> {
  const of = async (lines: Parameters<typeof melodyBits>[1], before: 0 | 1): Promise<NoteBits> => {
    const told = (done: number, total: number): void => onProgress?.(before * total + done, 2 * total);
    const draws = await melodyBits(flow, lines, { draws: 4, seed: 0, signal, onProgress: told });
    return perNote(
      held,
      held.map((_, i) => draws.reduce((sum, windows) => sum + windows[i].reduce((a, b) => a + b, 0), 0) / draws.length),
    );
  };
  const codes = ({ pitches }: MelodyWindow): Int32Array => Int32Array.from(pitches, codeOf);
  const chain = fitMarkov(train.map(codes), alphabet.length, stepsPerBar);
  return {
    flow: await of(
      held.map(({ pitches, mode, place }) => ({ pitches, mode, place })),
      0,
    ),
    'flow, told chords': await of(held, 1),
    'Markov chain': perNote(
      held,
      held.map((melody) => chain.bits(codes(melody))),
    ),
  };
}

const notesIn = ({ pitches }: MelodyWindow): number => pitches.filter((p, i) => p !== rest && (i === 0 || p !== pitches[i - 1])).length;

function perNote(melodies: readonly MelodyWindow[], bits: readonly number[]): NoteBits {
  const { ratio, standardError } = ratioOfSums(bits, melodies.map(notesIn));
  return { bitsPerNote: ratio, standardError };
}
