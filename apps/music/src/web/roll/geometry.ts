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
const margin = 3;
/** Rows at least: from a low bass to a high soprano, so that the roll does not jump from tune to tune. */
const usual = { bottom: 41, top: 79 } as const;

/** The geometry of a score in a width; longer ones are wider. */
export function geometryOf({ steps, pitches }: Score, room: number, rowHeight: number): Geometry {
  const sounding = pitches.filter((pitch) => pitch !== rest);
  const top = Math.max(usual.top, ...sounding.map((pitch) => pitch + margin));
  const bottom = Math.min(usual.bottom, ...sounding.map((pitch) => pitch - margin));
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
