import { AdvectError } from '@advect/base/errors';
import { joined, latin1, latin1Bytes } from './bytes.js';

/**
 * A GIF file with a comment put in before its first block, in letters of one byte each.
 * Reference: CompuServe (1990), Graphics Interchange Format, version 89a, §24.
 */
export function insertComment(gif: Uint8Array, comment: string): Uint8Array {
  const at = firstBlock(gif, 'the GIF');
  const bytes = latin1Bytes(comment);
  const blocks: Uint8Array[] = [];
  for (let from = 0; from < bytes.length; from += 255) {
    const block = bytes.subarray(from, from + 255);
    blocks.push(Uint8Array.of(block.length), block);
  }
  return joined(gif.subarray(0, at), Uint8Array.of(extension, commentLabel), ...blocks, Uint8Array.of(0), gif.subarray(at));
}

/** What a GIF file says of itself. */
export interface GifFacts {
  readonly comments: readonly string[];
  /** How long each frame is shown, in hundredths of a second. */
  readonly delays: readonly number[];
  /** Times that it is shown; 0 is without end, 1 where it does not say. */
  readonly loops: number;
}

const extension = 0x21;
const commentLabel = 0xfe;
const controlLabel = 0xf9;
const applicationLabel = 0xff;

/** Reads the blocks of a GIF file. Throws `invalid-file` where they do not lead to its end. */
export function readGif(gif: Uint8Array, name: string): GifFacts {
  const comments: string[] = [];
  const delays: number[] = [];
  let loops = 1;
  let delay = 0;
  let at = firstBlock(gif, name);
  const blocks = (): Uint8Array[] => {
    const found: Uint8Array[] = [];
    for (let size = need(gif, at, name); size > 0; size = need(gif, at, name)) {
      if (at + 1 + size > gif.length) throw cutOff(name);
      found.push(gif.subarray(at + 1, at + 1 + size));
      at += 1 + size;
    }
    at += 1;
    return found;
  };
  for (;;) {
    const kind = need(gif, at, name);
    if (kind === 0x3b) return { comments, delays, loops };
    if (kind === extension) {
      const label = need(gif, at + 1, name);
      at += 2;
      const found = blocks();
      if (label === commentLabel) comments.push(found.map(latin1).join(''));
      if (label === controlLabel && found[0]?.length === 4) delay = found[0][1] | (found[0][2] << 8);
      const looping = label === applicationLabel && latin1(found[0] ?? new Uint8Array()) === 'NETSCAPE2.0' && found[1]?.length === 3;
      if (looping) loops = loopsOf(found[1][1] | (found[1][2] << 8));
    } else if (kind === 0x2c) {
      const flags = need(gif, at + 9, name);
      at += 10 + tableSize(flags) + 1;
      blocks();
      delays.push(delay);
      delay = 0;
    } else {
      throw new AdvectError('invalid-file', `'${name}' has a block of an unknown kind ${kind} at byte ${at}`, 'Get the file again.');
    }
  }
}

/** The number in the file counts repetitions after the first showing. */
const loopsOf = (repetitions: number): number => (repetitions === 0 ? 0 : repetitions + 1);

/** Bytes of a colour table by the flags before it. */
const tableSize = (flags: number): number => (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0);

function firstBlock(gif: Uint8Array, name: string): number {
  if (!/^GIF8[79]a/.test(latin1(gif.subarray(0, 6)))) throw new AdvectError('invalid-file', `'${name}' is no GIF`, 'Give a GIF file.');
  return 13 + tableSize(need(gif, 10, name));
}

function need(gif: Uint8Array, at: number, name: string): number {
  if (at >= gif.length) throw cutOff(name);
  return gif[at];
}

const cutOff = (name: string): AdvectError => new AdvectError('invalid-file', `'${name}' is cut off`, 'Get the file again.');
