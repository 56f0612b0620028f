import { joined, latin1 } from './bytes.js';

/** Names of the elements of a Matroska file that hold texts. */
const ids = {
  tags: [0x12, 0x54, 0xc3, 0x67],
  tag: [0x73, 0x73],
  targets: [0x63, 0xc0],
  simple: [0x67, 0xc8],
  name: [0x45, 0xa3],
  text: [0x44, 0x87],
};

const comment = 'COMMENT';

/** Whether a file begins as Matroska and WebM do. */
export const isWebm = (bytes: Uint8Array): boolean => latin1(bytes.subarray(0, 4)) === '\x1a\x45\xdf\xa3';

/**
 * A WebM file as browsers record it, whose segment goes on to the end of the file, with a comment put there. Reference: RFC 9559,
 * Matroska media container format, §5.1.8.
 */
export function appendWebmComment(webm: Uint8Array, text: string): Uint8Array<ArrayBuffer> {
  const encode = (s: string): Uint8Array => new TextEncoder().encode(s);
  const simple = element(ids.simple, element(ids.name, encode(comment)), element(ids.text, encode(text)));
  return joined(webm, element(ids.tags, element(ids.tag, element(ids.targets), simple)));
}

/** The last comment of a WebM file, as far as its tags stand at the end of it. */
export function webmComment(webm: Uint8Array): string | undefined {
  const mark = String.fromCharCode(...ids.name, 0x80 | comment.length) + comment + String.fromCharCode(...ids.text);
  const tail = webm.subarray(Math.max(0, webm.length - 100_000));
  const at = latin1(tail).lastIndexOf(mark);
  if (at < 0) return undefined;
  const from = at + mark.length;
  if (from + 8 > tail.length || tail[from] !== 0x01) return undefined;
  const size = new DataView(tail.buffer, tail.byteOffset).getUint32(from + 4);
  return from + 8 + size <= tail.length ? new TextDecoder().decode(tail.subarray(from + 8, from + 8 + size)) : undefined;
}

/** An element; sizes take eight bytes, so that any length fits, but the short one of a name. */
function element(id: readonly number[], ...parts: readonly Uint8Array[]): Uint8Array {
  const data = joined(...parts);
  if (id === ids.name || id === ids.targets) return joined(Uint8Array.of(...id, 0x80 | data.length), data);
  const head = new Uint8Array(8);
  head[0] = 0x01;
  new DataView(head.buffer).setUint32(4, data.length);
  return joined(Uint8Array.from(id), head, data);
}
