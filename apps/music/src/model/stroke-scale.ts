import { quantile } from '@advect/core';
import { offsetCounts, velocityCounts } from '../data/groove-levels.js';

/** A number of strokes as one that is standard normal over the strokes of the train set, and back. */
export interface StrokeScale {
  /** Width of a level: what MIDI of 480 ticks cannot tell apart. */
  readonly grain: number;
  /** Values outside of all levels are taken to the nearest end. */
  toNormal(values: Float32Array): Float32Array;
  fromNormal(z: Float32Array): Float32Array;
  /** log |dz/dvalue| of each. */
  logSlope(values: Float32Array): Float64Array;
}

/** Levels in a row, the first one's centre at `first`; within a level values are spread evenly. */
function strokeScale(counts: readonly number[], first: number, grain: number): StrokeScale {
  const map = quantile({ masses: counts.map((count) => count + 1), heavy: 1 });
  const [start, span] = [first - grain / 2, counts.length * grain];
  const shares = (values: Float32Array) => ({
    shape: [values.length],
    data: values.map((value) => Math.min(1, Math.max(0, (value - start) / span))),
  });
  return {
    grain,
    toNormal: (values) => map.forward(shares(values), []).y.data,
    fromNormal: (z) => map.inverse({ shape: [z.length], data: z }).x.data.map((share) => start + span * share),
    logSlope: (values) => map.forward(shares(values), []).logDet.map((log) => log - Math.log(span)),
  };
}

/** From 0 to 1, which is 127 of MIDI. A straight scale would leave a seventh of all strokes as a spike at its end. */
export const velocityScale = strokeScale(velocityCounts, 1 / 127, 1 / 127);

/** In sixteenths. */
export const offsetScale = strokeScale(offsetCounts, -0.5, 1 / 120);
