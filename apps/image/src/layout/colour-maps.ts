/** Ten colours each, from low to high, between which maps go straight; equal steps look equal, in grey and to colour-blind eyes too. */
const stops = {
  /** S. van der Walt and N. Smith (2015). */
  viridis: ['440154', '482878', '3e4a89', '31688e', '26828e', '1f9e89', '35b779', '6dcd59', 'b4de2c', 'fde725'],
  /** J. Nuñez, C. Anderton and R. Renslow (2018). */
  cividis: ['00204d', '00336f', '39486b', '575c6d', '707173', '8a8779', 'a69d75', 'c4b56c', 'e4cf5b', 'ffea46'],
} as const;

export const colourMaps = Object.keys(stops) as readonly ColourMap[];
export type ColourMap = keyof typeof stops;

/** The colour of a number from 0 to 1, sRGB, 8 bits each; numbers outside are taken as the ends. */
export function colourOf(value: number, map: ColourMap): readonly [number, number, number] {
  const colours = stops[map];
  const at = Math.min(1, Math.max(0, value)) * (colours.length - 1);
  const low = Math.min(colours.length - 2, Math.floor(at));
  const channel = (c: number): number => {
    const [from, to] = [colours[low], colours[low + 1]].map((hex) => Number.parseInt(hex.slice(2 * c, 2 * c + 2), 16));
    return Math.round(from + (at - low) * (to - from));
  };
  return [channel(0), channel(1), channel(2)];
}
