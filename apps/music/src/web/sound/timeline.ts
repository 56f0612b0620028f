import { ticksPerQuarter, type Piece } from '../../codec/piece.js';

/** Where in time the steps of a piece lie. */
export interface Timeline {
  /** Seconds from the beginning; a step may be broken. */
  secondsAt(step: number): number;
  stepAt(seconds: number): number;
}

/** The timeline of a grid of so many steps in a quarter note under tempi. */
export function timelineOf(tempos: Piece['tempos'], stepsPerQuarter: number): Timeline {
  const marks = tempos.map(({ tick, perMinute }) => ({
    step: (tick / ticksPerQuarter) * stepsPerQuarter,
    perStep: 60 / perMinute / stepsPerQuarter,
    seconds: 0,
  }));
  for (let i = 1; i < marks.length; i++) {
    const from = marks[i - 1];
    marks[i].seconds = from.seconds + (marks[i].step - from.step) * from.perStep;
  }
  return {
    secondsAt(step) {
      const mark = marks.findLast((one) => one.step <= step) ?? marks[0];
      return mark.seconds + (step - mark.step) * mark.perStep;
    },
    stepAt(seconds) {
      const mark = marks.findLast((one) => one.seconds <= seconds) ?? marks[0];
      return mark.step + (seconds - mark.seconds) / mark.perStep;
    },
  };
}
