import { latin1 } from './bytes.js';

/** Kinds of file that hold a picture or moving pictures, and settings. */
export type FileKind = 'png' | 'jpeg' | 'webp' | 'gif' | 'avif' | 'mp4';

/** The kind of a file by its first bytes, or nothing where it is none of these. */
export function fileKind(bytes: Uint8Array): FileKind | undefined {
  const head = latin1(bytes.subarray(0, 16));
  if (head.startsWith('\x89PNG\r\n\x1a\n')) return 'png';
  if (head.startsWith('\xff\xd8\xff')) return 'jpeg';
  if (head.startsWith('RIFF') && head.slice(8, 12) === 'WEBP') return 'webp';
  if (/^GIF8[79]a/.test(head)) return 'gif';
  if (head.slice(4, 8) !== 'ftyp') return undefined;
  if (/^avi[fs]$/.test(head.slice(8, 12))) return 'avif';
  return /^(isom|iso[2-9]|mp4[12]|avc1|M4V |dash|msdh)$/.test(head.slice(8, 12)) ? 'mp4' : undefined;
}
