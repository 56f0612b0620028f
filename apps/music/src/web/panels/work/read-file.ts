import { AdvectError, throwIfAborted } from '@advect/base/errors';
import { sha256 } from '@advect/core/io';
import type { ReadScore } from '../../../codec/midi-score.js';
import type { Piece } from '../../../codec/piece.js';
import { largestPiece, readPiece } from '../../../codec/piece-file.js';
import { scoreOfFile } from '../../../codec/score-file.js';
import { parseSettings } from '../../../codec/settings.js';
import { wavComment } from '../../../codec/wav.js';
import { readTuneSettings, type TuneSettings } from '../../../model/tune-settings.js';

/** What a file of a visitor holds: notes, or how to make them, or both. */
export interface ReadFile {
  /** The file's name without its ending. */
  readonly name: string;
  /** Checksum of the file: the parent of what is made from it. */
  readonly sha256: string;
  /** Whether it has notes of drums alone, which the groove tab reads. */
  readonly drums?: boolean;
  /** Absent for sound, which holds no notes, and for drums. */
  readonly piece?: ReadScore;
  /** What a program of ours made it with. */
  readonly settings?: TuneSettings;
}

/** The largest sound that is read: some ten minutes. */
const largestSound = 128 * 2 ** 20;

/**
 * The piece in a MIDI, ABC or MusicXML file, on the grid of four voices, or the settings in a WAV file. Throws `invalid-file`
 * with what is wrong with it.
 */
export async function readFile(file: File, signal?: AbortSignal): Promise<ReadFile> {
  const name = file.name.replace(/\.[^.]*$/, '');
  const isSound = /\.wav$/i.test(file.name);
  const most = isSound ? largestSound : largestPiece;
  if (file.size > most) {
    throw new AdvectError(
      'invalid-file',
      `'${file.name}' has ${Math.round(file.size / 2 ** 20)} MB; at most ${most / 2 ** 20} are read`,
      isSound ? 'Sound says how it was made, not its notes: open the MIDI file of the tune.' : 'Cut the piece into shorter ones.',
    );
  }
  const bytes = new Uint8Array(await file.arrayBuffer());
  throwIfAborted(signal, 'reading the file');
  const about = { name, sha256: await sha256(bytes) };
  if (isSound) return { ...about, settings: readTuneSettings(parseSettings(wavComment(bytes)), file.name) };
  const read = await readPiece(file.name, bytes);
  if (hasDrumsAlone(read.piece)) return { ...about, drums: true };
  const { settings: found, ...piece } = scoreOfFile(read);
  const settings = ownSettings(found, file.name);
  return { ...about, piece, ...(settings && { settings }) };
}

function hasDrumsAlone({ parts }: Piece): boolean {
  const sounding = parts.filter(({ notes }) => notes.length > 0);
  return sounding.length > 0 && sounding.every(({ drums }) => drums);
}

/** What a tune of ours was made with; the notes of another file are read all the same. */
function ownSettings(found: Readonly<Record<string, unknown>> | undefined, file: string): TuneSettings | undefined {
  try {
    return found && readTuneSettings(found, file);
  } catch (thrown) {
    if (thrown instanceof AdvectError) return undefined;
    throw thrown;
  }
}
