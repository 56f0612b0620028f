import { domains } from './domains.js';
import type { Key } from './key.js';
import { normalCode, type NormalExports } from './normal-code.js';

/** Normals and words by WebAssembly SIMD, the same bits as in JavaScript. All counters of a call have one upper half. */
export interface NormalKernel {
  /** Fills an array of even length with the words of consecutive blocks; see `fillWords`. */
  words(out: Uint32Array, hi: number, lo: number, upper: number, firstBlock: number): void;
  /** Replaces words by their normal quantiles. */
  quantiles(words: Uint32Array, out: Float32Array): void;
  /** Rows of normals of a width that {@link fits}; see `normalRows`. */
  rows(out: Float32Array, key: Key, rows: number, width: number, start: number, upper: number): void;
}

const PAGE = 65_536;
/** Numbers that are made at a time: 64 KiB of them. */
const CHUNK = PAGE / 4;

/** Whether rows of this width are worth the kernel, which makes four at a time. */
export const fits = (width: number): boolean => width > 0 && 4 * width <= CHUNK;

let made: NormalKernel | false | undefined;

/** The kernel; undefined where there is no WebAssembly SIMD, or none may be made. */
export function normalKernel(): NormalKernel | undefined {
  if (made === undefined) {
    try {
      made = makeKernel();
    } catch {
      made = false;
    }
  }
  return made || undefined;
}

function makeKernel(): NormalKernel {
  const { bytes, numbers } = normalCode();
  const memory = new WebAssembly.Memory({ initial: 2 });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } });
  const { words, rowWords, quantiles } = exports as unknown as NormalExports;
  new Float64Array(memory.buffer, 0, numbers.length).set(numbers);
  const [drawn, floats] = [new Uint32Array(memory.buffer, PAGE), new Float32Array(memory.buffer, PAGE)];
  return {
    words(out, hi, lo, upper, firstBlock) {
      for (let at = 0; at < out.length; at += CHUNK) {
        const count = Math.min(CHUNK, out.length - at);
        words(PAGE, hi, lo, firstBlock + at / 2, upper, count / 2);
        out.set(drawn.subarray(0, count), at);
      }
    },
    quantiles(from, out) {
      for (let at = 0; at < out.length; at += CHUNK) {
        const count = Math.min(CHUNK, out.length - at);
        drawn.set(from.subarray(at, at + count));
        quantiles(PAGE, count, 0);
        out.set(floats.subarray(0, count), at);
      }
    },
    rows(out, { hi, lo }, rows, width, start, upper) {
      const most = 4 * Math.floor(CHUNK / width / 4);
      for (let row = 0; row < rows; row += most) {
        const count = Math.min(most, rows - row);
        rowWords(PAGE, hi, lo, start + row, upper, domains.normal << 24, count, width);
        quantiles(PAGE, count * width, 0);
        out.set(floats.subarray(0, count * width), row * width);
      }
    },
  };
}
