import { joined, latin1, latin1Bytes } from './bytes.js';

/** A box of the ISO base media format, which AVIF and MP4 files are made of. */
interface Box {
  readonly type: string;
  readonly data: Uint8Array;
}

/** The boxes of a file, or within a box, as far as it holds them whole. Reference: ISO/IEC 14496-12, §4.2. */
function boxes(bytes: Uint8Array): Box[] {
  const view = viewOf(bytes);
  const found: Box[] = [];
  let at = 0;
  while (at + 8 <= bytes.length) {
    const short = view.getUint32(at);
    const head = short === 1 ? 16 : 8;
    if (at + head > bytes.length) break;
    const size = short === 1 ? Number(view.getBigUint64(at + 8)) : short === 0 ? bytes.length - at : short;
    if (size < head || at + size > bytes.length) break;
    found.push({ type: latin1(bytes.subarray(at + 4, at + 8)), data: bytes.subarray(at + head, at + size) });
    at += size;
  }
  return found;
}

const within = (bytes: Uint8Array | undefined, type: string): Uint8Array | undefined =>
  bytes && boxes(bytes).find((box) => box.type === type)?.data;

/** The EXIF block of an AVIF file, if it has one. */
export function avifExif(avif: Uint8Array): Uint8Array | undefined {
  const meta = within(avif, 'meta')?.subarray(4);
  const id = exifItem(within(meta, 'iinf'));
  const place = id === undefined ? undefined : itemPlace(within(meta, 'iloc'), id);
  if (!place || place.start + place.size > avif.length || place.size < 4) return undefined;
  const item = avif.subarray(place.start, place.start + place.size);
  return item.subarray(Math.min(item.length, 4 + viewOf(item).getUint32(0)));
}

/** Width and height of each picture in an AVIF file, as its properties say. Reference: ISO/IEC 23008-12, §6.5.3. */
export function avifSizes(avif: Uint8Array): { readonly width: number; readonly height: number }[] {
  const properties = within(within(within(avif, 'meta')?.subarray(4), 'iprp'), 'ipco');
  return boxes(properties ?? new Uint8Array(0))
    .filter(({ type, data }) => type === 'ispe' && data.length >= 12)
    .map(({ data }) => ({ width: viewOf(data).getUint32(4), height: viewOf(data).getUint32(8) }));
}

/** The comment of an MP4 file, if it has one: as iTunes and ffmpeg write it, or that of the file as a whole. */
export function mp4Comment(mp4: Uint8Array): string | undefined {
  const meta = (within(within(within(mp4, 'moov'), 'udta'), 'meta') ?? within(mp4, 'meta'))?.subarray(4);
  const data = within(within(within(meta, 'ilst'), '\xa9cmt'), 'data');
  return data && new TextDecoder().decode(data.subarray(8));
}

/**
 * An MP4 file with a comment for the file as a whole, at its end, so that nothing in it moves. Reference: ISO/IEC 14496-12, §8.11.1.
 */
export function appendMp4Comment(mp4: Uint8Array, text: string): Uint8Array<ArrayBuffer> {
  const zeros = (count: number): Uint8Array => new Uint8Array(count);
  const handler = box('hdlr', zeros(8), latin1Bytes('mdirappl'), zeros(9));
  const data = box('data', Uint8Array.of(0, 0, 0, 1, 0, 0, 0, 0), new TextEncoder().encode(text));
  return joined(mp4, box('meta', zeros(4), handler, box('ilst', box('\xa9cmt', data))));
}

function box(type: string, ...parts: readonly Uint8Array[]): Uint8Array {
  const data = joined(...parts);
  const size = new Uint8Array(4);
  new DataView(size.buffer).setUint32(0, data.length + 8);
  return joined(size, latin1Bytes(type), data);
}

/** Number of the item of kind Exif. */
function exifItem(iinf: Uint8Array | undefined): number | undefined {
  if (!iinf || iinf.length < 6) return undefined;
  const entries = boxes(iinf.subarray(iinf[0] === 0 ? 6 : 8)).filter(
    ({ type, data }) => type === 'infe' && data.length >= 12 && data[0] >= 2,
  );
  for (const { data } of entries) {
    const wide = data[0] === 3;
    const kindAt = wide ? 10 : 8;
    if (latin1(data.subarray(kindAt, kindAt + 4)) === 'Exif') return wide ? viewOf(data).getUint32(4) : viewOf(data).getUint16(4);
  }
  return undefined;
}

/** Where the first extent of an item lies in the file. */
function itemPlace(iloc: Uint8Array | undefined, wanted: number): { readonly start: number; readonly size: number } | undefined {
  if (!iloc || iloc.length < 8) return undefined;
  const version = iloc[0];
  const view = viewOf(iloc);
  let at = 6;
  const number = (size: number): number => {
    const value = at + size > iloc.length ? NaN : [0, 1, 2, 4].includes(size) ? plain(view, at, size) : Number(view.getBigUint64(at));
    at += size;
    return value;
  };
  const [offsetSize, lengthSize, baseSize, indexSize] = [iloc[4] >> 4, iloc[4] & 15, iloc[5] >> 4, version === 0 ? 0 : iloc[5] & 15];
  if ([offsetSize, lengthSize, baseSize, indexSize].some((size) => ![0, 4, 8].includes(size))) return undefined;
  const items = number(version < 2 ? 2 : 4);
  for (let i = 0; i < items && at < iloc.length; i++) {
    const id = number(version < 2 ? 2 : 4);
    if (version > 0) at += 2;
    at += 2;
    const base = number(baseSize);
    const extents = number(2);
    for (let extent = 0; extent < extents && at < iloc.length; extent++) {
      at += indexSize;
      const start = base + number(offsetSize);
      const size = number(lengthSize);
      if (id === wanted) return Number.isFinite(start + size) ? { start, size } : undefined;
    }
  }
  return undefined;
}

const plain = (view: DataView, at: number, size: number): number =>
  size === 0 ? 0 : size === 1 ? view.getUint8(at) : size === 2 ? view.getUint16(at) : view.getUint32(at);

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
