import { AdvectError } from '@advect/base/errors';

/** Pixels, row-major, 8 bits a channel: grey, RGB or RGBA. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3 | 4;
  readonly data: Uint8Array;
}

/** How many colours a terminal shows. */
export type ColourDepth = 'truecolour' | '256' | 'none';

/**
 * What a terminal can show, from the environment's usual words: NO_COLOR and TERM=dumb say none, COLORTERM=truecolor
 * all, FORCE_COLOR (0 to 3) overrides; a stream that is no terminal gets none.
 */
export function colourDepth(env: Readonly<Record<string, string | undefined>>, isTerminal: boolean): ColourDepth {
  if (env.NO_COLOR) return 'none';
  if (env.FORCE_COLOR !== undefined) return env.FORCE_COLOR === '0' ? 'none' : env.FORCE_COLOR === '3' ? 'truecolour' : '256';
  if (!isTerminal || env.TERM === 'dumb') return 'none';
  if (env.COLORTERM === 'truecolor' || env.COLORTERM === '24bit') return 'truecolour';
  return '256';
}

/**
 * A picture as lines of text. With colour a character is two pixels, the upper one the ink of `▀` and the lower one its
 * paper; without, it is a shade of grey. A picture wider than `columns` is shrunk by averaging.
 */
export function terminalPicture(picture: Picture, settings: { readonly columns: number; readonly colour: ColourDepth }): string {
  const { columns, colour } = settings;
  if (picture.width < 1 || picture.height < 1 || picture.data.length !== picture.width * picture.height * picture.channels) {
    throw new AdvectError(
      'invalid-shape',
      `${picture.data.length} bytes are no picture of ${picture.width} × ${picture.height} with ${picture.channels} channels`,
      'Give width × height × channels bytes.',
    );
  }
  const width = Math.max(1, Math.min(picture.width, columns));
  const height = Math.max(1, Math.round((picture.height * width) / picture.width));
  const pixel = (x: number, y: number): Rgb => average(picture, x / width, (x + 1) / width, y / height, Math.min(1, (y + 1) / height));
  const lines = Array.from({ length: Math.ceil(height / 2) }, (_, row) => {
    const cells = Array.from({ length: width }, (_, x): Cell => [
      pixel(x, 2 * row),
      2 * row + 1 < height ? pixel(x, 2 * row + 1) : undefined,
    ]);
    return colour === 'none' ? cells.map(shade).join('').trimEnd() : colouredLine(cells, colour);
  });
  return lines.join('\n');
}

type Rgb = readonly [red: number, green: number, blue: number];
type Cell = readonly [upper: Rgb, lower: Rgb | undefined];

/** Mean colour of a rectangle given in fractions of the picture; transparent pixels lie on black. */
function average({ width, height, channels, data }: Picture, left: number, right: number, top: number, bottom: number): Rgb {
  const x0 = Math.min(width - 1, Math.floor(left * width + 1e-9));
  const y0 = Math.min(height - 1, Math.floor(top * height + 1e-9));
  const x1 = Math.max(x0 + 1, Math.min(width, Math.round(right * width)));
  const y1 = Math.max(y0 + 1, Math.min(height, Math.round(bottom * height)));
  const sum = [0, 0, 0];
  for (let y = y0; y < y1; y++) {
    for (let x = x0; x < x1; x++) {
      const at = (y * width + x) * channels;
      const alpha = channels === 4 ? data[at + 3] / 255 : 1;
      for (let c = 0; c < 3; c++) sum[c] += alpha * data[at + (channels === 1 ? 0 : c)];
    }
  }
  const count = (x1 - x0) * (y1 - y0);
  return [Math.round(sum[0] / count), Math.round(sum[1] / count), Math.round(sum[2] / count)];
}

function colouredLine(cells: readonly Cell[], colour: ColourDepth): string {
  const code = ([r, g, b]: Rgb): string => (colour === 'truecolour' ? `2;${r};${g};${b}` : `5;${paletteIndex(r, g, b)}`);
  let line = '';
  let before = '';
  for (const [upper, lower] of cells) {
    const style = `\x1b[38;${code(upper)};${lower ? `48;${code(lower)}` : '49'}m`;
    line += (style === before ? '' : style) + '▀';
    before = style;
  }
  return `${line}\x1b[0m`;
}

/** Nearest of the 6 × 6 × 6 colour cube and the 24 greys of the 256-colour palette. */
function paletteIndex(r: number, g: number, b: number): number {
  if (r === g && g === b) return r < 8 ? 16 : r > 246 ? 231 : 232 + Math.min(23, Math.max(0, Math.round((r - 8) / 10)));
  const level = (v: number): number => (v < 48 ? 0 : v < 115 ? 1 : Math.round((v - 55) / 40));
  return 16 + 36 * level(r) + 6 * level(g) + level(b);
}

const shades = ' .:-=+*#%@';

function shade([upper, lower]: Cell): string {
  const luminance = ([r, g, b]: Rgb): number => 0.2126 * r + 0.7152 * g + 0.0722 * b;
  const light = lower ? (luminance(upper) + luminance(lower)) / 2 : luminance(upper) / 2;
  return shades[Math.min(shades.length - 1, Math.floor((light / 256) * shades.length))];
}
