import { colourOf } from '../../../layout/colour-maps.js';

/** Numbers to colours from dark blue to yellow, told apart whatever colours one sees (Nuñez, Anderton and Renslow 2018, cividis). */
export interface HeatScale {
  readonly low: number;
  readonly high: number;
  colour(value: number): readonly [red: number, green: number, blue: number];
}

export function heatScale(values: ArrayLike<number>): HeatScale {
  const all = Array.from(values);
  const [low, high] = [Math.min(...all), Math.max(...all)];
  return { low, high, colour: (value) => heatColour(high === low ? 0.5 : (value - low) / (high - low)) };
}

/** The colour of a share from 0 to 1. */
export const heatColour = (share: number): readonly [number, number, number] => colourOf(share, 'cividis');

/** The whole scale as a CSS gradient from left to right. */
export const heatGradient = `linear-gradient(90deg, ${Array.from({ length: 9 }, (_, i) => `rgb(${heatColour(i / 8).join(' ')}) ${(100 * i) / 8}%`).join(', ')})`;
