import { type CommandContext, terminalPicture } from '@advect/node';
import type { KeySignature } from '../codec/piece.js';
import { describeFault } from '../metrics/voice-leading.js';
import type { Filled } from '../model/fill.js';
import { rollPicture, rollText } from '../roll.js';
import { type Score, stepsPerBar, stepsPerBeat } from '../score.js';

/** Parallel fifths and octaves in a tune. */
export const parallels = ({ judgement }: Filled): number => judgement.leading.faults.filter((f) => f.kind !== 'crossing').length;

/** A title and the piano roll: in colour where the terminal has it, else in letters, as the key writes them. */
export function showScore({ terminal }: Pick<CommandContext, 'terminal'>, score: Score, key: KeySignature, title: string): string {
  const roll = terminal.colour === 'none' ? rollText(score, key) : terminalPicture(rollPicture(score), terminal);
  return `${title}\n${roll}`;
}

/** What the voice-leading check found, in words, and that the tune was chosen by it where it was. */
export function describeTune({ judgement, candidate }: Filled, best: number): string {
  const { leading, closes } = judgement;
  const found = leading.faults.slice(0, 6).map((fault) => `  ${describeFault(fault, stepsPerBar, stepsPerBeat)}`);
  const more = leading.faults.length > 6 ? [`  and ${leading.faults.length - 6} more`] : [];
  const chosen = best > 1 ? ` (candidate ${candidate + 1} of ${best}, chosen for this)` : '';
  const ending = closes ? 'ends on a plain chord' : 'does not come to rest';
  return [
    `voice leading: ${leading.faults.length === 0 ? 'no faults' : `${leading.faults.length} fault${leading.faults.length > 1 ? 's' : ''}`}, ${ending}${chosen}`,
    ...found,
    ...more,
  ].join('\n');
}
