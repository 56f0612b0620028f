/** The four voices, from high to low, in the order in which every score keeps them. */
export const voiceNames = ['Soprano', 'Alto', 'Tenor', 'Bass'] as const;

export const voiceCount = voiceNames.length;

/** The pitch that stands for silence. */
export const rest = -1;

/** Grid steps (eighth notes) in a quarter note and in a bar of four quarters. */
export const stepsPerBeat = 2;
export const stepsPerBar = 8;

/**
 * Four voices on a grid of eighth notes. `pitches` holds MIDI numbers, [step, voice] row by row, {@link rest} for silence.
 * Equal pitches in a row are one held note: the data that the models learn from does not tell a repeated note from a held one.
 */
export interface Score {
  readonly steps: number;
  readonly pitches: Int16Array;
}

/** The pitch that a voice sounds at a step. */
export const pitchAt = (score: Score, step: number, voice: number): number => score.pitches[step * voiceCount + voice];

/** Whether no voice sounds anywhere. */
export const isSilent = ({ pitches }: Score): boolean => pitches.every((pitch) => pitch === rest);

/** Makes a score from rows [S, A, T, B]. */
export function scoreOf(rows: readonly (readonly number[])[]): Score {
  return { steps: rows.length, pitches: Int16Array.from(rows.flat()) };
}

/** Steps `from` (inclusive) to `to` (exclusive). */
export function sliceScore(score: Score, from: number, to: number): Score {
  return { steps: to - from, pitches: score.pitches.slice(from * voiceCount, to * voiceCount) };
}

/** The score with every sounding pitch moved by a number of semitones. */
export function transposeScore(score: Score, semitones: number): Score {
  return { steps: score.steps, pitches: score.pitches.map((pitch) => (pitch === rest ? rest : pitch + semitones)) };
}

/** Scores one after another. */
export function joinScores(scores: readonly Score[]): Score {
  const pitches = new Int16Array(scores.reduce((sum, s) => sum + s.pitches.length, 0));
  let at = 0;
  for (const score of scores) {
    pitches.set(score.pitches, at);
    at += score.pitches.length;
  }
  return { steps: pitches.length / voiceCount, pitches };
}

/** A held note of one voice: `start` and `length` in steps. */
export interface Note {
  readonly voice: number;
  readonly pitch: number;
  readonly start: number;
  readonly length: number;
}

/** The notes of one voice, equal pitches in a row joined into one. */
export function notesOf(score: Score, voice: number): Note[] {
  const notes: Note[] = [];
  for (let start = 0; start < score.steps;) {
    const pitch = pitchAt(score, start, voice);
    let end = start + 1;
    while (end < score.steps && pitchAt(score, end, voice) === pitch) end++;
    if (pitch !== rest) notes.push({ voice, pitch, start, length: end - start });
    start = end;
  }
  return notes;
}

/** Notes of all voices; held pitches count once. */
export const countNotes = (score: Score): number =>
  Array.from({ length: voiceCount }, (_, voice) => notesOf(score, voice).length).reduce((a, b) => a + b, 0);
