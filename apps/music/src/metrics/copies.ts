import { pitchAt, rest, voiceCount, type Score } from '../score.js';

/**
 * The longest run of steps of a score that also stands in one of the sources, in any transposition, as a share of the
 * score's length. Both are compared as the moves of all four voices from step to step.
 * Costs about (steps of the score) · (steps of all sources).
 */
export function longestCopy(score: Score, sources: readonly Score[]): number {
  const ours = moveWords(score);
  let longest = 0;
  for (const source of sources) {
    const theirs = moveWords(source);
    let previous = new Int32Array(theirs.length + 1);
    for (const word of ours) {
      const row = new Int32Array(theirs.length + 1);
      for (let j = 0; j < theirs.length; j++) {
        if (theirs[j] === word) {
          row[j + 1] = previous[j] + 1;
          if (row[j + 1] > longest) longest = row[j + 1];
        }
      }
      previous = row;
    }
  }
  return ours.length === 0 ? 0 : longest / ours.length;
}

/** For each step after the first: the voices' moves and their distances, in one word. */
function moveWords(score: Score): string[] {
  const words: string[] = [];
  for (let step = 1; step < score.steps; step++) {
    const moves = Array.from({ length: voiceCount }, (_, v) => {
      const from = pitchAt(score, step - 1, v);
      const to = pitchAt(score, step, v);
      return from === rest || to === rest ? `r${Number(from === rest)}${Number(to === rest)}` : String(to - from);
    });
    const chord = Array.from({ length: voiceCount - 1 }, (_, v) => pitchAt(score, step, v) - pitchAt(score, step, v + 1));
    words.push(`${moves.join()}|${chord.join()}`);
  }
  return words;
}
