import { AdvectError } from '@advect/base/errors';
import { writeFileAtomic } from '@advect/node';
import { timedNotes } from '../codec/midi-notes.js';
import { writePiece } from '../codec/piece-file.js';
import { midiOfPiece } from '../codec/piece-midi.js';
import type { Piece } from '../codec/piece.js';
import { writeWav } from '../codec/wav.js';
import type { InstrumentName } from '../render/instrument.js';
import { synthesise } from '../render/synthesise.js';

/** The forms that music is written in, by the endings of their files. */
export const forms = ['mid', 'wav', 'abc', 'musicxml'] as const;

const usualForms = ['mid', 'wav'] as const satisfies (typeof forms)[number][];

/** Where a command writes: the name of its files without ending, and their endings. */
export interface OutNames {
  readonly base: string;
  readonly endings: readonly string[];
}

/**
 * What `--out` and `--format` ask for: a name that ends in a form is the only file, any other gets each of the formats; a folder
 * (`steps/`) gets files of the usual name.
 * Throws `invalid-option` for an unknown format, and for an ending beside formats.
 */
export function outNames({ out, format }: { readonly out?: string; readonly format: readonly string[] }, usual: string): OutNames {
  const unknown = format.find((name) => !forms.some((form) => form === name));
  if (unknown !== undefined)
    throw new AdvectError('invalid-option', `--format names '${unknown}'`, `Give one or more of ${forms.join(', ')}.`);
  const [, base, ending] = /^(.*[^/\\])\.(midi?|wav|abc|musicxml|xml|mxl)$/i.exec(out ?? '') ?? [];
  if (ending === undefined)
    return {
      base: !out || /[/\\]$/.test(out) ? `${out ?? ''}${usual}` : out,
      endings: format.length > 0 ? [...new Set(format)] : usualForms,
    };
  if (ending.toLowerCase() === 'mxl')
    throw new AdvectError('invalid-option', `--out is '${out}'`, 'Compressed MusicXML is only read: end it in .musicxml.');
  if (format.length > 0)
    throw new AdvectError('invalid-option', `--out is '${out}', and --format is given, too`, 'Leave out --format, or the ending.');
  return { base, endings: [ending] };
}

/** Writes a piece to files, each in the form that its ending names, with the piece's settings in it. */
export async function writeForms(
  files: readonly string[],
  piece: Piece,
  { instrument, force }: { readonly instrument: InstrumentName; readonly force: boolean },
): Promise<void> {
  for (const file of files)
    await writeFileAtomic(file, /\.wav$/i.test(file) ? sound(piece, instrument) : writePiece(file, piece), { force });
}

const sound = (piece: Piece, instrument: InstrumentName): Uint8Array =>
  writeWav(synthesise(timedNotes(midiOfPiece(piece)), { instruments: instrument }), JSON.stringify(piece.settings));
