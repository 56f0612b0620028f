import { drawNoun, findSet, type NounParts, readNounParts } from '@advect/node';
import type { Part, Parts } from '../evaluation/parts.js';

const size = 32;
const names = ['bodies', 'accessories', 'heads', 'glasses'];

/** The parts of the set `nouns`, found or fetched as the set is. */
export async function nounParts(settings: Parameters<typeof readNounParts>[0]): Promise<Parts> {
  return partsOf(await readNounParts(settings));
}

export const isNouns = (title: string): boolean => findSet('nouns').title === title;

/** Each part's own pixels: those that are the same on two backgrounds. */
export function partsOf(nouns: NounParts): Parts {
  const [white, black] = [
    [255, 255, 255],
    [0, 0, 0],
  ] as const;
  const layers = nouns.layers.map((parts, layer) => ({
    name: names[layer],
    parts: parts.map((part): Part => {
      const alone = { palette: nouns.palette, layers: [[part]] };
      const [light, dark] = [white, black].map((background) => drawNoun({ ...alone, backgrounds: [background] }, 0, [0]));
      const at = Array.from({ length: size * size }, (_, pixel) => pixel).filter((pixel) =>
        [0, 1, 2].every((c) => light[3 * pixel + c] === dark[3 * pixel + c]),
      );
      return {
        at: Int32Array.from(at),
        colours: Uint8Array.from(at.flatMap((pixel) => Array.from(light.subarray(3 * pixel, 3 * pixel + 3)))),
      };
    }),
  }));
  return { size, backgrounds: nouns.backgrounds, layers, labelled: names.indexOf('glasses') };
}
