import type { Timeline } from './timeline.js';

/** A stretch of a piece that sounds: since when by the audio clock, and which second of the piece that was. */
export interface Passage {
  readonly steps: number;
  readonly timeline: Timeline;
  readonly since: number;
  readonly second: number;
  /** Seconds that are repeated. */
  readonly loop: { readonly from: number; readonly to: number } | undefined;
  /** What sounds until this one begins. */
  readonly before?: Omit<Passage, 'before'>;
}

/** The second of the piece that a passage has come to at a time; its first one before it begins. */
export function secondIn({ since, second, loop }: Omit<Passage, 'before'>, time: number): number {
  const here = second + Math.max(0, time - since);
  return loop && here >= loop.to ? loop.from + ((here - loop.from) % (loop.to - loop.from)) : here;
}

/** The step that is heard at a time: of what sounds before, until it begins. */
export function stepAt(passage: Passage, time: number): number {
  const heard = passage.before && time < passage.since ? passage.before : passage;
  return Math.min(heard.steps, heard.timeline.stepAt(secondIn(heard, time)));
}

/** Seconds from a time until a step sounds in a passage; past ones are negative. */
export function secondsUntil(passage: Passage, step: number, time: number): number {
  const { steps, timeline, since } = passage;
  return Math.max(0, since - time) + timeline.secondsAt(step) - Math.min(timeline.secondsAt(steps), secondIn(passage, time));
}
