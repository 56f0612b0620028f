import { voiceRanges } from '../data/voice-range.js';
import { notesOf, pitchAt, rest, voiceCount, voiceNames, type Score } from '../score.js';

/** A note out of its voice's range, or a leap that voices do not make; `step` is where it is heard. */
export interface PartFault {
  readonly kind: 'range' | 'leap';
  readonly step: number;
  readonly voice: number;
  /** Semitones beyond the range, or of the leap. */
  readonly size: number;
}

/** Leaps of more than an octave, and of a tritone, a seventh or the like in the three upper voices. */
export function leapsOf(score: Score): PartFault[] {
  const faults: PartFault[] = [];
  for (let step = 1; step < score.steps; step++) {
    for (let voice = 0; voice < voiceCount; voice++) {
      const from = pitchAt(score, step - 1, voice);
      const to = pitchAt(score, step, voice);
      if (from === rest || to === rest) continue;
      const size = Math.abs(to - from);
      const isWide = size > 12 || (voice < voiceCount - 1 && (size === 6 || size > 9) && size !== 12);
      if (isWide) faults.push({ kind: 'leap', step, voice, size });
    }
  }
  return faults;
}

/** Notes outside the ranges of the voices in the JSB chorales. */
export const outOfRange = (score: Score): PartFault[] =>
  voiceRanges.flatMap(([low, high], voice) =>
    notesOf(score, voice).flatMap(({ pitch, start }): PartFault[] => {
      const size = Math.max(low - pitch, pitch - high, 0);
      return size > 0 ? [{ kind: 'range', step: start, voice, size }] : [];
    }),
  );

/** One line for a fault: "bar 2 beat 3: Tenor leaps 11 semitones". */
export const describePartFault = ({ kind, step, voice, size }: PartFault, stepsPerBar: number, stepsPerBeat: number): string =>
  `bar ${Math.floor(step / stepsPerBar) + 1} beat ${Math.floor((step % stepsPerBar) / stepsPerBeat) + 1}: ${voiceNames[voice]} ${
    kind === 'leap' ? `leaps ${size} semitones` : `is ${size} semitone${size === 1 ? '' : 's'} out of range`
  }`;
