/** Parts that pictures are composed of, each equally likely: a background colour, then a part of each layer drawn over it. */
export interface Parts {
  /** Pixels along each side; pictures are RGB. */
  readonly size: number;
  readonly backgrounds: readonly (readonly [number, number, number])[];
  readonly layers: readonly { readonly name: string; readonly parts: readonly Part[] }[];
  /** The layer whose parts are the classes of the pictures, if one is. */
  readonly labelled?: number;
}

/** The pixels of a part that are not transparent: where they are and their colours. */
export interface Part {
  readonly at: Int32Array;
  /** [pixels, 3] */
  readonly colours: Uint8Array;
}

/** A background, and the number of the part of each layer. */
export interface Chosen {
  readonly background: number;
  readonly chosen: readonly number[];
}

/** The picture of a composition, [size, size, 3]. */
export function compose({ background, chosen }: Chosen, { size, backgrounds, layers }: Parts): Uint8Array {
  const pixels = new Uint8Array(size * size * 3);
  for (let at = 0; at < pixels.length; at += 3) pixels.set(backgrounds[background], at);
  chosen.forEach((part, layer) => {
    const { at, colours } = layers[layer].parts[part];
    at.forEach((pixel, i) => pixels.set(colours.subarray(3 * i, 3 * i + 3), 3 * pixel));
  });
  return pixels;
}

/** The layers, those that cover most first. */
export const layersBySize = ({ layers }: Parts): number[] => {
  const covered = layers.map(({ parts }) => parts.reduce((sum, { at }) => sum + at.length, 0) / parts.length);
  return layers.map((_, layer) => layer).sort((a, b) => covered[b] - covered[a]);
};
