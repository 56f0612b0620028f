import { type Flow, sampleCodes, type SampleCodesOptions } from '@advect/core';
import { type Key, split, uniforms } from '@advect/core/random';
import { windowSteps } from '../data/windows.js';
import { checkVoiceLeading, type Fault } from '../metrics/voice-leading.js';
import { stepsPerBeat, voiceCount } from '../score.js';
import { rowsAtOnce } from './defaults.js';
import { conditionsOf, slots } from './given.js';
import { scoreOfCodes } from './helix-code.js';
import { seedOf } from './seed-of.js';

export interface MendSettings {
  /** Of the draws; row i depends on (key, start + i) alone. */
  readonly key: Key;
  readonly start: number;
  /** Times that faults are looked for and mended. */
  readonly rounds: number;
  readonly temperature: number;
  readonly wish: readonly number[];
  /** Cells that are to stay, −1 where the flow may choose, [rows · slots]. */
  readonly known: Int32Array;
  readonly executor?: SampleCodesOptions['executor'];
  readonly signal?: AbortSignal;
}

/** Steps of the flow over the few notes that a round opens. */
const steps = 5;

/** A note is opened this far to either side at most; a longer one keeps its ends. */
const reach = 2 * stepsPerBeat;

/**
 * Mends the voice leading of windows: in each round one note of every fault (parallel fifths or octaves, crossing voices) is opened
 * — of either voice, where the fault is heard or, of parallels, just before — and composed anew by the conditional flow, which is
 * told all the rest. A window is taken in its new form where it has no more faults than before. The rules choose what is composed
 * anew, the flow how: blocked Gibbs sampling of a posterior that the rules have a say in. For a flow that is told what is given.
 * Costs `rounds` · 6 evaluations of the field at most; stops where nothing is left to mend.
 *
 * @param codes [rows · slots]; changed in place
 */
export async function mend(flow: Flow, codes: Int32Array, settings: MendSettings): Promise<void> {
  const { key, start, rounds, temperature, wish, known, executor, signal } = settings;
  const count = codes.length / slots;
  const rowOf = (all: Int32Array, row: number): Int32Array => all.subarray(row * slots, (row + 1) * slots);
  const faultsOf = (row: Int32Array): readonly Fault[] => checkVoiceLeading(scoreOfCodes(row)).faults;
  const faults = Array.from({ length: count }, (_, row) => faultsOf(rowOf(codes, row)));
  for (let round = 0; round < rounds && faults.some(({ length }) => length > 0); round++) {
    const from = split(split(key, 'mend'), round);
    const given = codes.slice();
    faults.forEach((found, row) => {
      const draws = uniforms(split(from, start + row), 2 * found.length);
      found.forEach((fault, i) => open(rowOf(given, row), rowOf(known, row), fault, draws[2 * i], draws[2 * i + 1]));
    });
    if (!given.includes(-1)) return;
    const { codes: made } = await sampleCodes(flow, count, {
      seed: seedOf(split(from, 'noise')),
      start,
      steps,
      temperature,
      condition: conditionsOf(flow, count, wish, (row) => rowOf(given, row)),
      known: { shape: [count, slots], data: given },
      chunk: rowsAtOnce,
      executor,
      signal,
    });
    for (let row = 0; row < count; row++) {
      const tried = rowOf(made.data, row);
      const found = faultsOf(tried);
      if (found.length > faults[row].length) continue;
      rowOf(codes, row).set(tried);
      faults[row] = found;
    }
  }
}

/** Opens one of the notes that make a fault, as the draws in [0, 1) say; what is to stay does. */
function open(row: Int32Array, known: Int32Array, { kind, step, voices }: Fault, which: number, when: number): void {
  const voice = voices[which < 0.5 ? 0 : 1];
  const at = kind !== 'crossing' && when < 0.5 ? step - 1 : step;
  const slot = (s: number): number => s * voiceCount + voice;
  const pitch = row[slot(at)];
  if (pitch < 0) return;
  let [first, last] = [at, at];
  while (first > Math.max(0, at - reach) && row[slot(first - 1)] === pitch) first--;
  while (last < Math.min(windowSteps - 1, at + reach) && row[slot(last + 1)] === pitch) last++;
  for (let s = first; s <= last; s++) if (known[slot(s)] < 0) row[slot(s)] = -1;
}
