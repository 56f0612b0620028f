import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AdvectError } from '@advect/base/errors';
import { choice, flag, numeric, refuseExisting, text, writeFileAtomic } from '@advect/node';
import { endingOf, formatOf } from '../format/formats.js';
import type { FileKind } from '../format/picture-kind.js';

/** Options of a command that writes pictures of some formats. */
export const outputOptions = <const F extends readonly FileKind[]>(formats: F, usual: string) => ({
  out: text({ description: "a file, a folder (dir/), or '-' for standard output", short: 'o', placeholder: 'PATH', default: usual }),
  format: choice(formats, { description: 'format of the files', defaultText: `as the name says, else ${formats[0]}` }),
  quality: numeric({
    description: 'of formats that lose something, up to 100',
    integer: true,
    min: 1,
    max: 100,
    defaultText: 'WebP lossless, JPEG 95, AVIF and MP4 90',
  }),
  force: flag({ description: 'replace files that exist', aliases: ['overwrite'] }),
  noMetadata: flag({ description: 'leave the settings out of the files' }),
  dryRun: flag({ description: 'say what would be made, and make nothing' }),
});

/** Where results go. */
export interface Output<F extends FileKind> {
  readonly to: 'file' | 'folder' | 'stdout';
  readonly path: string;
  readonly format: F;
}

/**
 * Reads `--out` and `--format`. A path with a `/` at its end, of a folder that exists, or without an ending is a folder. Throws
 * `invalid-option` for a format that is not among them, and for an ending that contradicts the format.
 */
export async function readOutput<F extends FileKind>(
  { out, format }: { readonly out: string; readonly format: F | undefined },
  formats: readonly F[],
): Promise<Output<F>> {
  if (out === '-') return { to: 'stdout', path: '-', format: format ?? formats[0] };
  const isFolder =
    /[/\\]$/.test(out) || !/\.[a-z0-9]{1,5}$/i.test(out) || ((await stat(out).catch(() => undefined))?.isDirectory() ?? false);
  if (isFolder) return { to: 'folder', path: out, format: format ?? formats[0] };
  const named = formats.find((known) => known === formatOf(out));
  if (named === undefined) {
    const endings = formats.map((known) => `.${endingOf(known)}`).join(', ');
    throw new AdvectError(
      'invalid-option',
      `--out is '${out}', whose ending is not of a format that is written here`,
      `End it in ${endings}, or give a folder (${out}/).`,
    );
  }
  if (format !== undefined && format !== named) {
    throw new AdvectError(
      'invalid-option',
      `--out is '${out}' and --format is ${format}`,
      `End it in .${endingOf(format)}, or leave --format out.`,
    );
  }
  return { to: 'file', path: out, format: named };
}

/** The file of an output that is one; in a folder, that of a name. */
export const fileIn = ({ to, path, format }: Output<FileKind>, name: string): string =>
  to === 'folder' ? join(path, `${name.replace(/[^\w.+-]+/g, '_')}.${endingOf(format)}`) : path;

/** Throws `invalid-file` where a file exists and is not to be replaced: before the work, which may be long. */
export async function refuseTaken(output: Output<FileKind>, files: readonly string[], force: boolean): Promise<void> {
  if (force || output.to === 'stdout') return;
  for (const file of files) await refuseExisting(file, 'Give another name, or --overwrite to replace it.');
}

/** Throws `invalid-option` for a quality of a format that has none to choose. */
export function refuseQuality(format: FileKind, quality: number | undefined): void {
  if (quality === undefined || (format !== 'png' && format !== 'gif')) return;
  const why = format === 'png' ? 'a PNG loses nothing' : 'a GIF has no quality to choose';
  throw new AdvectError(
    'invalid-option',
    `${why}, so --quality ${quality} would change nothing`,
    'Leave --quality out, or write another format.',
  );
}

/** Writes a result where it belongs: a file appears whole or not at all. */
export async function writeResult(
  output: Output<FileKind>,
  file: string,
  bytes: Uint8Array,
  { write, force }: { readonly write: (bytes: Uint8Array) => void; readonly force: boolean },
): Promise<void> {
  if (output.to === 'stdout') write(bytes);
  else await writeFileAtomic(file, bytes, { force });
}
