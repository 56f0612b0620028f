import { type Key, normals, split, uniforms } from '@advect/core/random';
import { grooveSteps } from '../data/grooves.js';
import { drums } from '../drum-kit.js';
import type { Groove } from '../groove.js';

/** Numbers of a step: for each drum whether it is struck, how hard, and how late. */
export const grooveWidth = 3 * drums.length;
export const grooveSize = grooveSteps * grooveWidth;

/** Mean and standard deviation over the strokes of the train set: velocities (0 … 1) and offsets (sixteenths). */
const scales = { velocity: [0.556, 0.274], offset: [-0.059, 0.205] } as const;

/** Spread of the noise around ±1, struck or not. */
const hitSpread = 0.15;

/** Steps in which velocities and offsets are written in MIDI of 480 ticks: the noise of a stroke fills one of each. */
export const grain = { velocity: 1 / 127, offset: 1 / 120 } as const;

/** What is known of a groove as numbers: ±1 and, where a drum is struck, scaled velocity and offset; zeros where it is not. */
export function plainGroove({ hits, velocities, offsets }: Groove): Float32Array {
  const out = new Float32Array(3 * hits.length);
  hits.forEach((hit, i) => {
    out[3 * i] = hit ? 1 : -1;
    if (!hit) return;
    out[3 * i + 1] = (velocities[i] - scales.velocity[0]) / scales.velocity[1];
    out[3 * i + 2] = (offsets[i] - scales.offset[0]) / scales.offset[1];
  });
  return out;
}

/** A groove as a point of the flow's space. */
export interface EncodedGroove {
  /** [32 steps, 9 drums, 3] */
  readonly x: Float32Array;
  /** log q of the noise in nats: that around ±1, and that in the place of strokes that are not there. */
  readonly logNoise: number;
}

/**
 * A groove with the noise that gives it a density: N(0, 0.15²) around ±1; velocities and offsets spread over the grain of MIDI; and
 * standard normals for the velocity and the offset of a stroke that is not there, which cost nothing.
 */
export function encodeGroove(groove: Groove, noise: Key): EncodedGroove {
  const x = plainGroove(groove);
  const gauss = normals(split(noise, 'gauss'), x.length);
  const grains = uniforms(split(noise, 'grain'), x.length);
  let logNoise = 0;
  groove.hits.forEach((hit, i) => {
    x[3 * i] += hitSpread * gauss[3 * i];
    logNoise += logNormal(gauss[3 * i]) - Math.log(hitSpread);
    for (const [d, part] of [
      [1, 'velocity'],
      [2, 'offset'],
    ] as const) {
      if (hit) x[3 * i + d] += ((grains[3 * i + d] - 0.5) * grain[part]) / scales[part][1];
      else {
        x[3 * i + d] = gauss[3 * i + d];
        logNoise += logNormal(gauss[3 * i + d]);
      }
    }
  });
  return { x, logNoise };
}

/** log of the volume of a stroke's (velocity, offset) in the flow's space over that in 0 … 1 and sixteenths. */
export const logStrokeScale = -Math.log(scales.velocity[1]) - Math.log(scales.offset[1]);

/** The groove at a point: struck where the first number is above 0. */
export function decodeGroove(x: Float32Array): Groove {
  const size = x.length / 3;
  const hits = Uint8Array.from({ length: size }, (_, i) => Number(x[3 * i] > 0));
  const scaled = (i: number, d: number, [mean, spread]: readonly [number, number]): number => mean + spread * x[3 * i + d];
  return {
    steps: size / drums.length,
    hits,
    velocities: Float32Array.from(hits, (hit, i) => (hit ? Math.min(1, Math.max(grain.velocity, scaled(i, 1, scales.velocity))) : 0)),
    offsets: Float32Array.from(hits, (hit, i) => (hit ? Math.min(0.5, Math.max(-0.5, scaled(i, 2, scales.offset))) : 0)),
  };
}

const logNormal = (z: number): number => -(z * z) / 2 - Math.log(2 * Math.PI) / 2;
