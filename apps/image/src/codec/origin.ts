import { AdvectError } from '@advect/base/errors';
import { type PngText, readText } from './png-text.js';

/** How a picture was made: what its file says of itself. Holds no path, no name of a person and no date. */
export interface Origin {
  readonly program: string;
  readonly model: { readonly name: string; /** sha256 of the weights. */ readonly weights: string };
  readonly seed: number;
  /** One item of the series, or the first so many. */
  readonly items: { readonly index: number } | { readonly count: number };
  /** Classes in the picture. */
  readonly labels: readonly string[];
  /** Classes of the series, which its items go through in turn. */
  readonly series: readonly string[];
  readonly temperature: number;
  readonly method: string;
  readonly steps?: number;
  readonly tolerance?: number;
}

const keyword = 'advect';

/** The texts that a picture file carries: the origin as JSON, and in a sentence for other programs. */
export function originTexts(origin: Origin): PngText[] {
  const solver = origin.steps === undefined ? `tolerance ${origin.tolerance}` : `${origin.steps} steps`;
  const sentence =
    `Made by the flow ${origin.model.name} (weights ${origin.model.weights.slice(0, 12)}), seed ${origin.seed}` +
    `${'index' in origin.items ? `, item ${origin.items.index}` : ''}, ${origin.method}, ${solver}, temperature ${origin.temperature}`;
  return [
    { keyword: 'Software', text: origin.program },
    { keyword: 'Description', text: sentence },
    { keyword, text: JSON.stringify(origin) },
  ];
}

/** What a PNG file says of its making. Throws `not-found` where it says nothing, `invalid-file` where that is no JSON. */
export function readOrigin(png: Uint8Array, name: string): Readonly<Record<string, unknown>> {
  const text = readText(png, name).find((entry) => entry.keyword === keyword)?.text;
  if (text === undefined) {
    throw new AdvectError(
      'not-found',
      `'${name}' does not say how it was made`,
      'Only pictures from image sample do, and only as long as no other program has saved them anew.',
    );
  }
  try {
    const origin: unknown = JSON.parse(text);
    if (typeof origin === 'object' && origin !== null && !Array.isArray(origin)) return origin as Record<string, unknown>;
  } catch {
    // Reported below, with what is no object.
  }
  throw new AdvectError('invalid-file', `the text in '${name}' on how it was made is damaged`, 'Get the file again.');
}
