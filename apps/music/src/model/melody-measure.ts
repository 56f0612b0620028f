import type { Flow } from '@advect/core';
import type { Chorales } from '../data/chorales.js';
import { type MelodyWindow, melodiesOf } from '../data/melodies.js';
import { spread } from '../data/spread.js';
import { windowsOf } from '../data/windows.js';
import { type Line, melodyReferenceOf, type MelodyReport, reportMelodies } from '../metrics/melody-report.js';
import { melodyDefaults } from './defaults.js';
import { makeMelodies, type MelodyWish } from './melody-flow.js';
import { type MelodyLikelihoods, melodyLikelihoods } from './melody-likelihood.js';
import { voiceCount } from '../score.js';
import { integers, key, split } from '@advect/core/random';

/** Statistics of melodies by set, beside those of the train set, and what test melodies cost. */
export interface MeasuredMelodies {
  readonly style: Readonly<
    Record<'test' | 'test, as many' | 'steps shuffled' | 'other chords' | 'flow' | 'flow, told chords', MelodyReport>
  >;
  readonly likelihood: MelodyLikelihoods;
}

/** Melodies that are made before progress is told. */
const atOnce = 64;

/** Melodies whose cost is measured, at most; that takes 272 evaluations for each, where one is made by 60. */
const mostMeasured = 64;
const perCost = 4;

/**
 * Measures the melodies that a flow makes, of seed 1000, free and under the chords of test melodies; beside these, and two
 * controls: their steps in random order, and their melodies over the chords of others; and what test melodies cost. Progress counts melodies.
 */
export async function measureMelodies(
  flow: Flow,
  chorales: Chorales,
  {
    count,
    signal,
    onProgress,
  }: { readonly count: number; readonly signal?: AbortSignal; readonly onProgress?: (done: number, total: number) => void },
): Promise<MeasuredMelodies> {
  const train = melodiesOf(windowsOf(chorales.train));
  // Whole sopranos: windows of one chorale overlap, and would be compared many times.
  const whole = chorales.train.map(({ steps, pitches }) => ({
    pitches: pitches.filter((_, i) => i % voiceCount === 0).subarray(0, steps),
  }));
  const reference = melodyReferenceOf(train);
  const test = melodiesOf(windowsOf(chorales.test));
  const chosen = spread(test, count);
  const few = spread(test, Math.min(count, mostMeasured));
  const total = 2 * chosen.length + 3 * perCost * few.length;
  const settings = { ...melodyDefaults, seed: 1000, signal };
  let done = 0;
  const make = async (wishes: readonly MelodyWish[]): Promise<Int16Array[]> => {
    const made: Int16Array[] = [];
    for (let index = 0; index < wishes.length; index += atOnce) {
      onProgress?.(done, total);
      const part = await makeMelodies(flow, wishes.slice(index, index + atOnce), { ...settings, index });
      made.push(...part);
      done += part.length;
    }
    return made;
  };
  const wish = ({ mode, place }: MelodyWindow) => ({ mode, place });
  const free = await make(chosen.map(wish));
  const told = await make(chosen.map((each) => ({ ...wish(each), chords: each.chords })));
  const report = (lines: readonly Line[], sources?: readonly Line[]): MelodyReport => reportMelodies(lines, reference, sources);
  const withChords = (lines: readonly Int16Array[]): Line[] => lines.map((pitches, i) => ({ pitches, chords: chosen[i].chords }));
  const likelihood = await melodyLikelihoods(flow, train, few, {
    signal,
    onProgress: (part, parts) => onProgress?.(done + Math.floor((3 * perCost * few.length * part) / parts), total),
  });
  const style = {
    test: report(test),
    'test, as many': report(chosen, whole),
    'steps shuffled': report(test.map(shuffled)),
    'other chords': report(
      test.map(({ pitches }, i) => ({ pitches, chords: test[(i + Math.floor(test.length / 2)) % test.length].chords })),
    ),
    flow: report(
      free.map((pitches) => ({ pitches })),
      whole,
    ),
    'flow, told chords': report(withChords(told), whole),
  };
  return { style, likelihood };
}

/** The steps of a melody in random order, over the chords as they were. */
export function shuffled({ pitches, chords }: MelodyWindow, number: number): Line {
  const draws = integers(split(split(key(0), 'shuffled melodies'), number), pitches.length, 2 ** 31);
  const order = Array.from(draws.keys()).sort((a, b) => draws[a] - draws[b]);
  return { pitches: Int16Array.from(order, (step) => pitches[step]), chords };
}
