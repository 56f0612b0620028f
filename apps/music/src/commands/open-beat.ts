import { basename } from 'node:path';
import { readLimited, sha256 } from '@advect/node';
import { grooveOfPiece } from '../codec/groove-piece.js';
import { largestPiece, readPiece } from '../codec/piece-file.js';
import type { Metre } from '../codec/piece.js';
import { grooveBar } from '../data/grooves.js';
import type { Groove } from '../groove.js';
import { withBars } from '../model/groove-draft.js';

/** Drums from a file. */
export interface Beat {
  /** In whole bars of 4/4; bars of a shorter metre are the beginnings of such. */
  readonly groove: Groove;
  /** Steps of a bar of the piece. */
  readonly bar: number;
  readonly metre: Metre;
  readonly tempo: number;
  /** The file's name without its ending. */
  readonly name: string;
  readonly sha256: string;
}

/** Reads the drums of a MIDI, ABC or MusicXML file, and says what the grid could not hold; as a rhythm with `anyNote`. Throws `invalid-file`, `unsupported`. */
export async function openBeat(path: string, note: (line: string) => void, how: { readonly anyNote?: boolean } = {}): Promise<Beat> {
  const bytes = await readLimited(path, largestPiece);
  const { piece, remarks } = await readPiece(path, bytes);
  const read = grooveOfPiece(piece, how);
  const name = basename(path).replace(/\.[^.]*$/, '');
  const { beats, beatType } = piece.metre;
  const bar = (beats * 16) / beatType;
  const groove = withBars(read.groove, bar, grooveBar);
  const strokes = groove.hits.reduce((sum, hit) => sum + hit, 0);
  note(`${name}: ${groove.steps / grooveBar} ${groove.steps === grooveBar ? 'bar' : 'bars'} of drums, ${strokes} strokes`);
  for (const remark of [...remarks, ...read.remarks]) note(`${name}: ${remark}`);
  if (bar !== grooveBar) note(`${name}: its metre is ${beats}/${beatType}; the model hears each bar as the beginning of one in 4/4`);
  return { groove, bar, metre: piece.metre, tempo: read.tempo, name, sha256: sha256(bytes) };
}
