import { AdvectError } from '@advect/base/errors';
import { type CommandContext, writeFileAtomic } from '@advect/node';
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

/** Where a command writes: the name of its files without ending, and their endings; or standard output, in one form. */
export interface OutNames {
  readonly to: 'files' | 'stdout';
  readonly base: string;
  readonly endings: readonly string[];
}

/**
 * What `--out` and `--format` ask for: a name that ends in a form is the only file, any other gets each of the formats; a folder
 * (`steps/`) gets files of the usual name; `-` is standard output, MIDI where no format is given.
 * Throws `invalid-option` for an unknown format, for an ending beside formats, and for several formats on standard output.
 */
export function outNames({ out, format }: { readonly out?: string; readonly format: readonly string[] }, usual: string): OutNames {
  const unknown = format.find((name) => !forms.some((form) => form === name));
  if (unknown !== undefined)
    throw new AdvectError('invalid-option', `--format names '${unknown}'`, `Give one or more of ${forms.join(', ')}.`);
  if (out === '-') {
    if (format.length > 1)
      throw new AdvectError(
        'invalid-option',
        `--out is '-', and --format names ${format.join(', ')}`,
        'Standard output takes one of them.',
      );
    return { to: 'stdout', base: '-', endings: format.length > 0 ? format : ['mid'] };
  }
  const [, base, ending] = /^(.*[^/\\])\.(midi?|wav|abc|musicxml|xml|mxl)$/i.exec(out ?? '') ?? [];
  if (ending === undefined)
    return {
      to: 'files',
      base: !out || /[/\\]$/.test(out) ? `${out ?? ''}${usual}` : out,
      endings: format.length > 0 ? [...new Set(format)] : usualForms,
    };
  if (ending.toLowerCase() === 'mxl')
    throw new AdvectError('invalid-option', `--out is '${out}'`, 'Compressed MusicXML is only read: end it in .musicxml.');
  if (format.length > 0)
    throw new AdvectError('invalid-option', `--out is '${out}', and --format is given, too`, 'Leave out --format, or the ending.');
  return { to: 'files', base, endings: [ending] };
}

/** How the results of a command are written. */
export interface Writing {
  readonly instrument: InstrumentName;
  readonly force: boolean;
  /** Leaves out what the piece was made with. */
  readonly noMetadata: boolean;
}

/** Writes a piece to files, or to standard output, each in the form that its ending names, with the piece's settings in it. */
export async function writeForms(
  { to, files }: { readonly to: OutNames['to']; readonly files: readonly string[] },
  piece: Piece,
  { instrument, force, noMetadata }: Writing,
  write: CommandContext['write'],
): Promise<void> {
  const { settings, ...bare } = piece;
  const told = noMetadata ? bare : { ...bare, settings };
  for (const file of files) {
    const bytes = /\.wav$/i.test(file) ? sound(told, instrument) : writePiece(file, told);
    if (to === 'stdout') write(bytes);
    else await writeFileAtomic(file, bytes, { force });
  }
}

const sound = (piece: Piece, instrument: InstrumentName): Uint8Array =>
  writeWav(synthesise(timedNotes(midiOfPiece(piece)), { instruments: instrument }), piece.settings && JSON.stringify(piece.settings));
