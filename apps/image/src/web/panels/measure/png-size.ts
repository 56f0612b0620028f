import type { PictureForm } from '../../../data/picture-set.js';

/** Signature, header, and the frames of the header, the data and the end. */
const around = 8 + 25 + 12 + 12;

/**
 * Bytes of a picture as a PNG file of 8 bits a channel without any text: the best of its five filters, the same for every row,
 * deflated by the platform. Reference: W3C (2003), Portable Network Graphics, second edition, §9 and §10.
 */
export async function pngSize(levels: ArrayLike<number>, { size, channels, levels: count }: PictureForm): Promise<number> {
  const bytes = Uint8Array.from(levels, (level) => Math.round((level * 255) / (count - 1)));
  const sizes = await Promise.all(filters.map((predict, kind) => deflatedSize(filtered(bytes, size * channels, channels, kind, predict))));
  return around + Math.min(...sizes);
}

/** What each filter expects of a byte from those to its left, above it, and above to the left. */
const filters: readonly ((left: number, above: number, corner: number) => number)[] = [
  () => 0,
  (left) => left,
  (_, above) => above,
  (left, above) => (left + above) >> 1,
  (left, above, corner) => {
    const [toLeft, toAbove, toCorner] = [above - corner, left - corner, left + above - 2 * corner].map(Math.abs);
    if (toLeft <= toAbove && toLeft <= toCorner) return left;
    return toAbove <= toCorner ? above : corner;
  },
];

function filtered(bytes: Uint8Array, width: number, channels: number, kind: number, predict: (typeof filters)[number]): Uint8Array {
  const rows = bytes.length / width;
  const out = new Uint8Array(rows * (width + 1));
  for (let y = 0; y < rows; y++) {
    out[y * (width + 1)] = kind;
    for (let x = 0; x < width; x++) {
      const at = (dx: number, dy: number): number => (x < dx || y < dy ? 0 : bytes[(y - dy) * width + x - dx]);
      out[y * (width + 1) + 1 + x] = bytes[y * width + x] - predict(at(channels, 0), at(0, 1), at(channels, 1));
    }
  }
  return out;
}

async function deflatedSize(bytes: Uint8Array): Promise<number> {
  const stream = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream().pipeThrough(new CompressionStream('deflate'));
  return (await new Response(stream).arrayBuffer()).byteLength;
}
