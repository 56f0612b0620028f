import { highestPitch, lowestPitch } from '../../data/windows.js';
import { rest, type Score } from '../../score.js';

/** Where steps and pitches lie in the roll, in CSS pixels. */
export interface Geometry {
  readonly stepWidth: number;
  readonly rowHeight: number;
  /** The pitches of the first and the last row. */
  readonly top: number;
  readonly bottom: number;
  readonly width: number;
  readonly height: number;
  x(step: number): number;
  /** Upper edge of a pitch's row. */
  y(pitch: number): number;
  stepAt(x: number): number;
  pitchAt(y: number): number;
}

/** The narrowest step that a finger can meet, and the steps that are shown at once where there is room. */
const narrowest = 14;
const atOnce = 64;
/** Rows at least: all that the model knows, so that the roll neither jumps from tune to tune nor moves under the pen. */
const usual = { bottom: lowestPitch, top: highestPitch + 1 } as const;

/** The geometry of a score in a width; longer ones are wider. */
export function geometryOf({ steps, pitches }: Score, room: number, rowHeight: number): Geometry {
  const sounding = pitches.filter((pitch) => pitch !== rest);
  const top = sounding.reduce((most, pitch) => Math.max(most, pitch), usual.top);
  const bottom = sounding.reduce((least, pitch) => Math.min(least, pitch), usual.bottom);
  const stepWidth = Math.max(narrowest, room / Math.min(steps, atOnce));
  return {
    stepWidth,
    rowHeight,
    top,
    bottom,
    width: steps * stepWidth,
    height: (top - bottom + 1) * rowHeight,
    x: (step) => step * stepWidth,
    y: (pitch) => (top - pitch) * rowHeight,
    stepAt: (x) => Math.min(steps - 1, Math.max(0, Math.floor(x / stepWidth))),
    pitchAt: (y) => Math.min(top, Math.max(bottom, top - Math.floor(y / rowHeight))),
  };
}
