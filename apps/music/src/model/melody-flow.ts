import { cnf, endpointField, type EndpointField, type Flow, sampleCodes, transformerNetwork } from '@advect/core';
import { type ChordLabel, chordQualities } from '../data/chord-label.js';
import { windowSteps } from '../data/windows.js';
import { stepsPerBar } from '../score.js';
import { type Wish, wishDim, wishRow } from './condition.js';
import { alphabet, codebook, codeSize } from './helix-code.js';

/** Numbers that tell a step its chord (root, triad), and what of the melody is given (code, mark). */
export const toldPerMelodyStep = 12 + chordQualities.length + codeSize + 1;

const toldDim = windowSteps * toldPerMelodyStep;

/** Width of a melody flow's condition: chords and given notes, step by step; mode and place. */
export const melodyConditionDim = toldDim + wishDim;

/** What is wanted of a melody; what is left out is unknown. */
export interface MelodyWish extends Wish {
  /** One for each step, undefined where unknown. */
  readonly chords?: readonly (ChordLabel | undefined)[];
  /** Numbers of the alphabet, one for each step, −1 where the flow is to choose. */
  readonly given?: Int32Array;
}

/** A flow over four bars of one voice in the code of the chorales, told chords, given notes, mode and place. */
export function melodyFlow({ width, layers, seed }: { readonly width: number; readonly layers: number; readonly seed: number }): Flow {
  const network = transformerNetwork({
    input: [windowSteps, codeSize + codebook.length],
    output: [windowSteps, codebook.length],
    model: width,
    layers,
    heads: 4,
    period: stepsPerBar,
    conditionDim: melodyConditionDim,
    tokenCondition: toldPerMelodyStep,
  });
  return cnf({ field: endpointField({ network, codebook, sigma: 0.1, evidence: 'logits+input' }), seed });
}

/** Whether a flow is one of melodies. */
export const isMelodyFlow = ({ field }: Flow): boolean =>
  String(field.event) === String([windowSteps, codeSize]) &&
  field.conditionDim === melodyConditionDim &&
  JSON.stringify((field as Partial<EndpointField>).codebook) === JSON.stringify(codebook);

/** Writes a wish as the row that a flow reads. */
export function tellMelody({ chords, given, ...wish }: MelodyWish, row: Float32Array): void {
  for (let step = 0; step < windowSteps; step++) {
    const at = step * toldPerMelodyStep;
    const chord = chords?.[step];
    if (chord) {
      row[at + chord.root] = 1;
      row[at + 12 + chordQualities.indexOf(chord.quality)] = 1;
    }
    const code = given?.[step] ?? -1;
    if (code < 0) continue;
    row.set(codebook[code], at + 12 + chordQualities.length);
    row[at + toldPerMelodyStep - 1] = 1;
  }
  row.set(wishRow(wish), toldDim);
}

export interface MelodySettings {
  readonly seed: number;
  /** Number of the first melody: melody i of a seed is the same alone and among others. */
  readonly index: number;
  readonly temperature: number;
  readonly steps: number;
  /** Share of the noise that is drawn afresh in each step. */
  readonly polish: number;
  readonly signal?: AbortSignal;
}

/** A melody for each wish, as 32 pitches in C major or A minor; given notes stay exactly. */
export async function makeMelodies(flow: Flow, wishes: readonly MelodyWish[], settings: MelodySettings): Promise<Int16Array[]> {
  const { seed, index, temperature, steps, polish, signal } = settings;
  const count = wishes.length;
  const condition = new Float32Array(count * melodyConditionDim);
  wishes.forEach((wish, i) => tellMelody(wish, condition.subarray(i * melodyConditionDim, (i + 1) * melodyConditionDim)));
  const known = Int32Array.from(
    { length: count * windowSteps },
    (_, i) => wishes[Math.floor(i / windowSteps)].given?.[i % windowSteps] ?? -1,
  );
  const { codes } = await sampleCodes(flow, count, {
    seed,
    start: index,
    steps,
    churn: polish,
    temperature,
    condition: { shape: [count, melodyConditionDim], data: condition },
    ...(known.some((code) => code >= 0) && { known: { shape: [count, windowSteps], data: known } }),
    signal,
  });
  return wishes.map((_, i) => Int16Array.from(codes.data.subarray(i * windowSteps, (i + 1) * windowSteps), (code) => alphabet[code]));
}
