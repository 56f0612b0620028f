/** Glyphs of 5 × 7 pixels, a row a number of 5 bits, the leftmost pixel the highest bit. */
const rows: Readonly<Record<string, string>> = {
  '0': 'e 11 13 15 19 11 e',
  '1': '4 c 4 4 4 4 e',
  '2': 'e 11 1 6 8 10 1f',
  '3': 'e 11 1 6 1 11 e',
  '4': '2 6 a 12 1f 2 2',
  '5': '1f 10 1e 1 1 11 e',
  '6': '6 8 10 1e 11 11 e',
  '7': '1f 1 2 4 8 8 8',
  '8': 'e 11 11 e 11 11 e',
  '9': 'e 11 11 f 1 2 c',
  A: 'e 11 11 1f 11 11 11',
  B: '1e 11 11 1e 11 11 1e',
  C: 'e 11 10 10 10 11 e',
  D: '1e 11 11 11 11 11 1e',
  E: '1f 10 10 1e 10 10 1f',
  F: '1f 10 10 1e 10 10 10',
  G: 'e 11 10 17 11 11 f',
  H: '11 11 11 1f 11 11 11',
  I: 'e 4 4 4 4 4 e',
  J: '7 2 2 2 2 12 c',
  K: '11 12 14 18 14 12 11',
  L: '10 10 10 10 10 10 1f',
  M: '11 1b 15 15 11 11 11',
  N: '11 19 15 13 11 11 11',
  O: 'e 11 11 11 11 11 e',
  P: '1e 11 11 1e 10 10 10',
  Q: 'e 11 11 11 15 12 d',
  R: '1e 11 11 1e 14 12 11',
  S: 'f 10 10 e 1 1 1e',
  T: '1f 4 4 4 4 4 4',
  U: '11 11 11 11 11 11 e',
  V: '11 11 11 11 11 a 4',
  W: '11 11 11 15 15 1b 11',
  X: '11 11 a 4 a 11 11',
  Y: '11 11 a 4 4 4 4',
  Z: '1f 1 2 4 8 10 1f',
  '-': '0 0 0 e 0 0 0',
  '.': '0 0 0 0 0 c c',
  ',': '0 0 0 0 c 4 8',
  ':': '0 c c 0 c c 0',
  '=': '0 0 1f 0 1f 0 0',
  '+': '0 4 4 1f 4 4 0',
  '/': '0 1 2 4 8 10 0',
  '%': '18 19 2 4 8 13 3',
  ' ': '0 0 0 0 0 0 0',
};

const glyphWidth = 5;
export const glyphHeight = 7;

/** The pixels of one line of capitals that are set, as [x, y]; letters that the font lacks appear as a hyphen. */
export function textPixels(text: string): { readonly width: number; readonly pixels: readonly (readonly [x: number, y: number])[] } {
  const letters = Array.from(text.toUpperCase());
  const pixels = letters.flatMap((letter, i) =>
    (rows[letter] ?? rows['-']).split(' ').flatMap((row, y) => {
      const bits = parseInt(row, 16);
      return Array.from({ length: glyphWidth }, (_, x) => x)
        .filter((x) => bits & (1 << (glyphWidth - 1 - x)))
        .map((x) => [i * (glyphWidth + 1) + x, y] as const);
    }),
  );
  return { width: Math.max(0, letters.length * (glyphWidth + 1) - 1), pixels };
}
