import { AdvectError } from '@advect/base/errors';
import { grooveOfPiece } from '../codec/groove-piece.js';
import { readPiece } from '../codec/piece-file.js';
import type { Found } from './gather.js';
import { grooveLabel, grooveStyles, grooveWindows, type GrooveStyle, type GrooveWindow } from '../data/grooves.js';

const [slowest, fastest] = [30, 300];

/**
 * The windows of a beat in 4/4 from a file of drums. Its style is the first that its path names as a word, such as "funk/verse.mid",
 * and unknown where it names none; its tempo is the file's. Throws `invalid-file` for what `readPiece` and `grooveOfPiece`
 * refuse, and for other metres.
 */
export async function ownBeat(name: string, bytes: Uint8Array): Promise<Found<readonly GrooveWindow[]>> {
  const { piece, remarks } = await readPiece(name, bytes);
  const { beats, beatType } = piece.metre;
  if (beats !== beatType) throw new AdvectError('invalid-file', `its metre is ${beats}/${beatType}`, 'Beats in 4/4 can be learned from.');
  const { groove, tempo, remarks: more } = grooveOfPiece(piece);
  const label = grooveLabel(name) ?? { ...styleIn(name), tempo: Math.min(fastest, Math.max(slowest, tempo)) };
  const windows = grooveWindows(groove, label, name);
  const { hits, velocities, offsets } = groove;
  const print = Array.from(hits, (hit, i) => (hit ? `${Math.round(127 * velocities[i])}/${Math.round(120 * offsets[i])}` : '')).join(',');
  return { name, content: windows, print, remarks: [...remarks, ...more] };
}

function styleIn(name: string): { readonly style?: GrooveStyle } {
  const words = name.toLowerCase().split(/[^a-z]+/);
  const style = grooveStyles.find((known) => words.includes(known));
  return style ? { style } : {};
}
