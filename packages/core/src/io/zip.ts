import { AdvectError } from '@advect/base/errors';
import { integer, readOptions } from '@advect/base/options';
import { crc32 } from './crc32.js';
import { inflate } from './inflate.js';

/** One file in a zip archive. */
export interface ZipEntry {
  /** As it stands in the archive, with `/` between folders; a path, so never to be written to without a check. */
  readonly name: string;
  /** Bytes when unpacked. */
  readonly size: number;
  /** Unpacks it; throws `invalid-file` where the length or the CRC-32 is another than announced. */
  read(): Promise<Uint8Array>;
}

export interface ReadZipOptions {
  /** Most bytes that all entries together may unpack to. Default 2^31 − 1. */
  readonly limit?: number;
}

const endSize = 22;
const centralSize = 46;
const localSize = 30;

/**
 * The files in a zip archive, folders left out. Stored and deflated entries are read; encryption, zip64, archives in
 * pieces and other methods are not. All sizes and places are checked before anything is unpacked: entries lie in the
 * file, do not overlap, have names of their own, and unpack to no more than the limit. Every fault throws `invalid-file`.
 *
 * Reference: PKWARE (2022), APPNOTE.TXT, ".ZIP file format specification" 6.3.10.
 */
export function readZip(bytes: Uint8Array, options?: ReadZipOptions): ZipEntry[] {
  const { limit } = readOptions<Required<ReadZipOptions>>('readZip', options, { limit: integer({ default: 2 ** 31 - 1, min: 0 }) });
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { start, end, count } = findDirectory(view);
  const places: Place[] = [];
  for (let at = start; places.length < count;) {
    if (at + centralSize > end || view.getUint32(at, true) !== 0x02014b50) throw invalid(`entry ${places.length} of ${count} is missing`);
    const place = readPlace(bytes, view, at, end, start);
    places.push(place);
    at = place.next;
  }
  checkPlaces(places, limit);
  return places
    .filter(({ name }) => !name.endsWith('/'))
    .map(({ name, size, method, crc, from, to }) => ({
      name,
      size,
      read: async () => {
        const packed = bytes.subarray(from, to);
        const content = method === 0 ? new Uint8Array(packed) : await inflate(packed, size, name);
        if (crc32(content) !== crc) throw invalid(`${name} has another checksum than announced`);
        return content;
      },
    }));
}

/** DEFLATE makes at most 258 bytes of two bits (RFC 1951, 3.2.5). */
const mostInflated = (packed: number): number => 1032 * (packed + 8);

interface Place {
  readonly name: string;
  readonly size: number;
  readonly method: number;
  readonly crc: number;
  readonly header: number;
  readonly from: number;
  readonly to: number;
  readonly next: number;
}

/** Where the list of entries lies, from the record at the end of the file, which a comment of up to 64 KiB may follow. */
function findDirectory(view: DataView): { start: number; end: number; count: number } {
  const first = Math.max(0, view.byteLength - endSize - 0xffff);
  for (let at = view.byteLength - endSize; at >= first; at--) {
    if (view.getUint32(at, true) !== 0x06054b50 || at + endSize + view.getUint16(at + 20, true) !== view.byteLength) continue;
    const count = view.getUint16(at + 10, true);
    const size = view.getUint32(at + 12, true);
    const start = view.getUint32(at + 16, true);
    if (count === 0xffff || start === 0xffffffff) throw invalid('it is of the kind zip64');
    if (view.getUint32(at + 4, true) !== 0 || view.getUint16(at + 8, true) !== count) throw invalid('it is one of several pieces');
    if (start + size > at) throw invalid(`${count} entries are announced in ${size} bytes at ${start}`);
    return { start, end: start + size, count };
  }
  throw invalid('it has no list of entries at its end');
}

function readPlace(bytes: Uint8Array, view: DataView, at: number, end: number, directory: number): Place {
  const [flags, method] = [view.getUint16(at + 8, true), view.getUint16(at + 10, true)];
  const [crc, packed, size] = [16, 20, 24].map((offset) => view.getUint32(at + offset, true));
  const [nameLength, extra, comment] = [28, 30, 32].map((offset) => view.getUint16(at + offset, true));
  const header = view.getUint32(at + 42, true);
  const next = at + centralSize + nameLength + extra + comment;
  if (next > end) throw invalid('its list of entries is cut off');
  const raw = bytes.subarray(at + centralSize, at + centralSize + nameLength);
  const name = decodeName(raw);
  if (flags & 1) throw invalid(`${name} is encrypted`);
  if (method !== 0 && method !== 8) throw invalid(`${name} is packed by method ${method}`);
  if (packed === 0xffffffff || size === 0xffffffff || header === 0xffffffff) throw invalid(`${name} is of the kind zip64`);
  if (method === 0 && packed !== size) throw invalid(`${name} has two lengths, ${packed} and ${size}`);
  if (size > mostInflated(packed)) throw invalid(`${name} announces ${size} bytes from ${packed}`);
  if (header + localSize > directory || view.getUint32(header, true) !== 0x04034b50) throw invalid(`${name} is not where it should be`);
  const from = header + localSize + view.getUint16(header + 26, true) + view.getUint16(header + 28, true);
  if (from + packed > directory) throw invalid(`${name} reaches beyond the entries`);
  return { name, size, method, crc, header, from, to: from + packed, next };
}

function checkPlaces(places: readonly Place[], limit: number): void {
  const names = new Set(places.map(({ name }) => name));
  if (names.size < places.length) throw invalid('a name occurs twice');
  const total = places.reduce((sum, { size }) => sum + size, 0);
  if (total > limit) throw invalid(`it unpacks to ${total} bytes, more than the ${limit} allowed`);
  const sorted = places.toSorted((a, b) => a.header - b.header);
  sorted.forEach((place, i) => {
    if (i > 0 && place.header < sorted[i - 1].to) throw invalid(`${sorted[i - 1].name} and ${place.name} overlap`);
  });
}

function decodeName(raw: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(raw);
  } catch {
    // Some other code page: which one, the archive does not say.
    return new TextDecoder('latin1').decode(raw);
  }
}

const invalid = (problem: string): AdvectError =>
  new AdvectError('invalid-file', `the zip archive cannot be read: ${problem}`, 'Make it anew, or fetch it again.');
