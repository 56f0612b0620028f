import { AdvectError } from '@advect/base/errors';
import { grooveOfPiece, pieceOfGroove } from '../../../codec/groove-piece.js';
import { timedNotes } from '../../../codec/midi-notes.js';
import { largestPiece, readPiece, writePiece } from '../../../codec/piece-file.js';
import { midiOfPiece } from '../../../codec/piece-midi.js';
import { writeWav } from '../../../codec/wav.js';
import { grooveBar } from '../../../data/grooves.js';
import { sliceSteps } from '../../../groove.js';
import { pieceOfBeat } from '../../../model/beat-piece.js';
import { withBars } from '../../../model/groove-draft.js';
import { synthesiseInSteps } from '../../../render/synthesise.js';
import { mostBars } from '../edit-beat.js';
import type { BeatToSave, ReadBeat } from '../groove-verbs.js';

/** The drums in a visitor's file, as many bars as the desk holds. Throws `invalid-file`, `unsupported`. */
export async function readBeatFile(file: File): Promise<ReadBeat> {
  if (file.size > largestPiece)
    throw new AdvectError('invalid-file', `'${file.name}' is too large for a beat`, 'Open a MIDI, ABC or MusicXML file of drums.');
  const { piece, remarks } = await readPiece(file.name, new Uint8Array(await file.arrayBuffer()));
  const read = grooveOfPiece(piece);
  const { beats, beatType } = piece.metre;
  const whole = withBars(read.groove, (beats * 16) / beatType, grooveBar);
  const most = mostBars * grooveBar;
  return {
    groove: whole.steps > most ? sliceSteps(whole, 0, most) : whole,
    tempo: Math.min(240, Math.max(40, Math.round(read.tempo))),
    remarks: [
      ...remarks,
      ...read.remarks,
      ...(whole.steps > most ? [`it has ${whole.steps / grooveBar} bars; the first ${mostBars} are here`] : []),
      ...(beats === beatType ? [] : [`its metre is ${beats}/${beatType}; each bar is heard as the beginning of one in 4/4`]),
    ],
  };
}

/** The beat as a file, byte for byte as the command line writes it: with how it was made, where the model made it. Throws `aborted`. */
export async function writeBeatFile(
  { groove, tempo, made, form }: BeatToSave,
  watch: { readonly signal?: AbortSignal; readonly onProgress?: (share: number) => void } = {},
): Promise<Uint8Array> {
  const piece = made ? pieceOfBeat(groove, made.settings, made.title) : pieceOfGroove(groove, { tempo, title: 'Beat' });
  if (form === 'mid') return writePiece('beat.mid', piece);
  const sound = await synthesiseInSteps(timedNotes(midiOfPiece(piece)), { instruments: 'choir', ...watch });
  return writeWav(sound, piece.settings && JSON.stringify(piece.settings));
}
