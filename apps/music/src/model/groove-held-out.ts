import type { Flow } from '@advect/core';
import type { GrooveWindow } from '../data/grooves.js';
import { strokesIn, windowBits } from './groove-bits.js';
import type { HeldOutBeats } from './held-out.js';
import { evenly, fewestHeldOut, mostHeldOut, ranksOf } from './measure-held-out.js';

/** Draws by which each is measured: as many as `score` takes by default. */
const draws = 2;
/** Windows that are measured before progress is told. */
const atOnce = 8;

/**
 * Measures held-out performances, two bars of each, as `score` does with the seed that it takes by default: told their tempo, and their
 * style as well; undefined for fewer than `fewestHeldOut`.
 */
export async function measureHeldOutBeats(
  flow: Flow,
  windows: readonly GrooveWindow[],
  { signal, onProgress }: { readonly signal?: AbortSignal; readonly onProgress?: (done: number, total: number) => void } = {},
): Promise<HeldOutBeats | undefined> {
  if (windows.length < fewestHeldOut) return undefined;
  const chosen = evenly(windows, mostHeldOut);
  let done = 0;
  const measured = async (told: boolean): Promise<number[]> => {
    const bits: number[] = [];
    for (let first = 0; first < chosen.length; first += atOnce) {
      const part = chosen.slice(first, first + atOnce);
      const asked = part.map(({ groove, tempo, style }) => ({ groove, start: 0, tempo, ...(told && { style }) }));
      const found = await windowBits(flow, asked, { seed: 0, draws, signal });
      bits.push(...found.map((each, i) => each.reduce((a, b) => a + b, 0) / draws / strokesIn(part[i].groove)));
      done += part.length;
      onProgress?.(done, 2 * chosen.length);
    }
    return bits;
  };
  return { draws, untold: ranksOf(await measured(false)), told: ranksOf(await measured(true)) };
}
