import { AdvectError } from '@advect/base/errors';
import { scoreOfMidi } from '../codec/midi-score.js';
import { readPiece } from '../codec/piece-file.js';
import { midiOfPiece } from '../codec/piece-midi.js';
import { rest, type Score, stepsPerBar, voiceCount, voiceNames } from '../score.js';
import type { Found } from './gather.js';
import { windowsOf, windowSteps } from '../data/windows.js';

/** Share of a piece's eighths in which more than four voices may sound, and in which all four have to. */
const mostCrowded = 0.05;
const leastFull = 0.5;

/**
 * A four-part piece from a file of notes, as `scoreOfMidi` reads it. Throws `invalid-file` for what `readPiece` refuses, for pieces
 * of fewer or more voices, and where no four bars in a row lie within the models' range.
 */
export async function ownChorale(name: string, bytes: Uint8Array): Promise<Found<Score>> {
  const { piece, remarks } = await readPiece(name, bytes);
  const { score, voices, crowded, remarks: more } = scoreOfMidi(midiOfPiece(piece));
  const refuse = (what: string): never => {
    throw new AdvectError('invalid-file', what, 'Four voices and four bars or more can be learned from.');
  };
  const full = fullSteps(score);
  if (crowded > mostCrowded * score.steps)
    refuse(`it has more than four voices: ${crowded} of its ${score.steps} eighth notes hold five or more`);
  if (voices.length < voiceCount) refuse(`it has ${counted(voices)}, not four voices`);
  if (full < leastFull * score.steps) refuse(`its four voices sound together in ${full} of its ${score.steps} eighth notes only`);
  if (score.steps < windowSteps) refuse(`it has ${Math.ceil(score.steps / stepsPerBar)} bars; four are needed`);
  if (windowsOf([score]).length === 0) refuse('no four bars of it lie between C2 and A5, moved to C major or A minor');
  return { name, content: score, print: printOf(score), remarks: [...remarks, ...more] };
}

const counted = (voices: readonly number[]): string =>
  voices.length === 1 ? 'one voice' : `${voices.length} voices (${voices.map((voice) => voiceNames[voice].toLowerCase()).join(', ')})`;

function fullSteps({ pitches, steps }: Score): number {
  let full = 0;
  for (let step = 0; step < steps; step++) if (!pitches.subarray(step * voiceCount, (step + 1) * voiceCount).includes(rest)) full++;
  return full;
}

/** The same for a piece in another key. */
function printOf({ pitches }: Score): string {
  const first = pitches.find((pitch) => pitch !== rest)!;
  return Array.from(pitches, (pitch) => (pitch === rest ? '' : pitch - first)).join(',');
}
