import { AdvectError } from '@advect/base/errors';
import { readZip } from '@advect/core/io';
import { readAbc } from './abc-read.js';
import { writeAbc } from './abc-write.js';
import { readMidi } from './midi-read.js';
import { writeMidi } from './midi-write.js';
import { readMusicXml } from './musicxml-read.js';
import { writeMusicXml } from './musicxml-write.js';
import { midiOfPiece, pieceOfMidi } from './piece-midi.js';
import type { Piece, ReadPiece } from './piece.js';
import { decodeXml } from './xml.js';

/** Bytes of a file of notes that are read at most, and of a compressed one when unpacked. */
export const largestPiece = 16 * 2 ** 20;

/** The kinds of files that hold notes, and the endings of their names. */
const kinds = { midi: ['.mid', '.midi', '.smf'], abc: ['.abc'], musicxml: ['.musicxml', '.xml'], mxl: ['.mxl'] } as const;

/** All of these endings, as a field for files takes them. */
export const pieceEndings = Object.values(kinds).flat().join(',');

export type PieceKind = keyof typeof kinds;

/** The kind that a file's name tells, or undefined for another. */
export const pieceKindOf = (name: string): PieceKind | undefined =>
  (Object.keys(kinds) as PieceKind[]).find((kind) => kinds[kind].some((ending) => name.toLowerCase().endsWith(ending)));

/**
 * The piece in a file: MIDI, ABC, MusicXML or compressed MusicXML, by how it begins, else by its name. Throws `invalid-file` for
 * anything else, and for what its reader refuses.
 */
export async function readPiece(name: string, bytes: Uint8Array): Promise<ReadPiece> {
  if (bytes.length > largestPiece) throw fault(name, `it has ${bytes.length} bytes; at most ${largestPiece} are read`);
  switch (kindOfBytes(bytes) ?? pieceKindOf(name)) {
    case 'midi':
      return { piece: pieceOfMidi(readMidi(bytes)), remarks: [] };
    case 'abc':
      return readAbc(new TextDecoder().decode(bytes));
    case 'musicxml':
      return readMusicXml(decodeXml(bytes));
    case 'mxl':
      return readMusicXml(decodeXml(await scoreInArchive(bytes)));
    default:
      throw fault(name, bytes.length === 0 ? 'it is empty' : 'it is neither MIDI, ABC nor MusicXML');
  }
}

/** A piece as the file that its name asks for: `.mid`, `.abc`, `.musicxml` or `.xml`. Throws `invalid-option` for another name. */
export function writePiece(name: string, piece: Piece): Uint8Array {
  switch (pieceKindOf(name)) {
    case 'midi':
      return writeMidi(midiOfPiece(piece));
    case 'abc':
      return new TextEncoder().encode(writeAbc(piece));
    case 'musicxml':
      return new TextEncoder().encode(writeMusicXml(piece));
    default:
      throw new AdvectError('invalid-option', `'${name}' is no name of a file of notes`, 'End it in .mid, .abc, .musicxml or .xml.');
  }
}

function kindOfBytes(bytes: Uint8Array): PieceKind | undefined {
  const begin = String.fromCharCode(...bytes.subarray(0, 64)).replaceAll('\0', '');
  if (begin.startsWith('MThd')) return 'midi';
  if (begin.startsWith('PK')) return 'mxl';
  if (/^(?:ï»¿|ÿþ|þÿ)?\s*<[?!a-z]/.test(begin)) return 'musicxml';
  if (/^(?:ï»¿)?(?:%abc|X:\s*\d)/.test(begin)) return 'abc';
  return undefined;
}

/** The score that the container of a compressed MusicXML file names, or else its first. */
async function scoreInArchive(bytes: Uint8Array): Promise<Uint8Array> {
  const entries = readZip(bytes, { limit: largestPiece });
  const container = entries.find(({ name }) => name === 'META-INF/container.xml');
  const named = container && /<rootfile\b[^>]*\bfull-path\s*=\s*["']([^"']+)["']/.exec(decodeXml(await container.read()))?.[1];
  const score =
    entries.find(({ name }) => name === named) ??
    entries.find(({ name }) => pieceKindOf(name) === 'musicxml' && !name.startsWith('META-INF/'));
  if (!score) throw fault('the archive', 'it holds no score (.musicxml or .xml)');
  return score.read();
}

const fault = (name: string, what: string): AdvectError =>
  new AdvectError(
    'invalid-file',
    `'${name}' cannot be read: ${what}`,
    'Give a MIDI (.mid), ABC (.abc) or MusicXML (.musicxml, .xml, .mxl) file.',
  );
