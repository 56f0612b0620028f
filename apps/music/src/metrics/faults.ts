import { type Score, stepsPerBar, stepsPerBeat } from '../score.js';
import { describePartFault, leapsOf, outOfRange, type PartFault } from './part-writing.js';
import { checkVoiceLeading, describeFault, type Fault } from './voice-leading.js';

/** A fault of any kind, where it is heard, and in words. */
export interface PlacedFault {
  readonly kind: Fault['kind'] | PartFault['kind'];
  readonly step: number;
  /** Numbers of the voices that it is about. */
  readonly voices: readonly number[];
  /** "bar 2 beat 3" */
  readonly place: string;
  /** "parallel fifths between Soprano and Bass" */
  readonly words: string;
}

/** What can be held against a piece of four voices, in order: parallels, crossings, ranges and leaps. */
export function faultsOf(score: Score): PlacedFault[] {
  const placed = (kind: PlacedFault['kind'], step: number, voices: readonly number[], line: string): PlacedFault => {
    const [place, words] = line.split(': ');
    return { kind, step, voices, place, words };
  };
  return [
    ...checkVoiceLeading(score).faults.map((fault) =>
      placed(fault.kind, fault.step, fault.voices, describeFault(fault, stepsPerBar, stepsPerBeat)),
    ),
    ...[...outOfRange(score), ...leapsOf(score)].map((fault) =>
      placed(fault.kind, fault.step, [fault.voice], describePartFault(fault, stepsPerBar, stepsPerBeat)),
    ),
  ].sort((a, b) => a.step - b.step);
}
