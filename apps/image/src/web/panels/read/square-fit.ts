/** Rows of a picture go in, its middle square comes out at the wanted size. */
export interface SquareFit {
  /** The next rows, [rows, side, 4]: red, green, blue, opacity from 0 to 255; from the top. */
  add(rgba: ArrayLike<number>, rows: number): void;
  /** The picture, [size, size, channels] from 0 to 255, and whether every pixel stands as it was in the file. */
  finish(): { readonly data: Uint8Array; readonly exact: boolean };
}

/**
 * Makes a square of `side` pixels into one of `size`, a few rows at a time: transparent parts become black, grey is the
 * luminance (ITU-R BT.709, in linear light) in sRGB's own scale. It shrinks by means of whole blocks and then a three-lobed
 * Lanczos window, grows by Catmull and Rom's cubic, both on the stored numbers. A small picture that was enlarged by repeating
 * its pixels comes back exactly.
 *
 * Cost: about 8 multiplications for each number that goes in; side × size numbers of memory.
 *
 * Reference: Duchon (1979), Lanczos filtering in one and two dimensions; Catmull and Rom (1974), A class of local interpolating
 * splines.
 */
export function squareFit(side: number, size: number, channels: 1 | 3): SquareFit {
  const weights = weightsOf(side, size);
  const narrow = new Float32Array(side * size * channels);
  const blocks = exactBlocks(side, size, channels);
  let row = 0;
  return {
    add(rgba, rows) {
      const line = new Uint8Array(side * channels);
      for (let r = 0; r < rows; r++, row++) {
        flatten(rgba, r * side * 4, line, channels);
        blocks.add(line, row);
        resample(line, 0, narrow, row * size * channels, weights, channels, channels);
      }
    },
    finish() {
      const kept = blocks.found();
      if (kept) return { data: kept, exact: true };
      const data = new Uint8Array(size * size * channels);
      const column = new Float32Array(size);
      const stride = size * channels;
      for (let at = 0; at < stride; at++) {
        resample(narrow, at, column, 0, weights, stride, 1);
        for (let y = 0; y < size; y++) data[y * stride + at] = Math.min(255, Math.max(0, Math.round(column[y])));
      }
      return { data, exact: false };
    },
  };
}

interface Weights {
  /** Where each output number begins to look, and what it takes of there on. */
  readonly first: number;
  readonly shares: Float64Array;
}

/** How each of `to` numbers is made from `from` of them. Numbers beyond the rim are those at the rim. */
function weightsOf(from: number, to: number): Weights[] {
  const box = Math.max(1, Math.floor(from / to / 2));
  const cells = Math.ceil(from / box);
  const [kernel, reach] = to > from ? [catmullRom, 2] : [lanczos, 3];
  const stretch = Math.max(1, from / to / box);
  const within = (i: number, count: number): number => Math.min(count - 1, Math.max(0, i));
  return Array.from({ length: to }, (_, i) => {
    const centre = ((i + 0.5) * from) / to / box;
    const first = Math.floor(centre - reach * stretch);
    const last = Math.ceil(centre + reach * stretch) - 1;
    const start = within(first, cells) * box;
    const shares = new Float64Array(within(within(last, cells) * box + box - 1, from) - start + 1);
    for (let cell = first; cell <= last; cell++) {
      const share = kernel((cell + 0.5 - centre) / stretch) / box;
      for (let k = 0; k < box; k++) shares[within(within(cell, cells) * box + k, from) - start] += share;
    }
    const sum = shares.reduce((a, b) => a + b, 0);
    return { first: start, shares: shares.map((share) => share / sum) };
  });
}

const lanczos = (x: number): number => (Math.abs(x) >= 3 ? 0 : sinc(x) * sinc(x / 3));
const sinc = (x: number): number => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));

function catmullRom(x: number): number {
  const d = Math.abs(x);
  return d < 1 ? (1.5 * d - 2.5) * d * d + 1 : d < 2 ? ((-0.5 * d + 2.5) * d - 4) * d + 2 : 0;
}

/** One line: numbers `stride` apart from `at` on go to numbers `stride` apart in `out`; `lines` such lines lie interleaved. */
function resample(
  line: ArrayLike<number>,
  at: number,
  out: Float32Array,
  to: number,
  weights: readonly Weights[],
  stride: number,
  lines: number,
): void {
  for (let c = 0; c < lines; c++) {
    weights.forEach(({ first, shares }, i) => {
      let sum = 0;
      for (let j = 0; j < shares.length; j++) sum += shares[j] * line[at + (first + j) * stride + c];
      out[to + i * lines + c] = sum;
    });
  }
}

/** A row of red, green, blue and opacity on black, in colour or grey. */
function flatten(rgba: ArrayLike<number>, at: number, line: Uint8Array, channels: 1 | 3): void {
  const pixels = line.length / channels;
  for (let x = 0; x < pixels; x++) {
    const from = at + 4 * x;
    const opacity = rgba[from + 3] / 255;
    const red = Math.round(rgba[from] * opacity);
    const green = Math.round(rgba[from + 1] * opacity);
    const blue = Math.round(rgba[from + 2] * opacity);
    if (channels === 1) line[x] = luminance(red, green, blue);
    else {
      line[3 * x] = red;
      line[3 * x + 1] = green;
      line[3 * x + 2] = blue;
    }
  }
}

const linear = Float64Array.from({ length: 256 }, (_, v) => (v <= 10.31475 ? v / 3294.6 : ((v / 255 + 0.055) / 1.055) ** 2.4));

function luminance(red: number, green: number, blue: number): number {
  const y = 0.2126 * linear[red] + 0.7152 * linear[green] + 0.0722 * linear[blue];
  return Math.round(255 * (y <= 0.0031308 ? 12.92 * y : 1.055 * y ** (1 / 2.4) - 0.055));
}

/** Watches whether blocks of equal pixels say that the picture was enlarged from `size`. */
function exactBlocks(side: number, size: number, channels: number) {
  const block = side / size;
  const small = new Uint8Array(size * size * channels);
  let still = Number.isInteger(block);
  return {
    add(line: Uint8Array, y: number): void {
      for (let x = 0; still && x < side; x++) {
        const to = (Math.floor(y / block) * size + Math.floor(x / block)) * channels;
        for (let c = 0; c < channels; c++) {
          const value = line[x * channels + c];
          if (y % block === 0 && x % block === 0) small[to + c] = value;
          else if (small[to + c] !== value) still = false;
        }
      }
    },
    found: (): Uint8Array | undefined => (still ? small : undefined),
  };
}
