import { type Found, type Gathered, splitPieces } from '../../../lessons/gather.js';
import type { Score } from '../../../score.js';
import type { Lesson } from './verbs.js';

/** Pieces as a lesson: those that `splitPieces` sets apart to watch with are kept apart, the others are learned from. */
export function lessonOf(name: string, { found, leftOut }: Gathered<Score>): Lesson {
  const { train, valid, test } = splitPieces(found, found.length + leftOut.length);
  const scores = (part: readonly Found<Score>[]): Score[] => part.map(({ content }) => content);
  return { name, train: scores([...train, ...test]), held: scores(valid) };
}
