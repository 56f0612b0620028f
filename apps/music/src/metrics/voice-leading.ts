import { pitchAt, rest, voiceCount, voiceNames, type Score } from '../score.js';

/** One fault against the rules of four-part writing; `step` is where it is heard. */
export interface Fault {
  readonly kind: 'parallel fifths' | 'parallel octaves' | 'crossing';
  readonly step: number;
  /** Numbers of the two voices, the higher-written one first. */
  readonly voices: readonly [number, number];
}

/** What a voice-leading check found. */
export interface VoiceLeading {
  readonly faults: readonly Fault[];
  /** Steps at which at least one voice moves. */
  readonly changes: number;
  /** Share of the steps at which a lower voice sounds above its upper neighbour. */
  readonly crossing: number;
  /** Parallel fifths and octaves (unisons included) for each hundred changes. */
  readonly parallelsPerHundred: number;
}

/**
 * Finds parallel perfect fifths and octaves (two voices that both move, in the same direction, from one such interval
 * to the same one) and crossings of neighbouring voices.
 */
export function checkVoiceLeading(score: Score): VoiceLeading {
  const faults: Fault[] = [];
  let changes = 0;
  let crossed = 0;
  for (let step = 0; step < score.steps; step++) {
    const before = faults.length;
    for (let upper = 0; upper + 1 < voiceCount; upper++) {
      const a = pitchAt(score, step, upper);
      const b = pitchAt(score, step, upper + 1);
      if (a !== rest && b > a) faults.push({ kind: 'crossing', step, voices: [upper, upper + 1] });
    }
    if (faults.length > before) crossed++;
    if (step === 0) continue;
    const moves = Array.from({ length: voiceCount }, (_, v) => moveAt(score, step, v));
    if (moves.some((m) => m !== 0)) changes++;
    for (let upper = 0; upper < voiceCount; upper++) {
      for (let lower = upper + 1; lower < voiceCount; lower++) {
        const kind = parallel(score, step, upper, lower, moves);
        if (kind) faults.push({ kind, step, voices: [upper, lower] });
      }
    }
  }
  const parallels = faults.filter((f) => f.kind !== 'crossing').length;
  return {
    faults,
    changes,
    crossing: score.steps === 0 ? 0 : crossed / score.steps,
    parallelsPerHundred: changes === 0 ? 0 : (100 * parallels) / changes,
  };
}

function parallel(score: Score, step: number, upper: number, lower: number, moves: readonly number[]): Fault['kind'] | undefined {
  if (moves[upper] === 0 || Math.sign(moves[upper]) !== Math.sign(moves[lower])) return undefined;
  const before = interval(score, step - 1, upper, lower);
  const after = interval(score, step, upper, lower);
  if (before !== after) return undefined;
  return after === 7 ? 'parallel fifths' : after === 0 ? 'parallel octaves' : undefined;
}

/** Semitones that a voice moves into a step; 0 where it holds, enters or falls silent. */
function moveAt(score: Score, step: number, voice: number): number {
  const from = pitchAt(score, step - 1, voice);
  const to = pitchAt(score, step, voice);
  return from === rest || to === rest ? 0 : to - from;
}

const interval = (score: Score, step: number, upper: number, lower: number): number =>
  (((pitchAt(score, step, upper) - pitchAt(score, step, lower)) % 12) + 12) % 12;

/** One line for a fault: "bar 2 beat 3: parallel fifths between Soprano and Bass". */
export const describeFault = (fault: Fault, stepsPerBar: number, stepsPerBeat: number): string =>
  `bar ${Math.floor(fault.step / stepsPerBar) + 1} beat ${Math.floor((fault.step % stepsPerBar) / stepsPerBeat) + 1}: ${fault.kind} between ${voiceNames[fault.voices[0]]} and ${voiceNames[fault.voices[1]]}`;
