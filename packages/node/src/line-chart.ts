import { extent } from './extent.js';

/** A curve: points in any order of x that rises; what is not finite is a gap. */
export interface Curve {
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
}

export interface ChartSettings {
  /** Characters in all, the labels included. */
  readonly columns: number;
  readonly rows?: number;
  /** Whether x is drawn by its logarithm. */
  readonly logX?: boolean;
  readonly xLabel?: string;
}

/** The eight dots of a braille character, by column and row. */
const dots = [
  [0x01, 0x02, 0x04, 0x40],
  [0x08, 0x10, 0x20, 0x80],
] as const;

/** Curves as lines of text, in braille dots: two columns and four rows a character, with the range on the left and below. */
export function lineChart(curves: readonly Curve[], { columns, rows = 10, logX = false, xLabel = '' }: ChartSettings): string {
  const place = (x: number): number => (logX ? Math.log(x) : x);
  const points = curves.map(({ x, y }) => Array.from(y, (v, i) => [place(x[i]), v] as const).filter((p) => p.every(Number.isFinite)));
  const all = points.flat();
  if (all.length === 0) return 'nothing to draw yet';
  const [left, right] = extent(all.map(([x]) => x));
  const [bottom, top] = extent(all.map(([, y]) => y));
  const labels = [figure(top), figure(bottom)];
  const margin = Math.max(...labels.map((label) => label.length));
  const width = Math.max(8, columns - margin - 2);
  const cells = Array.from({ length: rows }, () => new Uint8Array(width));
  const at = (value: number, low: number, high: number, dotsAcross: number): number =>
    high > low ? Math.round(((value - low) / (high - low)) * (dotsAcross - 1)) : 0;
  for (const curve of points) {
    let before: readonly [number, number] | undefined;
    for (const [x, y] of curve) {
      const now = [at(x, left, right, 2 * width), 4 * rows - 1 - at(y, bottom, top, 4 * rows)] as const;
      for (const [column, row] of stroke(before ?? now, now)) cells[row >> 2][column >> 1] |= dots[column & 1][row & 3];
      before = now;
    }
  }
  const lines = cells.map((row, r) => {
    const label = r === 0 ? labels[0] : r === rows - 1 ? labels[1] : '';
    return `${label.padStart(margin)} ${r === 0 || r === rows - 1 ? '┤' : '│'}${Array.from(row, (bits) => String.fromCharCode(0x2800 + bits)).join('')}`.trimEnd();
  });
  const [from, to] = [left, right].map((x) => figure(logX ? Math.exp(x) : x));
  const middle = xLabel.slice(0, Math.max(0, width - from.length - to.length - 2));
  const gap = width - from.length - to.length - middle.length;
  const foot = `${from}${' '.repeat(Math.max(1, Math.floor(gap / 2)))}${middle}${' '.repeat(Math.max(1, Math.ceil(gap / 2)))}${to}`;
  return [...lines, `${' '.repeat(margin)} └${'─'.repeat(width)}`, `${' '.repeat(margin + 2)}${foot}`].join('\n');
}

/** Dots of a straight line, both ends included. */
function stroke([x0, y0]: readonly [number, number], [x1, y1]: readonly [number, number]): [number, number][] {
  const count = Math.max(Math.abs(x1 - x0), Math.abs(y1 - y0), 1);
  return Array.from({ length: count + 1 }, (_, i) => [Math.round(x0 + ((x1 - x0) * i) / count), Math.round(y0 + ((y1 - y0) * i) / count)]);
}

/** Four significant digits, without an exponent where there is a shorter way. */
const figure = (v: number): string => {
  const short = String(Number(v.toPrecision(4)));
  return short.length <= 8 ? short : v.toExponential(1);
};
