import { timedNotes } from '../../../codec/midi-notes.js';
import { writePiece } from '../../../codec/piece-file.js';
import { midiOfPiece } from '../../../codec/piece-midi.js';
import { writeWav } from '../../../codec/wav.js';
import { pieceOfTune } from '../../../model/tune-piece.js';
import type { TuneSettings } from '../../../model/tune-settings.js';
import { synthesiseInSteps } from '../../../render/synthesise.js';
import type { Score } from '../../../score.js';

/** The forms that a tune is saved in, by the endings of their files. */
export const saveForms = ['mid', 'wav', 'abc', 'musicxml'] as const;

export type SaveForm = (typeof saveForms)[number];

export interface TuneToSave {
  readonly score: Score;
  readonly settings: TuneSettings;
  /** "Chorale", without its key. */
  readonly title: string;
}

/** A tune as a file, byte for byte as the command line writes it. Throws `aborted`. */
export async function writeFile(
  { score, settings, title }: TuneToSave,
  form: SaveForm,
  watch: { readonly signal?: AbortSignal; readonly onProgress?: (share: number) => void } = {},
): Promise<Uint8Array> {
  const piece = pieceOfTune(score, settings, title);
  if (form !== 'wav') return writePiece(`tune.${form}`, piece);
  const sound = await synthesiseInSteps(timedNotes(midiOfPiece(piece)), { instruments: settings.instrument, ...watch });
  return writeWav(sound, JSON.stringify(piece.settings));
}
