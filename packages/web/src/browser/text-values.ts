import type { TextState } from './hash-state.js';

/** The number that a text of an address holds; undefined where it holds none between `min` and `max`, or no whole one where that is asked. */
export function numberIn(text: string | undefined, min: number, max: number, whole = false): number | undefined {
  if (text === undefined || text.trim() === '') return undefined;
  const value = Number(text);
  return value >= min && value <= max && (!whole || Number.isSafeInteger(value)) ? value : undefined;
}

/** A state without what is left out of it. */
export const presentTexts = (texts: { readonly [name: string]: string | undefined }): TextState =>
  Object.fromEntries(Object.entries(texts).filter((entry): entry is [string, string] => entry[1] !== undefined));
