import { AdvectError } from '@advect/base/errors';
import { readAbc } from '../../../codec/abc-read.js';
import type { ReadScore } from '../../../codec/midi-score.js';
import { scoreOfPiece } from '../../../codec/score-piece.js';

/**
 * A melody typed as letters, the first voice of a score: `C D E2 | G4`, quarter notes without a number, `c` above `B`, `_` and `^`
 * for flats and sharps, `z` for silence; or a whole tune in ABC. Throws `invalid-value` where there is no note in it.
 */
export function typedMelody(text: string): ReadScore {
  const tune = /^\s*X:/.test(text) ? text : `X:1\nM:4/4\nL:1/4\nK:C\n${text.trim()}\n`;
  try {
    const { piece, remarks } = readAbc(tune);
    const read = scoreOfPiece(piece);
    return { ...read, remarks: [...remarks, ...read.remarks] };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new AdvectError(
      'invalid-value',
      `what was typed is no melody: ${reason}`,
      'Type letters from A to G, such as C D E2 | G4.',
      cause,
    );
  }
}
