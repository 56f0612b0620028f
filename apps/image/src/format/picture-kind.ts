import { latin1 } from './bytes.js';
import { isWebm } from './webm-comment.js';

/** Kinds of file that hold a picture or moving pictures, and settings. */
export type FileKind = 'png' | 'jpeg' | 'webp' | 'gif' | 'avif' | 'mp4' | 'webm';

/** The kind of a file by its first bytes, or nothing where it is none of these. */
export function fileKind(bytes: Uint8Array): FileKind | undefined {
  const head = latin1(bytes.subarray(0, 16));
  if (head.startsWith('\x89PNG\r\n\x1a\n')) return 'png';
  if (head.startsWith('\xff\xd8\xff')) return 'jpeg';
  if (head.startsWith('RIFF') && head.slice(8, 12) === 'WEBP') return 'webp';
  if (/^GIF8[79]a/.test(head)) return 'gif';
  if (isWebm(bytes)) return 'webm';
  if (head.slice(4, 8) !== 'ftyp') return undefined;
  const brands = brandsOf(bytes);
  if (brands.some((brand) => brand === 'avif' || brand === 'avis')) return 'avif';
  return brands.some((brand) => /^(isom|iso[2-9]|mp4[12]|avc1|M4V )$/.test(brand)) ? 'mp4' : undefined;
}

/** The kinds that a file of media boxes says it is of, in its first box. */
function brandsOf(bytes: Uint8Array): string[] {
  const size = Math.min(bytes.length, 256, ((bytes[0] << 24) | (bytes[1] << 16) | (bytes[2] << 8) | bytes[3]) >>> 0);
  const words = latin1(bytes.subarray(8, size)).match(/[^]{4}/g) ?? [];
  return words.filter((_, i) => i !== 1); // the second one is the version
}
